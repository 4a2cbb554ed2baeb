/** 城乡居民基本医保 Basic insurance as a process of its own, beside others on one distributed store. */
import { startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { BasicInsuranceModule } from './basic-insurance.module';

void startAlone('basic-insurance', BasicInsuranceModule, BENEFIT_YEAR_TURNS);
