/** 第五道保障线 The fifth line: a subscriber of the benefit years that says, in its turn, what this payer pays. */
import { Module } from '@nestjs/common';
import { ActorModule } from '@oss/host';

@Module({ imports: [ActorModule.named('fifth-line')] })
export class FifthLineModule {}
