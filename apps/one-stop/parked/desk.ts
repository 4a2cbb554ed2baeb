/**
 * Where parked events are asked for: the running server; KurrentDB itself, which any process may ask; or a data directory,
 * read beside whoever works in it. To deliver something again somebody must handle it: in a directory that nobody works in,
 * the system does so, started without a port.
 */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type EventStore, lockDirectory, openEmbeddedReader, openKurrentStore } from '@oss/event-store';
import {
  createApp,
  createLogger,
  EVENT_STORE,
  listParkedEvents,
  loadSettings,
  type ParkedList,
  type Replayed,
  type ReplayOrder,
  replayParkedEvents,
} from '@oss/host';
import { oneStop } from '../one-stop';
import { call, CliError, NoAnswer } from '../registry/server';

export interface Place {
  /** Where the server answers, and whether somebody said so. */
  readonly url: string;
  readonly isUrlGiven: boolean;
  readonly dataDir?: string | undefined;
}

export interface ParkedDesk {
  /** For people; holds no password. */
  readonly where: string;
  list(subscription: string | undefined): Promise<ParkedList>;
  /** @throws CliError when nobody can be made to handle them */
  replay(order: ReplayOrder): Promise<readonly Replayed[]>;
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A directory that is named, else a server that is named, else the store that EVENT_STORE names, else the usual server.
 * @throws CliError, SettingsError
 */
export async function openDesk({ url, isUrlGiven, dataDir }: Place, environment: Environment): Promise<ParkedDesk> {
  if (dataDir !== undefined) return directoryDesk(dataDir, environment);
  if (!isUrlGiven && environment['EVENT_STORE'] === 'kurrentdb') return kurrentDesk(environment);
  return serverDesk(url.replace(/\/$/, ''));
}

function serverDesk(url: string): ParkedDesk {
  return {
    where: url,
    list: async (subscription) => {
      const query = subscription === undefined ? '' : `?${new URLSearchParams({ subscription })}`;
      return withOtherWays(call<ParkedList>(url, { method: 'GET', path: `/v1/parked-events${query}` }));
    },
    replay: async (order) => {
      const asked = {
        method: 'POST',
        path: '/v1/parked-events/replay',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      } as const;
      return (await withOtherWays(call<{ items: readonly Replayed[] }>(url, asked))).items;
    },
    close: async () => {},
  };
}

async function withOtherWays<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new NoAnswer(
      `${error.message}; or give --data-dir, the directory of a system that does not run, or EVENT_STORE=kurrentdb with KURRENTDB_URL`,
    );
  }
}

function kurrentDesk(environment: Environment): ParkedDesk {
  const store = openKurrentStore({ url: loadSettings(environment).kurrentdbUrl! });
  return {
    where: 'KurrentDB (KURRENTDB_URL)',
    list: (subscription) => listParkedEvents(store, subscription),
    replay: (order) => replayParkedEvents(store, createLogger('info', process.stderr), order),
    close: () => store.close(),
  };
}

async function directoryDesk(directory: string, environment: Environment): Promise<ParkedDesk> {
  const reader = await openEmbeddedReader({ directory });
  let app: NestFastifyApplication | null = null;
  return {
    where: directory,
    list: (subscription) => listParkedEvents(reader, subscription),
    replay: async (order) => {
      app = await startWithoutPort(directory, environment);
      return replayParkedEvents(app.get<EventStore>(EVENT_STORE), createLogger('info', process.stderr), order);
    },
    close: async () => {
      await app?.close();
      await reader.close();
    },
  };
}

/** The whole system, save Kafka: what is done here its relay publishes when it runs again, and no discharge comes in meanwhile. */
async function startWithoutPort(directory: string, environment: Environment): Promise<NestFastifyApplication> {
  try {
    lockDirectory(directory)();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${reason}. If it is the server: leave --data-dir out, and say with --url where it answers`);
  }
  const settings = loadSettings({ ...environment, DATA_DIR: directory, EVENT_STORE: 'embedded', KAFKA_BROKERS: '' });
  const app = await createApp(oneStop({ settings, logger: createLogger('warn', process.stderr) }));
  return app.init();
}
