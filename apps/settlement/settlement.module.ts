/** Completes the single synchronized settlement, bears the hospital's lines, and watches that every case ends. */
import { Module } from '@nestjs/common';
import { ActorModule } from '@oss/host';
import { StuckController } from './stuck.controller';
import { OpenCaseWatcher } from './watcher';

@Module({ imports: [ActorModule.named('settlement')], providers: [OpenCaseWatcher], controllers: [StuckController] })
export class SettlementModule {}
