/** `POST /v1/discharges/batch`: many discharges in one request, streamed in and out, without a limit to their number. */
import { PassThrough, pipeline, Readable } from 'node:stream';
import {
  Body,
  Controller,
  Headers,
  HttpCode,
  Inject,
  type OnModuleDestroy,
  type OnModuleInit,
  Post,
  Req,
  Res,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { LOGGER, Problem, Settings } from '@oss/host';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { shapedDischarge } from '../discharge-shape';
import { waitSeconds } from '../wait-seconds';
import { PostDischarge } from '../post-discharge';
import { DischargeBatch } from './discharge-batch';

const NDJSON_MEDIA_TYPE = 'application/x-ndjson';
/** Lines of JSON go by several names; none is registered. */
const READ_TYPES = [NDJSON_MEDIA_TYPE, 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'];
const BATCH_PATH = '/v1/discharges/batch';

const BATCH_TEXT = `One discharge per line, each a body of POST /v1/discharges of at most 512 KiB, UTF-8, LF at its end; blank lines are
skipped and counted. One result per line comes back, in the order of the lines, as it goes:

\`{ "line": 1, "status": 201, "settlement": { … } }\` or \`{ "line": 2, "status": 422, "problem": { … } }\`

\`line\` counts from 1; \`status\` is what a single post would have answered (200, 201, 202, or that of the problem). A bad line fails alone.
A person's lines are recorded in their order; different persons are settled side by side. Read while you send: a client that
does not read its results is not read from either. An answer that ends without its last chunk was broken off: what has no
result yet may or may not be settled. Send the same file again: what was accepted answers 200 and is not settled twice.`;

@ApiTags('discharges 出院结算')
@Controller('v1/discharges')
export class BatchController implements OnModuleInit, OnModuleDestroy {
  /** Stops the reading of each batch that runs. */
  readonly #running = new Set<() => void>();
  #stopping = false;

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly commands: CommandBus,
    private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A batch is handed on as a stream, so neither memory nor the body limit bounds its length; on other routes it stays 415. */
  onModuleInit(): void {
    const fastify = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    fastify.addContentTypeParser(READ_TYPES, (request, payload, done) => {
      if (request.routeOptions.url === BATCH_PATH) done(null, payload);
      else done(Object.assign(new Error('only the batch reads this type'), { statusCode: 415 }));
    });
  }

  /** Called before the server closes: batches that run read no further, settle what they have read, and break off. */
  onModuleDestroy(): void {
    this.#stopping = true;
    for (const stop of this.#running) stop();
  }

  @Post('batch')
  @HttpCode(200)
  @ApiOperation({ summary: '批量结算 Post many discharges as NDJSON; a result per line, in order', description: BATCH_TEXT })
  @ApiConsumes(NDJSON_MEDIA_TYPE)
  @ApiProduces(NDJSON_MEDIA_TYPE)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader({ name: 'Prefer', required: false, description: 'wait=N: seconds to wait for each line (default 5, at most 60)' })
  @ApiResponse({ status: 200, description: 'a result per line, whatever became of the lines' })
  @ApiResponse({ status: 415, description: 'unsupported-media-type: send application/x-ndjson' })
  @ApiResponse({ status: 503, description: 'store-unavailable: the server is stopping' })
  batch(
    @Body() body: unknown,
    @Headers('content-type') type = '',
    @Headers('prefer') prefer: string | undefined,
    @Headers('traceparent') trace: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    if (!READ_TYPES.some((each) => type.toLowerCase().startsWith(each))) {
      throw new Problem('unsupported-media-type', `send the discharges as ${NDJSON_MEDIA_TYPE}, one per line`);
    }
    if (this.#stopping) throw new Problem('store-unavailable', 'the server is stopping');
    const waitMs = waitSeconds(prefer, this.settings.settleWaitSeconds) * 1_000;
    const batch = new DischargeBatch({
      post: (discharge) => this.commands.execute(new PostDischarge(shapedDischarge(discharge), discharge.patient, waitMs, trace)),
      onFailure: (line, problem) => {
        const context = { requestId: request.id, route: BATCH_PATH, line, code: problem.code };
        this.logger.error({ ...context, err: problem.cause ?? problem }, 'a line of a batch failed');
      },
      requestId: request.id,
    });
    const results = Readable.from(this.#results(batch, body as Readable, reply), { objectMode: false });
    void reply.header('content-type', NDJSON_MEDIA_TYPE).send(results);
  }

  async *#results(batch: DischargeBatch, payload: Readable, { raw }: FastifyReply): AsyncGenerator<Buffer> {
    const lines = new PassThrough();
    // When the sender goes away `lines` is destroyed, and the reading of it throws: nothing else is to be done.
    pipeline(payload, lines, () => undefined);
    const stop = (): void => {
      payload.unpipe(lines);
      lines.end();
    };
    this.#running.add(stop);
    try {
      yield* batch.results(lines);
      // Broken off, so that no sender takes what came for the whole.
      if (this.#stopping) raw.destroy();
    } finally {
      this.#running.delete(stop);
    }
  }
}
