/** The routes of runs: start, list, watch, cancel, read the result. */
import { Body, Controller, Get, Headers, HttpCode, type OnModuleDestroy, Param, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Problem } from '@oss/host';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { CHECKS } from '../../checks/all-checks';
import { runIdPipe } from '../path-ids';
import { AuditRuns } from './audit-runs';
import { isOver, type ResultFormat, type Run } from './run';
import { RunEvents } from './run-events';
import { assertOperator, runOrder } from './run-order';
import { OperatorRequest, RunRequest } from './run-request';
import { resultFile } from './run-result';
import { RUNS_PATH, runView, type RunView } from './run-view';

const FORMATS: readonly ResultFormat[] = ['json', 'csv', 'xlsx', 'svg'];
const CHECK_IDS = CHECKS.map(({ id }) => id);
/** Readers of events at one time. */
const MAX_LISTENERS = 64;

const START_TEXT = `\`verify\`: was anything changed, does every amount follow from the rules. \`checks\`: what real auditors look for. \`what-if\`: what other
rules would have cost. A run is a process of its own at low priority, one at a time; up to 8 wait. The filters from, to, region, hospital and
person choose cases; the other fields belong to the kind that they name. What a run reads is the log as it stands; nothing is written to it.`;

const EVENTS_TEXT = `\`id\`, \`event\` and \`data\`, the whole run as GET of it answers. Events are named \`queued\`, \`progress\`, \`done\`, \`cancelled\`, \`failed\`; the present state
comes first, the last three end the stream. A comment every 15 seconds keeps it open. With \`Last-Event-ID\` nothing is told twice; a
run that is over and was told so answers 204, after which an EventSource stops asking.`;

class ResultQuery {
  @ApiPropertyOptional({ description: 'default json; checks: csv, xlsx; what-if: csv, svg', enum: FORMATS })
  @IsOptional()
  @IsIn(FORMATS)
  format?: ResultFormat;

  @ApiPropertyOptional({ description: 'CSV and XLSX of checks: whose page', enum: CHECK_IDS })
  @IsOptional()
  @IsIn(CHECK_IDS)
  check?: string;
}

@ApiTags('audit 审计')
@Controller(RUNS_PATH.slice(1))
export class RunsController implements OnModuleDestroy {
  readonly #listeners = new Set<RunEvents>();

  constructor(private readonly runs: AuditRuns) {}

  /** Before the server closes, so that no reader holds it open. */
  onModuleDestroy(): void {
    for (const each of this.#listeners) each.destroy();
  }

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: '发起审计任务 Start a run: verify, checks or what-if', description: START_TEXT })
  @ApiResponse({
    status: 202,
    description: 'taken; `Location` and `links` say where it is',
    headers: { Location: { schema: { type: 'string' } } },
  })
  @ApiResponse({ status: 400, description: 'invalid-body: `errors` names every field' })
  @ApiResponse({ status: 422, description: 'pack-invalid: every path with its cure' })
  @ApiResponse({ status: 429, description: 'audit-busy: so many wait already; `Retry-After`' })
  start(@Body() body: RunRequest, @Res({ passthrough: true }) reply: FastifyReply): RunView {
    const order = runOrder(body);
    const run = this.#busyAware(reply, () => this.runs.start(order));
    void reply.header('location', `${RUNS_PATH}/${run.id}`);
    return this.#view(run);
  }

  @Get()
  @ApiOperation({ summary: '审计任务列表 The runs that are kept, newest first' })
  @ApiResponse({ status: 200, description: '`{ items: [run] }`, at most 50: the oldest make room' })
  list(): { items: RunView[] } {
    return { items: this.runs.list().map((run) => this.#view(run)) };
  }

  @Get(':id')
  @ApiOperation({ summary: '审计任务 State, progress with rate and seconds left, summary, who asked' })
  @ApiResponse({ status: 404, description: 'not-found' })
  get(@Param('id', runIdPipe) id: string): RunView {
    return this.#view(this.runs.get(id));
  }

  @Get(':id/events')
  @ApiOperation({ summary: '任务进度 Server-sent events', description: EVENTS_TEXT })
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'the last event that the reader has' })
  @ApiResponse({ status: 204, description: 'the run is over, and the reader knows' })
  @ApiResponse({ status: 404, description: 'not-found' })
  @ApiResponse({ status: 429, description: 'audit-busy: so many listen already' })
  events(
    @Param('id', runIdPipe) id: string,
    @Headers('last-event-id') last: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const run = this.runs.get(id);
    const seen = last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) : null;
    if (isOver(run) && seen === run.sequence) {
      void reply.status(204).send();
      return;
    }
    if (this.#listeners.size >= MAX_LISTENERS) {
      void reply.header('retry-after', '5');
      throw new Problem('audit-busy', `${MAX_LISTENERS} readers of events are connected already`);
    }
    const events = new RunEvents(
      run,
      seen,
      (listener) => this.runs.watch(id, listener),
      (changed) => this.#view(changed),
    );
    this.#listeners.add(events);
    events.once('close', () => this.#listeners.delete(events));
    void reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(events);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: '取消任务 Cancel a run that waits or is under way; again: the same answer' })
  @ApiResponse({ status: 404, description: 'not-found' })
  @ApiResponse({ status: 409, description: 'run-over: it is done or has failed' })
  async cancel(@Param('id', runIdPipe) id: string, @Body() { operatorCode }: OperatorRequest): Promise<RunView> {
    assertOperator(operatorCode);
    const run = await this.runs.cancel(id, operatorCode);
    if (run.state !== 'cancelled') throw new Problem('run-over', `run ${id} is ${run.state}: there is nothing to cancel`);
    return this.#view(run);
  }

  @Get(':id/result')
  @ApiOperation({ summary: '任务结果 The whole result of a run that is done' })
  @ApiProduces('application/json', 'text/csv', 'image/svg+xml')
  @ApiResponse({ status: 404, description: 'not-found' })
  @ApiResponse({ status: 409, description: 'run-not-over, with `Retry-After`; run-without-result: it was cancelled or failed' })
  result(@Param('id', runIdPipe) id: string, @Query() { format, check }: ResultQuery, @Res() reply: FastifyReply): void {
    const run = this.runs.get(id);
    if (!isOver(run)) {
      void reply.header('retry-after', String(this.runs.comeAgainSeconds()));
      throw new Problem('run-not-over', `run ${id} is ${run.state}`);
    }
    if (run.state !== 'done')
      throw new Problem('run-without-result', run.failure ?? `run ${id} was cancelled by ${run.cancelledBy}`);
    const file = resultFile(run, this.runs.directoryOf(id), format ?? 'json', check ?? undefined);
    void reply
      .header('content-type', file.mediaType)
      .header('content-length', String(file.bytes))
      .header('content-disposition', `inline; filename="${file.fileName}"`)
      .send(file.open());
  }

  #view(run: Run): RunView {
    return runView(run, this.runs.ahead(run.id));
  }

  #busyAware<T>(reply: FastifyReply, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof Problem && error.code === 'audit-busy')
        void reply.header('retry-after', String(this.runs.comeAgainSeconds()));
      throw error;
    }
  }
}
