/**
 * The embedded default: every room of the system in one process, on one SQLite file. The best first file to read.
 *
 *   hospital-gateway   accepts a discharge (one append), then copies it into the person's benefit year
 *   four payers …      each, in turn, says what it pays; in one process their turns go into one append
 *   settlement         completes, and watches that every case ends
 *   audit              follows the log and signs what it holds; answers auditors over HTTP
 *   insurer-relay      publishes to Kafka, where KAFKA_BROKERS says so
 */
import type { DynamicModule, Type } from '@nestjs/common';
import { type AppOptions, StoreModule, TurnsModule } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { AuditApiModule } from '../audit/api/audit-api.module';
import { AuditModule } from '../audit/audit.module';
import { BasicInsuranceModule } from '../basic-insurance/basic-insurance.module';
import { CriticalIllnessModule } from '../critical-illness/critical-illness.module';
import { FifthLineModule } from '../fifth-line/fifth-line.module';
import { HospitalGatewayModule } from '../hospital-gateway/hospital-gateway.module';
import { InsurerRelayModule } from '../insurer-relay/insurer-relay.module';
import { MedicalAssistanceModule } from '../medical-assistance/medical-assistance.module';
import { SettlementModule } from '../settlement/settlement.module';
import { SupplementaryInsuranceModule } from '../supplementary-insurance/supplementary-insurance.module';

const ROOMS: readonly (Type | DynamicModule)[] = [
  BasicInsuranceModule,
  CriticalIllnessModule,
  SupplementaryInsuranceModule,
  MedicalAssistanceModule,
  FifthLineModule,
  SettlementModule,
  HospitalGatewayModule,
  AuditModule,
  AuditApiModule.of(AuditModule),
  InsurerRelayModule,
];

const TEXTS = {
  title: '一站式结算 One-Stop Settlement',
  version: '1',
  description:
    "贫困患者住院费用“一站式”同步结算：基本医保、大病保险、医疗救助、第五道保障线依次支付，出院窗口一次结清。 A poor patient's hospital bill, " +
    'settled by every payer in one step; every fen explained by a clause. Amounts are whole fen (分), rates basis points (80 % = 8000), ' +
    'dates YYYY-MM-DD in China time, instants RFC 3339 UTC.',
};

/** The whole system, ready for `listen` or `createApp`. */
export function oneStop(options: Pick<AppOptions, 'settings' | 'logger' | 'clock'>): AppOptions {
  return { ...options, texts: TEXTS, modules: [StoreModule.fromSettings(), TurnsModule.of(BENEFIT_YEAR_TURNS), ...ROOMS] };
}
