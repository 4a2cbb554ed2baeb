/** Completes the single synchronized settlement, bears the hospital's lines, settles years at their end, and watches that every case ends. */
import { Module } from '@nestjs/common';
import { ActorModule } from '@oss/host';
import { StuckController } from './stuck.controller';
import { OpenCaseWatcher } from './watcher';
import { YearEnds } from './year-end/year-ends';
import { YearEndsController } from './year-end/year-ends.controller';

@Module({
  imports: [ActorModule.named('settlement')],
  providers: [OpenCaseWatcher, YearEnds],
  controllers: [StuckController, YearEndsController],
})
export class SettlementModule {}
