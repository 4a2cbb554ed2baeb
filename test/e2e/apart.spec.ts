/**
 * What an app that stands alone on KurrentDB (its test double) refuses at its start. That apps apart settle what one process
 * settles is `test/scenario`; that they do so while everything around them breaks is `test/faults`.
 */
import { freshDirectory } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { NotStarted, type RealProcess, startProcess } from '../support/real-process';
import { onKurrentDb } from '../support/supervised';

jest.setTimeout(60_000);
const directories = [freshDirectory(), freshDirectory()] as const;
let double: KurrentDbDouble;
let gateway: RealProcess;

beforeAll(async () => {
  double = await KurrentDbDouble.start();
});

afterAll(async () => {
  expect(await gateway.end('SIGTERM')).toEqual({ code: 0, signal: null });
  double.stop();
  for (const directory of directories) directory.remove();
});

test('a gateway refuses a directory that another one works in, and keys that are not there', async () => {
  const start = (environment: Readonly<Record<string, string>>, directory: number): Promise<RealProcess> =>
    startProcess(directories[directory]!.path, environment, 'hospital-gateway');
  const withoutKeys = { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: double.url() };
  const [running, keyless] = await Promise.all([
    start(onKurrentDb(double.url()), 0),
    start(withoutKeys, 1).catch((error: unknown) => error),
  ]);
  gateway = running;
  expect((keyless as NotStarted).ended).toEqual({ code: 2, signal: null });
  expect((keyless as NotStarted).output).toContain('set OSS_MASTER_KEY and OSS_HMAC_KEY');
  const refused = await start(onKurrentDb(double.url()), 0).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NotStarted);
  expect((refused as NotStarted).ended).toEqual({ code: 2, signal: null });
  expect((refused as NotStarted).output).toContain('is already open for writing by another process');
});
