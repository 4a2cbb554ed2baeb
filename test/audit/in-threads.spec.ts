/** Whatever the number of threads, and whichever way a store is read: the same report, to the byte; and a thread that breaks is told. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { collect, type EventReader, openEmbeddedReader, type SealedFact } from '@oss/event-store';
import { auditDirectory, checkpointsFile, logVerifierKey } from '../../apps/audit/checkpoints/audit-files';
import { countyInLog } from '../../apps/audit/facts/county-in-log';
import { logPages } from '../../apps/audit/facts/in-bulk';
import { OrderPool } from '../../apps/audit/threads/order-pool';
import { verify, type VerifyReport } from '../../apps/audit/verify/verify';
import { type RulesAsked, rulesAsked } from '../../apps/audit/what-if/other-rules';
import { whatIf } from '../../apps/audit/what-if/what-if';
import { whatIfInThreads } from '../../apps/audit/what-if/what-if-in-threads';
import { fillStore } from '../bench/filled-store';
import { freshDirectory } from '../support/in-process';
import { ROOT } from '../support/source-tree';
import { copyStore } from './audited-store';

jest.setTimeout(300_000);
const SETTLEMENTS = 1_200;
/** Several orders for each of the threads. */
const PERSONS = 360;
const files = freshDirectory();
const store = join(files.path, 'store');
const forged = join(files.path, 'forged');

beforeAll(async () => {
  mkdirSync(store);
  await fillStore(store, { persons: PERSONS }, SETTLEMENTS, () => undefined);
  copyStore(store, forged, [
    `UPDATE events SET data = replace(data, '"paidFen":', '"paidFen":1') WHERE type = 'BasicInsuranceSettled' AND position % 7 = 0`,
    `UPDATE events SET data = replace(data, '"inScopeFen":', '"inScopeFen":2') WHERE type = 'DischargeRecorded' AND position % 31 = 0`,
  ]);
});
afterAll(() => files.remove());

function verified(dataDir: string, threads: number): Promise<VerifyReport> {
  const auditDir = auditDirectory(dataDir);
  const checkpointFiles = [checkpointsFile(auditDir)];
  return verify({ dataDir, auditDir, key: logVerifierKey(auditDir), checkpointFiles, selection: {}, threads });
}

/** The reader as any other store has it: nothing but the port. */
function plain({ readAll, readStream, readLast, headPosition, ...rest }: EventReader): EventReader {
  const { listParked, loadCheckpoint, close } = rest;
  return { readAll, readStream, readLast, headPosition, listParked, loadCheckpoint, close };
}

test('verify: one thread, three threads', async () => {
  const one = await verified(store, 1);
  expect(one.clean).toBe(true);
  expect(one.recomputed!.cases).toBe(SETTLEMENTS);
  expect(JSON.stringify(await verified(store, 3))).toBe(JSON.stringify(one));
});

test('verify: the findings on a forged store, too, in the same order', async () => {
  const one = await verified(forged, 1);
  expect(one.findings.filter(({ check }) => check === 'recomputation').length).toBeGreaterThan(20);
  expect(JSON.stringify(await verified(forged, 3))).toBe(JSON.stringify(one));
});

test.each<[string, RulesAsked]>([
  ['a grid of values', { line: ['fifth-line.limitBp=500,1000', 'basic.rateBp@3=6500'] }],
  ['a pack that reads bills otherwise', { pack: [join(ROOT, 'libs/policy/packs/360783-longnan-2020.yaml')] }],
])('what-if, %s: in this process, one thread, three threads; with and without the file', async (_, asked) => {
  const reader = await openEmbeddedReader({ directory: store });
  try {
    const here = await whatIf(await countyInLog(reader), rulesAsked(asked));
    const slowly = await whatIf(await countyInLog(plain(reader)), rulesAsked(asked));
    const [one, three] = [
      await whatIfInThreads({ dataDir: store, asked, selection: {} }, 1),
      await whatIfInThreads({ dataDir: store, asked, selection: {} }, 3),
    ];
    expect(here[0]!.cases + Object.values(here[0]!.uncovered).reduce((sum, count) => sum + count, 0)).toBe(SETTLEMENTS);
    for (const each of [slowly, one, three]) expect(JSON.stringify(each)).toBe(JSON.stringify(here));
  } finally {
    await reader.close();
  }
});

test('what-if: a selection of one person and a half-year', async () => {
  const reader = await openEmbeddedReader({ directory: store });
  try {
    const [stream] = [...reader.streamNames('benefit-year-')];
    const selection = { person: stream!.split('-')[2]!, from: '2018-01-01', to: '2018-06-30' };
    const asked = { line: ['fifth-line.limitBp=500'] };
    const here = await whatIf(await countyInLog(reader), rulesAsked(asked), selection);
    expect(here[0]!.cases).toBeGreaterThan(0);
    expect(await whatIfInThreads({ dataDir: store, asked, selection }, 2)).toEqual(here);
  } finally {
    await reader.close();
  }
});

test('the log by pages is the log, with and without the file', async () => {
  const reader = await openEmbeddedReader({ directory: store });
  try {
    const sealed = ({ position, stream, revision, id, type, text, recordedAt, hash }: SealedFact) => {
      return [position, stream, revision, id, type, text, recordedAt, hash];
    };
    const all = (await collect(reader.readAll())).map(sealed);
    for (const each of [reader, plain(reader)]) expect((await collect(logPages(each))).flat().map(sealed)).toEqual(all);
  } finally {
    await reader.close();
  }
});

test('what breaks in a thread is told', async () => {
  const settings = { dataDir: store, asked: { line: ['basic.limitBp=500'] }, selection: {} };
  await expect(whatIfInThreads(settings, 2)).rejects.toThrow(/basic\.limitBp=500: pack .* has no such value/);
});

test('a thread that cannot begin ends the work', async () => {
  const pool = new OrderPool<object, object>({
    worker: 'verify/recomputation-worker',
    settings: { dataDir: join(files.path, 'nothing'), selection: {} },
    threads: 2,
    onAnswer: () => undefined,
  });
  pool.give({ years: [] });
  await expect(pool.finish()).rejects.toThrow(/there is no event store/);
  await pool.close();
});
