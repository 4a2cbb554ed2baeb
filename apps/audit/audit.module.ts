/**
 * The audit app: keeps the tree of the log and signs a checkpoint every AUDIT_CHECKPOINT_SECONDS (default 60) in which something
 * happened. On the embedded store it is part of the one process; on a store that several share it is a process of its own. When
 * the log contradicts its past it raises the alarm and goes on letting people be settled: a hospital's window must not close
 * because an auditor has to look.
 */
import { existsSync, mkdirSync } from 'node:fs';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  Optional,
} from '@nestjs/common';
import { type EventStore, lockDirectory } from '@oss/event-store';
import { EVENT_STORE, LOGGER, Metrics, Settings } from '@oss/host';
import type { Logger } from 'pino';
import { AuditFilesUnusable, auditDirectory, logSigningKey, logVerifierKey, signingKeyFile } from './checkpoints/audit-files';
import { lastCheckpointInLog } from './checkpoints/checkpoint-fact';
import { CheckpointKeeper } from './checkpoints/keeper';
import { LogContradicts } from './checkpoints/signed-roots';
import type { SigningKey, VerifierKey } from './notes/note-keys';

/** Injected where the audit app is a process of its own. */
const IS_ALONE = Symbol('the audit app is a process of its own');

const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 86_400;

/** Where this process stands with signing the log. */
export interface SigningState {
  /** Events in the tree, and under the last checkpoint; null where this process does not sign. */
  readonly treeSize: number | null;
  readonly signedSize: number | null;
  readonly everySeconds: number;
  /** Why the log could not be signed, or null. */
  readonly alarm: string | null;
  /** The log's public key: this process's own, or the one that stands in AUDIT_DIR; null where it is not known. */
  readonly key: VerifierKey | null;
}

@Injectable()
export class LogCheckpoints implements OnApplicationBootstrap, OnApplicationShutdown {
  #keeper: CheckpointKeeper | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Why nothing could be signed the last time, or null. */
  #trouble: string | null = null;
  #key: SigningKey | null = null;
  #everySeconds = DEFAULT_SECONDS;
  #isContradicted = false;
  #release: (() => void) | null = null;
  #starting: Promise<void> = Promise.resolve();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly settings: Settings,
    private readonly metrics: Metrics,
    @Optional() @Inject(IS_ALONE) private readonly isAlone = false,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const isShared = this.settings.eventStore !== 'embedded';
    // Of those who share a store one signs: the others have not the log's key.
    if (isShared && !this.isAlone) {
      this.logger.info('checkpoints of the shared log are signed by the audit app: npm run app -- audit');
      return;
    }
    this.metrics.registerGauge('oss_audit_tree_events', 'events in the audit tree', () => this.#keeper?.size ?? 0);
    this.metrics.registerGauge(
      'oss_audit_signed_events',
      'events covered by the last signed checkpoint',
      () => this.#keeper?.signedSize ?? 0,
    );
    this.metrics.registerGauge('oss_audit_alarm', '1 when checkpoints cannot be signed: run audit verify', () =>
      Number(this.#trouble !== null),
    );
    this.#everySeconds = checkpointSeconds(process.env['AUDIT_CHECKPOINT_SECONDS']);
    if (isShared) this.#lock(auditDirectory(this.settings.dataDir));
    this.#timer = setInterval(() => void this.sign(), this.#everySeconds * 1_000);
    await this.#begin();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#starting;
    await this.#keeper?.stop();
    this.#release?.();
  }

  /** How the signing stands. */
  get state(): SigningState {
    const [keeper, key] = [this.#keeper, this.#key];
    return {
      treeSize: keeper?.size ?? null,
      signedSize: keeper?.signedSize ?? null,
      everySeconds: this.#everySeconds,
      alarm: this.#trouble,
      key: key ?? keyIn(auditDirectory(this.settings.dataDir)),
    };
  }

  /** Signs now what came since the last checkpoint. Never throws: what goes wrong is the alarm. */
  async sign(): Promise<void> {
    if (this.#keeper === null) await this.#begin();
    try {
      await this.#keeper?.sign();
      if (this.#keeper !== null) this.#trouble = null;
    } catch (error) {
      this.#alarm(error);
    }
  }

  /** A store that cannot be reached is asked again at the next time; a log that contradicts its past is left alone. */
  #begin(): Promise<void> {
    return (this.#starting = this.#starting.then(async () => {
      if (this.#keeper !== null || this.#isContradicted) return;
      try {
        this.#keeper = await this.#start();
      } catch (error) {
        this.#isContradicted = error instanceof LogContradicts;
        this.#alarm(error);
      }
    }));
  }

  async #start(): Promise<CheckpointKeeper> {
    const { dataDir } = this.settings;
    const directory = auditDirectory(dataDir);
    if (this.isAlone) await this.#assertOneKey(signingKeyFile(dataDir));
    this.#key = logSigningKey(dataDir, directory);
    return CheckpointKeeper.start(this.store, directory, this.#key);
  }

  /** A second key would make two logs of one. */
  async #assertOneKey(file: string): Promise<void> {
    if (existsSync(file) || (await lastCheckpointInLog(this.store)) === null) return;
    throw new AuditFilesUnusable(
      `the log has been signed before, and there is no key in ${file}: name the log's key with OSS_CHECKPOINT_KEY_FILE`,
    );
  }

  #lock(directory: string): void {
    mkdirSync(directory, { recursive: true });
    this.#release = lockDirectory(directory, "a keeper's files");
  }

  #alarm(error: unknown): void {
    this.#trouble = error instanceof Error ? error.message : String(error);
    this.logger.error({ err: error }, 'the log could not be signed: run "npm run audit -- verify"');
  }
}

function keyIn(directory: string): VerifierKey | null {
  try {
    return logVerifierKey(directory);
  } catch (error) {
    if (error instanceof AuditFilesUnusable) return null;
    throw error;
  }
}

/** @throws RangeError naming the variable and the cure */
function checkpointSeconds(given: string | undefined): number {
  const seconds = Number(given || DEFAULT_SECONDS);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS) return seconds;
  throw new RangeError(
    `AUDIT_CHECKPOINT_SECONDS=${given} must be a whole number from 1 to ${MAX_SECONDS}: leave it out for ${DEFAULT_SECONDS}`,
  );
}

@Module({ providers: [LogCheckpoints], exports: [LogCheckpoints] })
export class AuditModule {
  /** As a process of its own: signs a store that several share. */
  static alone(): DynamicModule {
    return { module: AuditModule, providers: [{ provide: IS_ALONE, useValue: true }] };
  }
}
