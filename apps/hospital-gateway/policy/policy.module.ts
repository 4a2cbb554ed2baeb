/** Packs: their routes, adoption, and the shelf that answers which of them rules. */
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { POLICY_HANDLERS } from './commands';
import { PackAdoption } from './pack-adoption';
import { PolicyShelf } from './policy-shelf';
import { PolicyController } from './policy.controller';

@Module({
  imports: [CqrsModule],
  controllers: [PolicyController],
  providers: [PolicyShelf, PackAdoption, ...POLICY_HANDLERS],
  exports: [PolicyShelf, PackAdoption],
})
export class PolicyModule {}
