/** The audit over HTTP, for the console: how the log stands, what it says of one settlement or year, and long work as runs. */
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { HistoryController } from './history.controller';
import { Proofs } from './proofs/proofs';
import { AuditRuns } from './runs/audit-runs';
import { RunsController } from './runs/runs.controller';
import { StatusController } from './status.controller';

@Module({
  controllers: [StatusController, HistoryController, RunsController],
  providers: [AuditRuns, Proofs],
})
export class AuditApiModule {
  /** @param audit the audit app that keeps the log's tree, as it stands in this process */
  static of(audit: Type | DynamicModule): DynamicModule {
    return { module: AuditApiModule, imports: [audit] };
  }
}
