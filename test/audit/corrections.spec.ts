/**
 * A year in which a stay was reversed, the later ones settled again, and a corrected bill came: verified, replayed, explained
 * and proven as it stands, and what somebody writes over in it is named.
 */
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { RecordedEvent } from '@oss/event-store';
import { RESETTLEMENT_OPENED, SETTLEMENT_REVERSED, settlementIdOf, type SettlementView } from '@oss/settlement';
import { type AuditedLog, openLog } from '../../apps/audit/log/audited-log';
import { LogCheckpoints } from '../../apps/audit/audit.module';
import { auditDirectory, checkpointsFile, logVerifierKey } from '../../apps/audit/checkpoints/audit-files';
import { explanation } from '../../apps/audit/explain/explanation';
import { settlementThen } from '../../apps/audit/facts/settlement-then';
import { verifierKeyText } from '../../apps/audit/notes/note-keys';
import { settlementBundle } from '../../apps/audit/prove/make-bundle';
import { inclusionProof } from '../../apps/audit/prove/make-proofs';
import { ProvableLog } from '../../apps/audit/prove/provable-log';
import { totalsThen } from '../../apps/audit/replay/totals-then';
import { yearThen } from '../../apps/audit/replay/year-then';
import { verify, type VerifyReport } from '../../apps/audit/verify/verify';
import { dischargeOf, type DischargeBody, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { ROOT } from '../support/source-tree';
import { wholeLog } from '../support/whole-log';
import { copyStore } from './audited-store';
import { sealAgain } from './forger';

jest.setTimeout(60_000);
const directory = freshDirectory();
const copies = freshDirectory();
const clock = new SetClock('2018-03-01T00:00:00.000Z');
const person = madeUpPerson(9, { category: 'registered-poor' });
const stays = [5_200_000, 1_000_000, 3_000_000].map((totalFen, n) =>
  dischargeOf(person, { encounterNo: `C${n}`, bill: inScopeBill(totalFen) }),
);
const [first, second, third] = stays as [DischargeBody, DischargeBody, DischargeBody];
const BEFORE = '2018-03-20T00:00:00.000Z';
const AFTER = '2018-03-21T00:00:00.000Z';
let system: System;
let reader: AuditedLog;
let personKey: string;
let events: RecordedEvent[];

const idOf = ({ hospitalCode, encounterNo }: DischargeBody): string => settlementIdOf(hospitalCode, encounterNo);

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, clock });
  await system.client.registerHospitals(HOSPITALS);
  personKey = await system.client.register(person);
  clock.set(BEFORE);
  for (const stay of stays) await system.client.settle(stay);
  clock.set(AFTER);
  const order = { reason: '录入错误', operatorCode: 'OP-1', attempt: 1, cascade: true };
  expect((await system.client.post(`/v1/settlements/${idOf(first)}/reversal`, order)).status).toBe(200);
  const corrected = { ...first, bill: inScopeBill(4_000_000), corrects: { settlementId: idOf(first), attempt: 1 } };
  expect((await system.client.discharge(corrected as DischargeBody)).status).toBe(201);
  await system.app.get(LogCheckpoints).sign();
  reader = await openLog({ dataDir: directory.path });
  events = await wholeLog(directory.path);
});
afterAll(async () => {
  await reader.close();
  await system.stop();
  directory.remove();
  copies.remove();
});

function verified(dataDir = directory.path): Promise<VerifyReport> {
  const auditDir = auditDirectory(dataDir);
  const key = logVerifierKey(auditDir);
  return verify({ dataDir, auditDir, key, checkpointFiles: [checkpointsFile(auditDir)], selection: {}, threads: 1 });
}

const shown = async (of: DischargeBody, attempt: number): Promise<SettlementView> =>
  (await system.client.get(`/v1/settlements/${idOf(of)}?attempt=${attempt}`)).json<SettlementView>();

test('verifies: each case that was settled again is derived again from its accepted bill', async () => {
  const { findings, recomputed, underway } = await verified();
  // Four records (the corrected bill is one) and two reopenings, each with its shares and a completion.
  const { length: lines } = (await shown(third, 2)).shares;
  expect({ findings, recomputed, underway }).toEqual({
    findings: [],
    recomputed: { years: 1, cases: 4, compared: 6 * (lines + 2) },
    underway: { accepted: 0, recorded: 0 },
  });
});

test.each<[string, DischargeBody, number, string]>([
  ['reversed', first, 1, 'reversed'],
  ['corrected', first, 2, 'completed'],
  ['superseded', second, 1, 'reversed'],
  ['settled again', third, 2, 'completed'],
])('an attempt that was %s is shown as the system shows it', async (_, of, attempt, status) => {
  const { view } = await settlementThen(reader, idOf(of), attempt, null);
  expect(view).toEqual(await shown(of, attempt));
  expect(view.status).toBe(status);
});

test('the last attempt is meant where none is named; then it was another', async () => {
  expect((await settlementThen(reader, idOf(third), undefined, null)).view.attempt).toBe(2);
  expect((await settlementThen(reader, idOf(third), undefined, BEFORE)).view).toMatchObject({ attempt: 1, status: 'completed' });
  await expect(settlementThen(reader, idOf(third), 3, null)).rejects.toThrow('attempt 3');
  const { facts, pack } = await settlementThen(reader, idOf(third), undefined, null);
  expect(explanation(facts!, pack).total.amountFen).toBe(3_000_000);
});

test('totals and accounts: what was given back is gone', async () => {
  const then = await totalsThen(reader, {}, BEFORE);
  expect([then.settlements, then.totalFen]).toEqual([3, 9_200_000]);
  const now = await totalsThen(reader, {}, null);
  const live = await Promise.all([shown(first, 2), shown(second, 2), shown(third, 2)]);
  expect([now.settlements, now.totalFen]).toEqual([3, 8_000_000]);
  expect(now.selfPayFen).toBe(live.reduce((sum, { selfPayFen = -1 }) => sum + selfPayFen, 0));
  const paid = (payer: string): number =>
    live
      .flatMap(({ shares }) => shares)
      .filter((share) => share.payer === payer)
      .reduce((sum, { paidFen }) => sum + paidFen, 0);
  expect(now.payers.map(({ payer, paidFen }) => [payer, paidFen])).toEqual(now.payers.map(({ payer }) => [payer, paid(payer)]));
  const year = await yearThen(reader, personKey, '2018', null);
  expect(year.cases.map(({ attempt, reversedAt }) => `${attempt} ${reversedAt}`)).toEqual([
    `1 ${AFTER}`,
    `1 ${AFTER}`,
    `1 ${AFTER}`,
    '2 null',
    '2 null',
    '2 null',
  ]);
  expect(year.accounts['year.total']).toBe(8_000_000);
});

test('a bundle says that its settlement was reversed; the independent verifier passes it on', async () => {
  const auditDir = auditDirectory(directory.path);
  const key = logVerifierKey(auditDir);
  const log = await ProvableLog.open(reader, { auditDir, key });
  for (const [of, attempt, reversed] of [
    [first, 1, true],
    [third, 2, false],
  ] as const) {
    const file = join(copies.path, 'bundle.json');
    writeFileSync(file, JSON.stringify(await settlementBundle(log, key, idOf(of), attempt)));
    const { stdout } = spawnSync(
      process.execPath,
      [join(ROOT, 'apps/audit/verifier/verify-bundle.mjs'), file, verifierKeyText(key)],
      { encoding: 'utf8' },
    );
    const answer = JSON.parse(stdout) as { accepted: boolean; reversed: string[]; settlements: { attempt: number }[] };
    expect(answer).toMatchObject({ accepted: true, settlements: [{ attempt }] });
    expect(answer.reversed.includes(`${idOf(of)}/${attempt}`)).toBe(reversed);
  }
  expect((await inclusionProof(log, idOf(third))).attempt).toBe(2);
});

describe('somebody writes over', () => {
  const of = (type: string): RecordedEvent => events.find((event) => event.type === type)!;
  let copied = 0;

  async function overwritten(event: RecordedEvent, from: RegExp, to: (found: string) => string): Promise<string[]> {
    const copy = join(copies.path, String(copied++));
    const [found = ''] = from.exec(event.text) ?? [];
    copyStore(directory.path, copy, [
      `UPDATE events SET data = replace(data, '${found}', '${to(found)}') WHERE position = ${event.position}`,
    ]);
    sealAgain(copy, Number(event.position));
    const { findings } = await verified(copy);
    return findings
      .filter(({ check }) => check === 'recomputation')
      .map(({ what, stream, revision }) => `${what} ${stream}@${revision}`);
  }

  test('the scope of a case that is settled again', async () => {
    const event = of(RESETTLEMENT_OPENED);
    const changed = await overwritten(event, /"inScopeFen":\d+/, () => '"inScopeFen":1');
    expect(changed).toEqual([`changed ${event.stream}@${event.revision}`]);
  });

  test('what a reversal gives back', async () => {
    const event = of(SETTLEMENT_REVERSED);
    const changed = await overwritten(event, /"basic\.inpatient":\d+/, () => '"basic.inpatient":1');
    expect(changed).toEqual([`underivable ${event.stream}@${event.revision}`]);
  });
});
