/** 商业补充保险 Supplementary insurance: a subscriber of the benefit years that says, in its turn, what this payer pays. */
import { Module } from '@nestjs/common';
import { ActorModule } from '@oss/host';

@Module({ imports: [ActorModule.named('supplementary-insurance')] })
export class SupplementaryInsuranceModule {}
