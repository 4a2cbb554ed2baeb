/** 医疗救助 Medical assistance: a subscriber of the benefit years that says, in its turn, what this payer pays. */
import { Module } from '@nestjs/common';
import { ActorModule } from '@oss/host';

@Module({ imports: [ActorModule.named('medical-assistance')] })
export class MedicalAssistanceModule {}
