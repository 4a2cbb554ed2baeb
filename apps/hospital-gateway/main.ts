/** The gateway as a process of its own, beside others on one distributed store. */
import { startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { HospitalGatewayModule } from './hospital-gateway.module';

void startAlone('hospital-gateway', HospitalGatewayModule, BENEFIT_YEAR_TURNS);
