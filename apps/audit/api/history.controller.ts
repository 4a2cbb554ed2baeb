/** What the log says of one settlement or one person's year: explained, proven, as it was known at an instant. */
import { resolve } from 'node:path';
import { Controller, Get, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { EventReader } from '@oss/event-store';
import { acceptedOf, AttemptQuery, EVENT_STORE, Problem, settlementIdPipe, Settings } from '@oss/host';
import { benefitYearStream } from '@oss/settlement';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { LogCheckpoints } from '../audit.module';
import { auditDirectory } from '../checkpoints/audit-files';
import { type Explanation, explanation } from '../explain/explanation';
import { explanationHtml } from '../explain/explanation-html';
import { explanationText } from '../explain/explanation-text';
import { type FoundSettlement, findSettlement, NotInLog } from '../facts/settlement-facts';
import { settlementThen } from '../facts/settlement-then';
import { verifierKeyText } from '../notes/note-keys';
import { knownAt, NoInstant } from '../replay/instant';
import { type YearThen, yearThen } from '../replay/year-then';
import { CheckpointList } from './checkpoint-list';
import { assertPersonYear } from './path-ids';
import { Proofs } from './proofs/proofs';

const FORMATS = { json: 'application/json', html: 'text/html', text: 'text/plain' } as const;
type Format = keyof typeof FORMATS;
const FORMAT_NAMES = Object.keys(FORMATS) as Format[];
/** A case that was accepted is completed in far less, unless something is wrong. */
const COMPLETED_IN_SECONDS = 1;

class ExplanationQuery extends AttemptQuery {
  @ApiPropertyOptional({ description: 'default by Accept, else json', enum: FORMAT_NAMES })
  @IsOptional()
  @IsIn(FORMAT_NAMES)
  format?: Format;
}

class ProofQuery extends AttemptQuery {
  @ApiPropertyOptional({ description: '覆盖的事件数 Under the checkpoint over so many events; default the last', example: '45' })
  @IsOptional()
  @Matches(/^\d{1,15}$/, { message: 'size must be a whole number' })
  size?: string;

  @ApiPropertyOptional({
    description: '证据包 true: the evidence bundle, with all that the settlement rests on',
    enum: ['true', 'false'],
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  bundle?: 'true' | 'false';
}

class AtQuery {
  @ApiPropertyOptional({
    description: '当时 An instant (RFC 3339), or a day: its end in China; default now',
    example: '2018-03-19',
  })
  @IsOptional()
  @Matches(/^[\d:TZ.+-]{10,40}$/, { message: 'at must be an instant (RFC 3339) or a day, YYYY-MM-DD; write + as %2B' })
  at?: string;
}

@ApiTags('audit 审计')
@Controller('v1/audit')
export class HistoryController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventReader,
    private readonly signing: LogCheckpoints,
    private readonly proofs: Proofs,
    private readonly settings: Settings,
  ) {}

  @Get('settlements/:id/explanation')
  @ApiOperation({ summary: '结算说明 Every fen of a bill: whom it falls to, by which clause, by which calculation' })
  @ApiProduces(...Object.values(FORMATS))
  @ApiResponse({ status: 404, description: 'not-found' })
  @ApiResponse({ status: 409, description: 'not-completed, with `Retry-After`; log-contradicts: its amounts do not close' })
  async explanation(
    @Param('id', settlementIdPipe) id: string,
    @Query() { attempt, format }: ExplanationQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const explained = await this.#explain(id, attemptOf(attempt), reply);
    const wanted = format ?? FORMAT_NAMES.find((each) => FORMATS[each] === acceptedOf(accept, Object.values(FORMATS))) ?? 'json';
    if (wanted === 'json') return explained;
    void reply.header('content-type', `${FORMATS[wanted]}; charset=utf-8`);
    return wanted === 'html' ? explanationHtml(explained) : explanationText(explained);
  }

  @Get('settlements/:id/proof')
  @ApiOperation({
    summary: '入账证明 That a settlement stands in the signed log: a proof, or an evidence bundle',
    description:
      'The file that `audit prove` writes; `audit prove --check FILE --key KEY` checks it offline, and so does anybody’s tool for C2SP tlog-proof. ' +
      'It can be had once a checkpoint covers the completion.',
  })
  @ApiResponse({ status: 404, description: 'not-found: no such settlement, or no checkpoint of that size' })
  @ApiResponse({ status: 409, description: 'not-completed, not-under-checkpoint, both with `Retry-After`; log-contradicts' })
  @ApiResponse({ status: 429, description: 'audit-busy, with `Retry-After`' })
  async proof(
    @Param('id', settlementIdPipe) id: string,
    @Query() { attempt, size, bundle }: ProofQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const found = await this.#found(id, attemptOf(attempt));
    const position = found.completion?.position;
    if (position === undefined) throw this.#notCompleted(id, reply);
    const { key } = this.signing.state;
    const auditDir = resolve(auditDirectory(this.settings.dataDir));
    const list = new CheckpointList(this.store, auditDir, key);
    const checkpoint = size === undefined ? await list.last() : await list.ofSize(Number(size));
    if (checkpoint === null && size !== undefined) throw new Problem('not-found', `no checkpoint covers ${size} events`);
    if (key === null || checkpoint === null || BigInt(checkpoint.position) < position)
      throw this.#notUnder(checkpoint?.size ?? null, id, reply);
    const { dataDir, eventStore, kurrentdbUrl } = this.settings;
    const source = eventStore === 'embedded' ? { dataDir } : { dataDir, kurrentdb: kurrentdbUrl! };
    const settings = { source, auditDir, key: verifierKeyText(key) };
    const asBundle = bundle === 'true';
    const question = { settlementId: id, attempt: found.attempt, size: checkpoint.size, bundle: asBundle };
    const file = await this.#proof(() => this.proofs.make(settings, question), reply);
    const name = `${asBundle ? 'evidence' : 'proof'}-${id}-${found.attempt}.json`;
    void reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('content-disposition', `inline; filename="${name}"`);
    return file;
  }

  @Get('persons/:personKey/years/:year')
  @ApiOperation({
    summary: '年度回放 A person’s benefit year as it was known at an instant',
    description:
      'Two clocks: each case with the day on which it took effect and the instants at which it was known. Without `at` as it is known now.',
  })
  @ApiResponse({ status: 400, description: 'invalid-body: `at` is no moment' })
  @ApiResponse({ status: 404, description: 'not-found: nothing was ever recorded of this person and year' })
  async year(@Param('personKey') personKey: string, @Param('year') year: string, @Query() { at }: AtQuery): Promise<YearThen> {
    assertPersonYear(personKey, year);
    if ((await this.store.readLast(benefitYearStream(personKey, year))) === null)
      throw new Problem('not-found', `nothing was ever recorded of person ${personKey} in ${year}`);
    return yearThen(this.store, personKey, year, at === undefined ? null : instantOf(at));
  }

  async #explain(id: string, attempt: number | undefined, reply: FastifyReply): Promise<Explanation> {
    const { facts, pack } = await settlementThen(this.store, id, attempt, null).catch(asNotFound);
    if (facts === null || facts.completed === null) throw this.#notCompleted(id, reply);
    try {
      return explanation(facts, pack);
    } catch (error) {
      if (error instanceof RangeError) throw new Problem('log-contradicts', error.message, { cause: error });
      throw error;
    }
  }

  #found(id: string, attempt: number | undefined): Promise<FoundSettlement> {
    return findSettlement(this.store, id, attempt).catch(asNotFound);
  }

  #notCompleted(id: string, reply: FastifyReply): Problem {
    void reply.header('retry-after', String(COMPLETED_IN_SECONDS));
    return new Problem('not-completed', `settlement ${id} is still on its way`);
  }

  /** Where the log cannot be signed any more, to come again is of no use. */
  #notUnder(size: number | null, id: string, reply: FastifyReply): Problem {
    const { alarm, everySeconds, key } = this.signing.state;
    if (key === null)
      return new Problem(
        'not-under-checkpoint',
        'the key of the log is not known here: ask the audit app, or put its log.vkey into AUDIT_DIR',
      );
    if (alarm !== null) return new Problem('log-contradicts', `nothing is signed any more: ${alarm}`);
    void reply.header('retry-after', String(everySeconds));
    const why =
      size === null ? 'no checkpoint is signed yet' : `the checkpoint over ${size} events was signed before it was completed`;
    return new Problem('not-under-checkpoint', `settlement ${id}: ${why}`);
  }

  async #proof(make: () => Promise<string>, reply: FastifyReply): Promise<string> {
    try {
      return await make();
    } catch (error) {
      if (error instanceof Problem && error.code === 'audit-busy') void reply.header('retry-after', '5');
      throw error;
    }
  }
}

const attemptOf = (attempt: string | undefined): number | undefined => (attempt === undefined ? undefined : Number(attempt));

function asNotFound(error: unknown): never {
  if (error instanceof NotInLog) throw new Problem('not-found', error.message);
  throw error;
}

function instantOf(at: string): string {
  try {
    return knownAt(at);
  } catch (error) {
    if (error instanceof NoInstant)
      throw new Problem('invalid-body', error.message, { fields: [{ path: 'at', message: error.message }] });
    throw error;
  }
}
