/** The whole system inside the test's own process: real modules, real store, real HTTP on a free port; only the clock may be set. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '@oss/event-store';
import { Clock, createLogger, EVENT_STORE, listen, loadSettings } from '@oss/host';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { oneStop } from '../../apps/one-stop/one-stop';
import { Client } from './http-client';

/** Processes that share a store share its keys. */
export const TEST_KEY = '07'.repeat(32);

/** A clock that stands still until it is moved. */
export class SetClock extends Clock {
  #at: Date;

  constructor(at: string) {
    super();
    this.#at = new Date(at);
  }

  set(at: string): void {
    this.#at = new Date(at);
  }

  now(): Date {
    return this.#at;
  }
}

export interface System {
  readonly app: NestFastifyApplication;
  readonly client: Client;
  readonly dataDir: string;
  readonly store: EventStore;
  readonly url: string;
  /** Stops cleanly; the data stays. */
  stop(): Promise<void>;
}

export interface SystemOptions {
  readonly dataDir: string;
  readonly policyDir?: string;
  readonly clock?: Clock;
  readonly connections?: number;
  /** Seconds that a posted discharge waits for its settlement. */
  readonly wait?: number;
  /** KurrentDB keeps the facts; absent: the embedded store in `dataDir`. */
  readonly kurrentdbUrl?: string;
  /** Settlements go out to this Kafka, discharges come in from it. */
  readonly kafkaBrokers?: string;
  /** Further settings, as variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the system on a data directory. */
export async function inProcess(options: SystemOptions): Promise<System> {
  const { dataDir, policyDir, clock, connections, wait = 30, kurrentdbUrl, kafkaBrokers, environment } = options;
  const settings = loadSettings({
    PORT: '0',
    DATA_DIR: dataDir,
    POLICY_DIR: policyDir,
    SETTLE_WAIT_SECONDS: String(wait),
    KAFKA_BROKERS: kafkaBrokers,
    ...(kurrentdbUrl === undefined
      ? {}
      : { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: kurrentdbUrl, OSS_MASTER_KEY: TEST_KEY, OSS_HMAC_KEY: TEST_KEY }),
    ...environment,
  });
  const logger = createLogger('silent');
  const running = await listen(oneStop({ settings, logger, ...(clock === undefined ? {} : { clock }) }));
  const client = new Client(running.url, connections);
  return {
    app: running.app,
    client,
    dataDir,
    store: running.app.get<EventStore>(EVENT_STORE),
    url: running.url,
    stop: async () => {
      await client.close();
      await running.close();
    },
  };
}

/** A fresh directory that goes away with `remove`. */
export function freshDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'oss-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
