/** The relay as a process of its own, beside others on one distributed store; one of several is active. */
import { startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { InsurerRelayModule } from './insurer-relay.module';

void startAlone('insurer-relay', InsurerRelayModule, BENEFIT_YEAR_TURNS);
