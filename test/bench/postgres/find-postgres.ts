/** The PostgreSQL to compare with: DATABASE_URL, else the one that answers on this machine; a schema of our own in it. */
import { Client } from 'pg';

const CANDIDATES = ['postgres', 'root'].flatMap((user) =>
  ['postgres', 'test'].map((database) => `postgresql://${user}@127.0.0.1:5432/${database}`),
);
const CONNECT_TIMEOUT_MS = 2_000;
const PREFIX = 'one_stop_bench_';

export interface FoundPostgres {
  readonly url: string;
  readonly version: string;
}

/** Null when none answers. @throws when DATABASE_URL is given and does not answer */
export async function findPostgres(): Promise<FoundPostgres | null> {
  const given = process.env['DATABASE_URL'];
  for (const url of given === undefined ? CANDIDATES : [given]) {
    try {
      const version = await withClient(
        url,
        async (client) => (await client.query<{ v: string }>("SELECT current_setting('server_version') AS v")).rows[0]!.v,
      );
      return { url, version };
    } catch (error) {
      if (given !== undefined)
        throw new Error(`DATABASE_URL does not answer: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return null;
}

/** Makes a schema with one table of events; removes those of earlier runs that were killed. @returns its name */
export async function makeSchema(url: string, form: string): Promise<string> {
  const schema = `${PREFIX}${process.pid}_${form}`;
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, $1)',
      [PREFIX],
    );
    for (const { name } of rows)
      if (!isAlive(Number(name.slice(PREFIX.length).split('_')[0]))) await client.query(`DROP SCHEMA ${name} CASCADE`);
    await client.query(`CREATE SCHEMA ${schema}`);
    await client.query(`CREATE TABLE ${schema}.events (
      position bigint GENERATED ALWAYS AS IDENTITY, stream text NOT NULL, revision integer NOT NULL, id uuid NOT NULL, type text NOT NULL,
      recorded_at bigint NOT NULL, hash bytea NOT NULL, due text, trace text, data text NOT NULL, PRIMARY KEY (stream, revision))`);
  });
  return schema;
}

export async function dropSchema(url: string, schema: string): Promise<void> {
  await withClient(url, (client) => client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`));
}

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
