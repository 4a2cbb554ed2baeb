/** 医疗救助 Medical assistance as a process of its own, beside others on one distributed store. */
import { startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { MedicalAssistanceModule } from './medical-assistance.module';

void startAlone('medical-assistance', MedicalAssistanceModule, BENEFIT_YEAR_TURNS);
