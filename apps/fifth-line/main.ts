/** 第五道保障线 The fifth line as a process of its own, beside others on one distributed store. */
import { startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { FifthLineModule } from './fifth-line.module';

void startAlone('fifth-line', FifthLineModule, BENEFIT_YEAR_TURNS);
