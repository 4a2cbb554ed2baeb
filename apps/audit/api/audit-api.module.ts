/** The audit over HTTP, for the console: how the log stands, what it says of one settlement or year, and long work as runs. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit.module';
import { HistoryController } from './history.controller';
import { Proofs } from './proofs/proofs';
import { AuditRuns } from './runs/audit-runs';
import { RunsController } from './runs/runs.controller';
import { StatusController } from './status.controller';

@Module({
  imports: [AuditModule],
  controllers: [StatusController, HistoryController, RunsController],
  providers: [AuditRuns, Proofs],
})
export class AuditApiModule {}
