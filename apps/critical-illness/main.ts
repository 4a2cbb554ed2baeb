/** 大病保险 Critical-illness insurance as a process of its own, beside others on one distributed store. */
import { startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { CriticalIllnessModule } from './critical-illness.module';

void startAlone('critical-illness', CriticalIllnessModule, BENEFIT_YEAR_TURNS);
