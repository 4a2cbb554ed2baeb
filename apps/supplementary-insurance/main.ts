/** 商业补充保险 Supplementary insurance as a process of its own, beside others on one distributed store. */
import { startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { SupplementaryInsuranceModule } from './supplementary-insurance.module';

void startAlone('supplementary-insurance', SupplementaryInsuranceModule, BENEFIT_YEAR_TURNS);
