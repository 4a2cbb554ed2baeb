/** A year that was settled at its end, taken back by a late discharge and settled again: derived again, and forged amounts named. */
import { join } from 'node:path';
import { type RecordedEvent } from '@oss/event-store';
import { YEAR_END_REVERSED, YEAR_END_SETTLED } from '@oss/settlement';
import { LogCheckpoints } from '../../apps/audit/audit.module';
import { auditDirectory, checkpointsFile, logVerifierKey } from '../../apps/audit/checkpoints/audit-files';
import { countyInLog } from '../../apps/audit/facts/county-in-log';
import { openLog } from '../../apps/audit/log/audited-log';
import { promiseReport } from '../../apps/audit/promise/promise';
import { totalsThen } from '../../apps/audit/replay/totals-then';
import type { Selection } from '../../apps/audit/verify/selection';
import { verify, type VerifyReport } from '../../apps/audit/verify/verify';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { wholeLog } from '../support/whole-log';
import { copyStore } from './audited-store';
import { changeText, sealAgain } from './forger';

jest.setTimeout(60_000);
const REGION = '530102';
const directory = freshDirectory();
const copies = freshDirectory();
const clock = new SetClock('2018-12-30T00:00:00.000Z');
const person = madeUpPerson(11, { region: REGION, category: 'low-income' });
let system: System;
let events: RecordedEvent[];

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, policyDir: join(__dirname, 'packs'), clock });
  await system.client.registerHospitals({ ...HOSPITALS, H2: { ...HOSPITALS.H2, region: REGION } });
  await system.client.register(person);
  const settle = (encounterNo: string): Promise<unknown> =>
    system.client.settle(dischargeOf(person, { encounterNo, bill: inScopeBill(1_000_000) }));
  const yearEnd = async (): Promise<void> => {
    expect((await system.client.post('/v1/year-ends', { region: REGION, year: '2018', operatorCode: 'OP-1' })).status).toBe(200);
  };
  await settle('Y1');
  clock.set('2019-01-02T00:00:00.000Z');
  await yearEnd();
  clock.set('2019-01-03T00:00:00.000Z');
  await settle('Y2');
  await yearEnd();
  await system.app.get(LogCheckpoints).sign();
  events = await wholeLog(directory.path);
});
afterAll(async () => {
  await system.stop();
  directory.remove();
  copies.remove();
});

function verified(dataDir = directory.path): Promise<VerifyReport> {
  const auditDir = auditDirectory(dataDir);
  return verify({
    dataDir,
    auditDir,
    key: logVerifierKey(auditDir),
    checkpointFiles: [checkpointsFile(auditDir)],
    selection: {},
    threads: 1,
  });
}

test('verifies: two settlements of the year and one that took the first back, beside two cases of one share each', async () => {
  expect(events.filter(({ type }) => type === YEAR_END_SETTLED || type === YEAR_END_REVERSED).map(({ type }) => type)).toEqual([
    YEAR_END_SETTLED,
    YEAR_END_REVERSED,
    YEAR_END_SETTLED,
  ]);
  const { findings, recomputed } = await verified();
  expect(findings).toEqual([]);
  const perCase = events.filter(({ stream }) => stream.startsWith('benefit-year-')).length;
  expect(recomputed).toEqual({ years: 1, cases: 2, compared: perCase });
});

test('totals of payers show what was paid at the end of the year, as it was known, where the filters choose the whole year', async () => {
  const log = await openLog({ dataDir: directory.path });
  const told = async (selection: Selection, at: string | null): Promise<unknown> => {
    const { selfPayFen, yearEnds, payers } = await totalsThen(log, selection, at);
    return [selfPayFen, yearEnds, payers.map(({ payer, paidFen, yearEndFen }) => [payer, paidFen, yearEndFen])];
  };
  const [first, both] = [800_000, 1_600_000];
  const basic = (paidFen: number): [string, number, number] => ['basic-insurance', paidFen, 0];
  const none = { settlements: 0, paidFen: 0 };
  expect(await told({}, '2018-12-31T15:59:59.999Z')).toEqual([200_000, none, [basic(first)]]);
  expect(await told({}, '2019-01-02T23:59:59.999Z')).toEqual([
    200_000,
    { settlements: 1, paidFen: 100_000 },
    [basic(first), ['fifth-line', 0, 100_000]],
  ]);
  const now = { settlements: 1, paidFen: 200_000 };
  expect(await told({}, null)).toEqual([400_000, now, [basic(both), ['fifth-line', 0, 200_000]]]);
  expect(await told({ region: '5301', from: '2018-01-01', to: '2018-12-31' }, null)).toEqual(await told({}, null));
  expect(await told({ payer: 'basic-insurance' }, null)).toEqual([400_000, now, [basic(both)]]);
  for (const part of [{ hospital: 'H2' }, { to: '2018-12-30' }, { from: '2018-01-02' }])
    expect(await told(part, null)).toEqual([400_000, none, [basic(both)]]);
  expect(await told({ region: '5302' }, null)).toEqual([0, none, []]);
  await log.close();
});

test('the promise tells beside its cases what the year-end lines paid to persons of the region', async () => {
  const log = await openLog({ dataDir: directory.path });
  const { cases, selfPayFen, yearEndFen } = await promiseReport(await countyInLog(log), '53', '2018');
  expect([cases, selfPayFen, yearEndFen]).toEqual([0, 0, 200_000]);
  expect((await promiseReport(await countyInLog(log), '36', '2018')).yearEndFen).toBe(0);
  await log.close();
});

test('what a year-end line pays is written over, and the stream sealed again: the derivation names it', async () => {
  const event = events.findLast(({ type }) => type === YEAR_END_SETTLED)!;
  const copy = join(copies.path, 'forged');
  const [paid = ''] = /"paidFen":\d+/.exec(event.text) ?? [];
  copyStore(directory.path, copy, [changeText(Number(event.position), paid, '"paidFen":1')]);
  sealAgain(copy, Number(event.position));
  const { findings } = await verified(copy);
  const derived = findings
    .filter(({ check }) => check === 'recomputation')
    .map(({ what, stream, revision }) => `${what} ${stream}@${revision}`);
  expect(derived).toEqual([`changed ${event.stream}@${event.revision}`]);
});
