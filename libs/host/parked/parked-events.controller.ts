/** `GET /v1/parked-events` and `POST /v1/parked-events/replay`: what a subscription gave up on, and its delivery once more. */
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { EventStore } from '@oss/event-store';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import type { Logger } from 'pino';
import { LOGGER } from '../host.module';
import { EVENT_STORE } from '../turns/event-store-token';
import { listParkedEvents, type ParkedList, type Replayed, replayParkedEvents } from './parked-events';

class Subscribed {
  @ApiPropertyOptional({ description: '订阅 Whose; absent: of all subscriptions', type: String, example: 'medical-assistance' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  subscription?: string | null;
}

class ParkedEventsQuery extends Subscribed {}

class ReplayRequest extends Subscribed {
  @ApiProperty({ description: '经办人 Who does this; logged', example: 'OP-17' })
  @Matches(/\S/, { message: 'operatorCode must not be blank' })
  @IsString()
  @Length(1, 64)
  operatorCode: string;
}

const LIST_TEXT = `An event whose handler failed at every attempt is set aside: it delays nobody, and waits for a replay. \`error\` is the last attempt's.
\`{ total, items: [{ subscription, stream, revision, position, id, type, attempts, error, parkedAt }] }\`, in the order of the log, the first 1 000.`;

const REPLAY_TEXT = `First mend what \`error\` names. A replay is harmless: an event is a nudge, and what has been done already is not done twice. What is
handled leaves the list; what fails again is parked again, its attempts added up. \`{ items: [{ subscription, parked, delivered }] }\`: \`delivered\` is 0
where no process in reach handles the subscription. The embedded store takes 1 000 of a subscription at once, those that have waited longest: ask again for the rest.
The gateway asks for what its copier (\`gateway-copier\`) parked by itself, and on a store that several processes share only the gateway can.`;

@ApiTags('operation')
@Controller('v1/parked-events')
export class ParkedEventsController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  @ApiOperation({ summary: '搁置的事件 Events that a subscription gave up on', description: LIST_TEXT })
  @ApiResponse({ status: 400, description: 'invalid-body' })
  @ApiResponse({ status: 503, description: 'store-unavailable' })
  list(@Query() { subscription }: ParkedEventsQuery): Promise<ParkedList> {
    return listParkedEvents(this.store, subscription ?? undefined);
  }

  @Post('replay')
  @HttpCode(202)
  @ApiOperation({ summary: '重新投递 Deliver parked events again', description: REPLAY_TEXT })
  @ApiResponse({ status: 202, description: 'handed over, to be handled now' })
  @ApiResponse({ status: 400, description: 'invalid-body' })
  @ApiResponse({ status: 503, description: 'store-unavailable' })
  async replay(@Body() { operatorCode, subscription }: ReplayRequest): Promise<{ readonly items: readonly Replayed[] }> {
    const order = { operatorCode, subscription: subscription ?? undefined };
    return { items: await replayParkedEvents(this.store, this.logger, order) };
  }
}
