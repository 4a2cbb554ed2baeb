/** The gateway's rooms: registries, packs, discharges in, settlements out. */
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { LOGGER, Settings } from '@oss/host';
import type { Logger } from 'pino';
import { ClearingController } from './clearing/clearing.controller';
import { RecordPaymentHandler } from './clearing/record-payment';
import { CorrectionsController } from './corrections/corrections.controller';
import { ResettleHandler } from './corrections/resettle';
import { ReverseSettlementHandler } from './corrections/reverse-settlement';
import { YearCorrections } from './corrections/year-corrections';
import { CasePlaces } from './discharges/case-places';
import { Acceptances } from './discharges/acceptances';
import { BatchController } from './discharges/batch/batch.controller';
import { AcceptanceCopier } from './discharges/copier';
import { DischargeCheck } from './discharges/discharge-check';
import { DischargesController } from './discharges/discharges.controller';
import { PostDischargeHandler } from './discharges/post-discharge';
import { PreSettlementsController } from './discharges/pre-settlements.controller';
import { QuoteDischargeHandler } from './discharges/quote-discharge';
import { DischargeStream } from './discharges/stream/discharge-stream';
import { YearRoom } from './discharges/year-room';
import { IdentityModule } from './identity/identity.module';
import { OwnDirectory } from './own-directory';
import { PackAdoption } from './policy/pack-adoption';
import { packSources } from './policy/pack-files';
import { PolicyModule } from './policy/policy.module';
import { RegistryModule } from './registry/registry.module';
import { PeriodList } from './settlements/periods/period-list';
import { SettlementReader } from './settlements/settlement-reader';
import { SettlementsController } from './settlements/settlements.controller';
import { StatementController } from './settlements/statement.controller';
import { StatementReader } from './settlements/statement-reader';
import { SettlementWaiters } from './settlements/waiters';

@Module({
  imports: [CqrsModule.forRoot(), IdentityModule, PolicyModule, RegistryModule],
  controllers: [
    DischargesController,
    BatchController,
    PreSettlementsController,
    SettlementsController,
    StatementController,
    CorrectionsController,
    ClearingController,
  ],
  providers: [
    OwnDirectory,
    SettlementReader,
    StatementReader,
    PeriodList,
    SettlementWaiters,
    AcceptanceCopier,
    Acceptances,
    CasePlaces,
    DischargeCheck,
    YearRoom,
    DischargeStream,
    PostDischargeHandler,
    QuoteDischargeHandler,
    YearCorrections,
    ReverseSettlementHandler,
    ResettleHandler,
    RecordPaymentHandler,
  ],
})
export class HospitalGatewayModule implements OnModuleInit {
  constructor(
    private readonly adoption: PackAdoption,
    private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Adopts the built-in packs and those of POLICY_DIR that the log lacks; a conflict stops the start. */
  async onModuleInit(): Promise<void> {
    const { policyDir } = this.settings;
    const adopted = await this.adoption.adoptMissing(packSources(policyDir));
    if (adopted.length > 0) this.logger.info({ packs: adopted }, 'policy packs adopted');
  }
}
