/** The integration edge: settlement events to the insurers, through Kafka. */
import { Module } from '@nestjs/common';
import { Relay } from './relay';

@Module({ providers: [Relay] })
export class InsurerRelayModule {}
