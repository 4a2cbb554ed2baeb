/** The integration edge: settlement events to the insurers, through Kafka. */
import { Module } from '@nestjs/common';
import { HeldYearsController } from './held-years.controller';
import { Relay } from './relay';

@Module({ providers: [Relay], controllers: [HeldYearsController] })
export class InsurerRelayModule {}
