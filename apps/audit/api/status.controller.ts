/** `GET /v1/audit/status`, the checkpoints, the list of checks: how the audit stands. */
import { resolve } from 'node:path';
import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { EventReader } from '@oss/event-store';
import { acceptedOf, EVENT_STORE, Problem, Settings } from '@oss/host';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { LogCheckpoints } from '../audit.module';
import { auditDirectory } from '../checkpoints/audit-files';
import { CHECKS } from '../checks/all-checks';
import { verifierKeyText } from '../notes/note-keys';
import { CheckpointList, type CheckpointView } from './checkpoint-list';
import { PackCount } from './pack-count';
import { AuditRuns } from './runs/audit-runs';
import { type Run, RUN_KINDS, type RunKind } from './runs/run';
import { runView, type RunView } from './runs/run-view';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const [JSON_TYPE, TEXT_TYPE] = ['application/json', 'text/plain'] as const;

class CheckpointsQuery {
  @ApiPropertyOptional({ description: '覆盖的事件数 The one checkpoint over so many events', example: '45' })
  @IsOptional()
  @Matches(/^\d{1,15}$/, { message: 'size must be a whole number' })
  size?: string;

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,15}$/, { message: 'cursor is no `next` of this list: begin again without it' })
  cursor?: string;

  @ApiPropertyOptional({ description: `每页条数, 1 to ${MAX_LIMIT}; default ${DEFAULT_LIMIT}`, example: '20' })
  @IsOptional()
  @Matches(/^([1-9]\d?|100)$/, { message: `limit must be a whole number from 1 to ${MAX_LIMIT}` })
  limit?: string;

  @ApiPropertyOptional({ description: 'text: the signed note itself; default by Accept', enum: ['json', 'text'] })
  @IsOptional()
  @IsIn(['json', 'text'])
  format?: 'json' | 'text';
}

/** How the audit of this log stands. */
export interface AuditStatus {
  /** Names the log in its checkpoints, and its public key (name+id+key); null where this process does not sign. */
  readonly origin: string | null;
  readonly vkey: string | null;
  /** Events in the tree, and under the last checkpoint. */
  readonly treeSize: number | null;
  readonly signedSize: number | null;
  readonly checkpointSeconds: number;
  readonly lastCheckpoint: CheckpointView | null;
  /** When it is raised nothing is signed, and the message says why. */
  readonly alarm: { readonly raised: boolean; readonly message: string | null };
  /** Versions of packs that the log holds, and how many of each region. */
  readonly packs: { readonly adopted: number; readonly regions: Readonly<Record<string, number>> };
  readonly runs: {
    readonly running: string | null;
    readonly queued: number;
    /** The last run of each kind that is done. */
    readonly last: Readonly<Record<RunKind, RunView | null>>;
  };
}

@ApiTags('audit 审计')
@Controller('v1/audit')
export class StatusController {
  readonly #packs: PackCount;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventReader,
    private readonly signing: LogCheckpoints,
    private readonly runs: AuditRuns,
    private readonly settings: Settings,
  ) {
    this.#packs = new PackCount(store);
  }

  @Get('status')
  @ApiOperation({
    summary: '审计状态 Tree, checkpoints, alarm, signer, packs, last runs',
    description: '`alarm.raised` means that the log could not be signed: run verify. Bills go on being settled.',
  })
  async status(): Promise<AuditStatus> {
    const { treeSize, signedSize, everySeconds, alarm, key } = this.signing.state;
    const runs = this.runs.list();
    return {
      origin: key?.name ?? null,
      vkey: key === null ? null : verifierKeyText(key),
      treeSize,
      signedSize,
      checkpointSeconds: everySeconds,
      lastCheckpoint: await this.#checkpoints().last(),
      alarm: { raised: alarm !== null, message: alarm },
      packs: await this.#packs.count(),
      runs: {
        running: runs.find(({ state }) => state === 'running')?.id ?? null,
        queued: runs.filter(({ state }) => state === 'queued').length,
        last: Object.fromEntries(RUN_KINDS.map((kind) => [kind, lastOf(kind, runs)])) as Record<RunKind, RunView | null>,
      },
    };
  }

  @Get('checkpoints')
  @ApiOperation({
    summary: '检查点 Signed checkpoints of the log, newest first',
    description:
      'Each as fields and as its signed note (C2SP tlog-checkpoint), with the cosignatures whose copies stand in AUDIT_DIR/cosigned.txt. ' +
      'As text/plain: the note alone, of `size` or the newest one, for other tools.',
  })
  @ApiProduces(JSON_TYPE, TEXT_TYPE)
  @ApiResponse({ status: 200, description: '`{ items: [checkpoint], next }`; with `size` the checkpoint' })
  @ApiResponse({ status: 404, description: 'not-found: no checkpoint covers so many events, or none is signed yet' })
  async checkpoints(
    @Query() { size, cursor, limit, format }: CheckpointsQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const list = this.#checkpoints();
    const asText = format === undefined ? acceptedOf(accept, [JSON_TYPE, TEXT_TYPE]) === TEXT_TYPE : format === 'text';
    if (size === undefined && !asText)
      return list.page(cursor === undefined ? null : Number(cursor), Number(limit ?? DEFAULT_LIMIT));
    const found = size === undefined ? await list.last() : await list.ofSize(Number(size));
    if (found === null)
      throw new Problem('not-found', size === undefined ? 'no checkpoint is signed yet' : `no checkpoint covers ${size} events`);
    if (!asText) return found;
    void reply.header('content-type', `${TEXT_TYPE}; charset=utf-8`);
    return found.note;
  }

  @Get('checks')
  @ApiOperation({ summary: '检查目录 The checks: what they mean, their false alarms, their parameters with defaults' })
  checks(): { items: object[] } {
    return {
      items: CHECKS.map(({ id, zh, en, means, falseAlarms, parameters, parametersMean }) => {
        return { id, zh, en, means, falseAlarms, parameters, parametersMean };
      }),
    };
  }

  #checkpoints(): CheckpointList {
    return new CheckpointList(this.store, resolve(auditDirectory(this.settings.dataDir)), this.signing.state.key);
  }
}

function lastOf(kind: RunKind, runs: readonly Run[]): RunView | null {
  const last = runs.find((run) => run.kind === kind && run.state === 'done');
  return last === undefined ? null : runView(last, 0);
}
