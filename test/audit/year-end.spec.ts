/** A year that was settled at its end, taken back by a late discharge and settled again: derived again, and forged amounts named. */
import { join } from 'node:path';
import { type RecordedEvent } from '@oss/event-store';
import { YEAR_END_REVERSED, YEAR_END_SETTLED } from '@oss/settlement';
import { LogCheckpoints } from '../../apps/audit/audit.module';
import { auditDirectory, checkpointsFile, logVerifierKey } from '../../apps/audit/checkpoints/audit-files';
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
