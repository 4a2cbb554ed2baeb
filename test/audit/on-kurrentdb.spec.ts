/**
 * The audit on KurrentDB (its test double): one history on both stores, settled by the same payers at the same instants, gives
 * the same signed tree and, whatever an auditor asks, the same answers; and what somebody with the server in his hands changes,
 * removes or hides is found and named.
 */
import { join } from 'node:path';
import { collect, openKurrentStore } from '@oss/event-store';
import { SETTLEMENT_COMPLETED } from '@oss/settlement';
import { auditDirectory, checkpointsFile, logSigningKey } from '../../apps/audit/checkpoints/audit-files';
import { CHECKPOINT_SIGNED, checkpointsInLog } from '../../apps/audit/checkpoints/checkpoint-fact';
import { CheckpointKeeper } from '../../apps/audit/checkpoints/keeper';
import { explanation } from '../../apps/audit/explain/explanation';
import { eventRows } from '../../apps/audit/export/event-rows';
import { settlementRows } from '../../apps/audit/export/settlement-rows';
import { countyInLog } from '../../apps/audit/facts/county-in-log';
import { factsFileLines } from '../../apps/audit/facts/facts-file';
import { settlementThen } from '../../apps/audit/facts/settlement-then';
import { type AuditedLog, openLog } from '../../apps/audit/log/audited-log';
import { promiseReport } from '../../apps/audit/promise/promise';
import { checkProof } from '../../apps/audit/prove/check-proof';
import { settlementBundle } from '../../apps/audit/prove/make-bundle';
import { consistencyProof, inclusionProof } from '../../apps/audit/prove/make-proofs';
import { ProvableLog } from '../../apps/audit/prove/provable-log';
import { totalsThen } from '../../apps/audit/replay/totals-then';
import { yearThen } from '../../apps/audit/replay/year-then';
import { runChecks } from '../../apps/audit/checks/run-checks';
import { type VerifyReport, verify } from '../../apps/audit/verify/verify';
import { gridOf } from '../../apps/audit/what-if/other-rules';
import { whatIf } from '../../apps/audit/what-if/what-if';
import type { SigningKey } from '../../apps/audit/notes/note-keys';
import { packFile } from '../../apps/hospital-gateway/policy/pack-files';
import { freshDirectory } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import type { StoredEvent } from '../support/kurrentdb-double/log';
import { ACTORS, type PlannedCase, Scene } from '../support/payers-on-a-store';

jest.setTimeout(120_000);
const LAW = packFile(join(__dirname, '360222-four-lines-2018.yaml'));
const PLANNED: readonly PlannedCase[] = [
  { person: 1, category: 'registered-poor', level: 2, totalFen: 5_200_000 },
  { person: 2, category: null, level: 3, totalFen: 4_000_000 },
  { person: 1, category: 'registered-poor', level: 1, totalFen: 4_000_000 },
  { person: 3, category: 'low-income', level: 2, totalFen: 1_000_000 },
  { person: 2, category: null, level: 2, totalFen: 777_777 },
];
const PERSON = '1'.padStart(32, '0');

const keys = freshDirectory();
let key: SigningKey;
let double: KurrentDbDouble;
let here: Scene;
let there: Scene;
/** The same log, on either store. */
let logs: { readonly embedded: AuditedLog; readonly distributed: AuditedLog };
let settlementId: string;

/** Settles the plan, with a checkpoint after every second case and at the end. */
async function settled(scene: Scene): Promise<void> {
  const keeper = await CheckpointKeeper.start(scene.store, auditDirectory(scene.directory), key);
  const taker = scene.taker();
  for (const actor of ACTORS) taker.enlist(actor);
  for (const [index, each] of PLANNED.entries()) {
    await scene.enter(taker, each, `E${index}`);
    if (index % 2 === 1 || index === PLANNED.length - 1) await keeper.sign();
  }
  await keeper.stop();
}

beforeAll(async () => {
  double = await KurrentDbDouble.start();
  here = await Scene.open(LAW);
  there = await Scene.open(LAW, (clock) => openKurrentStore({ url: double.url(), clock }));
  for (const { directory } of [here, there]) key = logSigningKey(keys.path, auditDirectory(directory));
  await settled(here);
  await settled(there);
  logs = {
    embedded: await openLog({ dataDir: here.directory }),
    distributed: await openLog({ dataDir: there.directory, kurrentdb: double.url() }),
  };
  const completed = (await there.events()).find(({ type }) => type === SETTLEMENT_COMPLETED)!;
  ({ settlementId } = completed.data as { settlementId: string });
});
afterAll(async () => {
  await Promise.all([logs.embedded.close(), logs.distributed.close()]);
  await Promise.all([here.close(), there.close()]);
  double.stop();
  keys.remove();
});

function verified(scene: Scene, threads = 1): Promise<VerifyReport> {
  const auditDir = auditDirectory(scene.directory);
  const kurrentdb = scene === there ? { kurrentdb: double.url() } : {};
  const checkpointFiles = [checkpointsFile(auditDir)];
  return verify({ dataDir: scene.directory, ...kurrentdb, auditDir, key, checkpointFiles, selection: {}, threads });
}

/** Under the first checkpoint: the fact that stores one names its position, so that what comes after differs by that alone. */
function provable(log: AuditedLog): Promise<ProvableLog> {
  const { directory } = log === logs.embedded ? here : there;
  return ProvableLog.open(log, { auditDir: auditDirectory(directory), key, size: 15 });
}

test('the same history is signed with the same checkpoint, and verifies alike', async () => {
  const [mine, theirs] = await Promise.all([here, there].map(async ({ store }) => checkpointsInLog(store)));
  expect(theirs![0]!.data.checkpoint).toBe(mine![0]!.data.checkpoint);
  for (const checkpoints of [mine, theirs]) expect(checkpoints!.map(({ data }) => data.size)).toEqual([15, 30, 38]);
  const report = await verified(there, 2);
  expect(report).toMatchObject({ clean: true, events: 39, checkpoints: 3, recomputed: { years: 3, cases: 5, compared: 30 } });
  expect(report).toEqual(await verified(here));
});

const county = (log: AuditedLog) => countyInLog(log);
const rows = <T>(lines: AsyncIterable<T>): Promise<T[]> => collect(lines);

const ASKED: Readonly<Record<string, (log: AuditedLog) => Promise<unknown>>> = {
  explain: async (log) => {
    const { facts, pack } = await settlementThen(log, settlementId, undefined, null);
    return explanation(facts!, pack);
  },
  'replay of a settlement': (log) => settlementThen(log, settlementId, undefined, '2019-01-01T00:00:00.000Z'),
  'replay of a year': (log) => yearThen(log, PERSON, '2018', null),
  'replay of totals': (log) => totalsThen(log, {}, null),
  checks: async (log) =>
    (await runChecks(await county(log), { today: '2019-01-31' })).map((page) => ({ ...page, findings: [...page.findings] })),
  'what-if': async (log) => whatIf(await county(log), gridOf(['fifth-line.limitBp=500']), {}),
  promise: async (log) => promiseReport(await county(log), '3602', '2018'),
  'export of settlements': async (log) => rows(settlementRows(await county(log), {}, () => undefined)),
  'export of facts': async (log) => rows(factsFileLines(await county(log))),
  'export of events': async (log) => {
    const lines = await rows(eventRows(log, 'ndjson', () => undefined));
    return lines
      .map(String)
      .filter((line) => !line.includes(CHECKPOINT_SIGNED))
      .map((line) => line.replace(/"position":"\d+",/, ''));
  },
  'inclusion proof': async (log) => inclusionProof(await provable(log), settlementId),
  'evidence bundle': async (log) => settlementBundle(await provable(log), key, settlementId),
};

test.each(Object.keys(ASKED))('%s: the same answer from both stores', async (asked) => {
  const answer = await ASKED[asked]!(logs.distributed);
  expect(answer).toEqual(await ASKED[asked]!(logs.embedded));
  expect(JSON.stringify(answer).length).toBeGreaterThan(100);
});

test('what is proven there is accepted by the public key alone', async () => {
  const log = await ProvableLog.open(logs.distributed, { auditDir: auditDirectory(there.directory), key });
  const policy = { log: key, witnesses: [] };
  expect(checkProof(await inclusionProof(log, settlementId), policy)).toMatchObject({
    accepted: true,
    settlement: { settlementId },
  });
  expect(checkProof(consistencyProof(log, 15), policy)).toMatchObject({
    accepted: true,
    passed: ['log-signature', 'witnesses', 'fresh', 'consistency'],
  });
});

describe('somebody with the server in his hands', () => {
  const stored = (type: string, n: number): StoredEvent => double.log.all.filter((event) => event.type === type)[n]!;
  const told = ({ findings }: VerifyReport): string[] =>
    findings.map(({ check, what, stream, revision }) => `${check} ${what} ${stream ?? ''}@${revision ?? ''}`);

  test('changes an amount: chain and recomputation name the event', async () => {
    const event = stored('BasicInsuranceSettled', 2);
    const undo = double.log.forge(event, (data) => data.replace(/"paidFen":\d+/, '"paidFen":1'));
    const name = `${event.stream}@${event.revision}`;
    expect(told(await verified(there))).toEqual([`chain changed ${name}`, `recomputation changed ${name}`]);
    undo();
    expect((await verified(there)).clean).toBe(true);
  });

  test('drops the last event of a year, which no chain misses: the tree names what stands in its place', async () => {
    const event = stored(SETTLEMENT_COMPLETED, 2);
    const undo = double.log.forge(event, null);
    const report = await verified(there);
    undo();
    expect(report.clean).toBe(false);
    expect(report.findings.map(({ check, what, place }) => [check, what, place])).toEqual([
      ['tree', 'changed', 16],
      ['tree', 'truncated', 38],
      ['tree', 'removed', 23],
    ]);
    expect(report.vouched?.place).toBe(15);
  });

  test('tombstones a year, or hides its beginning: the log still has it, and it is said that nobody can read it', async () => {
    const { stream } = stored(SETTLEMENT_COMPLETED, 2);
    double.log.tombstone(stream);
    expect(told(await verified(there))).toEqual([`recomputation removed ${stream}@`]);
    double.log.bringBack(stream);
    double.log.truncate(stream, 6);
    expect(told(await verified(there))).toEqual([`recomputation underivable ${stream}@6`]);
    double.log.truncate(stream, 0);
    expect((await verified(there)).clean).toBe(true);
  });
});
