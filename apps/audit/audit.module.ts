/**
 * The audit app inside the running system: keeps the tree of the log and signs a checkpoint every AUDIT_CHECKPOINT_SECONDS
 * (default 60) in which something happened. When the log contradicts its past it raises the alarm and goes on letting people
 * be settled: a hospital's window must not close because an auditor has to look.
 */
import { Inject, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore } from '@oss/event-store';
import { EVENT_STORE, LOGGER, Metrics, Settings } from '@oss/host';
import type { Logger } from 'pino';
import { auditDirectory, logSigningKey } from './checkpoints/audit-files';
import { CheckpointKeeper } from './checkpoints/keeper';

const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 86_400;

@Injectable()
export class LogCheckpoints implements OnApplicationBootstrap, OnApplicationShutdown {
  #keeper: CheckpointKeeper | null = null;
  #timer: NodeJS.Timeout | null = null;
  #failed = false;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly settings: Settings,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // On a store that several processes share one of them must be the signer, with one key: that is not decided here.
    if (this.settings.eventStore !== 'embedded') return;
    this.metrics.registerGauge('oss_audit_tree_events', 'events in the audit tree', () => this.#keeper?.size ?? 0);
    this.metrics.registerGauge(
      'oss_audit_signed_events',
      'events covered by the last signed checkpoint',
      () => this.#keeper?.signedSize ?? 0,
    );
    this.metrics.registerGauge('oss_audit_alarm', '1 when checkpoints cannot be signed: run audit verify', () =>
      Number(this.#failed),
    );
    const { dataDir } = this.settings;
    const directory = auditDirectory(dataDir);
    const seconds = checkpointSeconds(process.env['AUDIT_CHECKPOINT_SECONDS']);
    try {
      this.#keeper = await CheckpointKeeper.start(this.store, directory, logSigningKey(dataDir, directory));
      this.#timer = setInterval(() => void this.sign(), seconds * 1_000);
    } catch (error) {
      this.#alarm(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#keeper?.stop();
  }

  /** Signs now what came since the last checkpoint. Never throws: what goes wrong is the alarm. */
  async sign(): Promise<void> {
    try {
      await this.#keeper?.sign();
      this.#failed = false;
    } catch (error) {
      this.#alarm(error);
    }
  }

  #alarm(error: unknown): void {
    this.#failed = true;
    this.logger.error({ err: error }, 'the log could not be signed: run "npm run audit -- verify"');
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

@Module({ providers: [LogCheckpoints] })
export class AuditModule {}
