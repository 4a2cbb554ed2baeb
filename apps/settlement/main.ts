/** The settlement app as a process of its own, beside others on one distributed store. */
import { startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { SettlementModule } from './settlement.module';

void startAlone('settlement', SettlementModule, BENEFIT_YEAR_TURNS);
