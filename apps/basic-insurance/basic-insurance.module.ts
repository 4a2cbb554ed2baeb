/** 城乡居民基本医保 Basic insurance: a subscriber of the benefit years that says, in its turn, what this payer pays. */
import { Module } from '@nestjs/common';
import { ActorModule } from '@oss/host';

@Module({ imports: [ActorModule.named('basic-insurance')] })
export class BasicInsuranceModule {}
