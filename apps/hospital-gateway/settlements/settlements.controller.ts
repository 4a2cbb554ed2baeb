/** Reading settlements: as they stand, their earlier attempts, and the facts they rest on. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AttemptQuery, Problem, settlementIdPipe } from '@oss/host';
import { settlementIdOf, type SettlementView } from '@oss/settlement';
import { LIST_TEXTS, listAnswer, type ListAnswer } from './periods/period-answer';
import { PeriodList } from './periods/period-list';
import { settlementsAsked, SettlementsQuery } from './periods/period-request';
import { SettlementReader } from './settlement-reader';

/** A fact as the audit trail shows it. */
interface FactView {
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly hash: string;
  readonly data: unknown;
}

@ApiTags('settlements 结算')
@Controller('v1/settlements')
export class SettlementsController {
  constructor(
    private readonly reader: SettlementReader,
    private readonly periods: PeriodList,
  ) {}

  @Get()
  @ApiOperation(LIST_TEXTS.operation)
  @ApiResponse(LIST_TEXTS.ok)
  @ApiResponse({ status: 400, description: 'invalid-body: `errors` names the parameters' })
  @ApiResponse({ status: 503, description: 'store-unavailable: the list has not reached the head of the log in time' })
  async find(@Query() query: SettlementsQuery): Promise<ListAnswer> {
    const asked = settlementsAsked(query);
    if ('period' in asked) return listAnswer(asked.period, await this.periods.page(asked.period));
    const found = await this.reader.view(settlementIdOf(asked.encounter.hospitalCode, asked.encounter.encounterNo));
    return { items: found === null ? [] : [found] };
  }

  @Get(':id')
  @ApiOperation({ summary: '结算单 The settlement as it stands, with its workings' })
  @ApiResponse({ status: 404, description: 'not-found' })
  async get(@Param('id', settlementIdPipe) id: string, @Query() { attempt }: AttemptQuery): Promise<SettlementView> {
    const found = await this.reader.view(id, attempt === undefined ? undefined : Number(attempt));
    if (found === null)
      throw new Problem('not-found', `there is no settlement ${id}${attempt === undefined ? '' : ` with attempt ${attempt}`}`);
    return found;
  }

  @Get(':id/events')
  @ApiOperation({ summary: '结算事实 Its facts in order, with stream, revision and hash' })
  @ApiResponse({ status: 404, description: 'not-found' })
  async events(@Param('id', settlementIdPipe) id: string): Promise<{ events: FactView[] }> {
    const events = await this.reader.events(id);
    if (events.length === 0) throw new Problem('not-found', `there is no settlement ${id}`);
    return {
      events: events.map((event) => ({
        stream: event.stream,
        revision: event.revision,
        position: String(event.position),
        id: event.id,
        type: event.type,
        recordedAt: event.recordedAt,
        hash: event.hash,
        data: event.data,
      })),
    };
  }
}
