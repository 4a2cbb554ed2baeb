/**
 * The year-end line through HTTP (domain rules §6): nothing at the window, once for the year after it is over, taken back by a
 * later discharge or a reversal, settled again, and never twice. Amounts by hand, in yuan.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProblemBody } from '@oss/host';
import { benefitYearStream, settlementIdOf } from '@oss/settlement';
import { inYuan, yuan } from '../support/amounts';
import { dischargeOf, type DischargeBody, HOSPITALS, inScopeBill, madeUpPerson, type PersonBody } from '../support/county';
import { runCommand } from '../support/command';
import { assertHistory } from '../support/history';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';

const REGION = '530102';
const PACK = `
schema: 1
id: '530102/2018-01-01'
region: '530102'
name: 测试县年终兜底 2018
from: '2018-01-01'
sources: { notice: { title: 测试 } }
defaults: { source: notice, provenance: assumed }
localArea: { value: ['5301'] }
categories: [low-income]
scope: { classBFirstSelfPay: { value: 1000 } }
care: { inpatient: { chain: [basic, year-limit] } }
lines:
  - id: basic
    label: 基本医保
    payer: basic-insurance
    shape: proportional
    rules:
      - parts: [{ base: in-scope-rest, rate: { value: 8000 } }]
  - id: year-limit
    label: 年终兜底保障
    payer: fifth-line
    shape: top-up
    timing: { value: year-end }
    rules:
      - when: { categories: [low-income] }
        limit: { percentOf: total, rate: { value: 1000 } }
      - nothing: 非兜底保障对象
`;

const directory = freshDirectory();
const clock = new SetClock('2018-12-31T15:59:00.000Z');
let system: System;
let people = 600;
let encounters = 0;

beforeAll(async () => {
  const policyDir = mkdtempSync(join(tmpdir(), 'oss-packs-'));
  writeFileSync(join(policyDir, 'year-end.yaml'), PACK);
  system = await inProcess({ dataDir: directory.path, policyDir, clock });
  await system.client.registerHospitals({ ...HOSPITALS, H2: { ...HOSPITALS.H2, region: REGION } });
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

async function person(category?: 'low-income'): Promise<PersonBody> {
  const made = madeUpPerson(people++, { region: REGION, ...(category === undefined ? {} : { category }) });
  await system.client.register(made);
  return made;
}

const stay = (of: PersonBody, total: string): DischargeBody =>
  dischargeOf(of, { encounterNo: `YE-${encounters++}`, bill: inScopeBill(yuan(total)) });

interface Done {
  readonly settled: number;
  readonly settledBefore: number;
  readonly nothingDue: number;
  readonly openCases: number;
  readonly paidFen: number;
}

async function yearEnd(
  region = REGION,
): Promise<{ rows: { personKey: string; outcome: string; paidFen: number }[]; done: Done }> {
  const answer = await system.client.post('/v1/year-ends', { region, year: '2018', operatorCode: 'OP-1' });
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
  const lines = answer.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const last = lines.at(-1) as { done: Done };
  expect(lines[0]).toEqual({ years: lines.length - 2 });
  return { rows: lines.slice(1, -1) as never, done: last.done };
}

async function types(of: DischargeBody, personKey: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { type } of system.store.readStream(benefitYearStream(personKey, of.care.dischargedOn))) found.push(type);
  return found.filter((type) => type.startsWith('YearEnd'));
}

test('the whole life of a year: before its end, at it, again, with a late discharge, with a reversal', async () => {
  const poor = await person('low-income');
  const ordinary = await person();
  const personKey = await system.client.register(poor);
  // 1 000 → 800, 200 left; 2 000.05 → 1 600.04, 400.01 left; nothing of it by the year-end line at the window.
  const [first, second] = [stay(poor, '1 000.00'), stay(poor, '2 000.05')];
  const views = [await system.client.settle(first), await system.client.settle(second)];
  expect(views.map(({ shares }) => shares.map(({ line, paidFen }) => `${line} ${inYuan(paidFen)}`))).toEqual([
    ['basic 800.00', 'year-limit 0.00'],
    ['basic 1 600.04', 'year-limit 0.00'],
  ]);
  await system.client.settle(stay(ordinary, '500.00'));

  const early = await system.client.post('/v1/year-ends', { region: REGION, year: '2018', operatorCode: 'OP-1' });
  expect([early.status, early.json<ProblemBody>().code]).toEqual([409, 'year-not-over']);
  clock.set('2018-12-31T16:00:00.000Z');

  // The year: total 3 000.05, limit 300.005 → 300.00 (down); self-pay 600.01; 300.01 is paid.
  const run = await yearEnd();
  expect(run.rows.find((row) => row.personKey === personKey)).toEqual({ personKey, outcome: 'settled', paidFen: yuan('300.01') });
  expect(run.done).toMatchObject({ settled: 1, settledBefore: 0, nothingDue: 1, openCases: 0, paidFen: yuan('300.01') });
  const head = await system.store.headPosition();
  expect((await yearEnd('530000')).done).toMatchObject({ settled: 0, settledBefore: 1, nothingDue: 1, paidFen: yuan('300.01') });
  expect((await yearEnd('360222')).rows).toEqual([]);
  expect(await system.store.headPosition()).toBe(head);

  // A bill of the year that comes in January: the year's settlement is taken back first, and made again by the next run.
  const late = stay(poor, '1 000.00');
  await system.client.settle(late);
  expect(await types(first, personKey)).toEqual(['YearEndSettled', 'YearEndReversed']);
  // Total 4 000.05, limit 400.00; self-pay 800.01; 400.01.
  expect((await yearEnd()).done).toMatchObject({ settled: 1, paidFen: yuan('400.01') });

  const reversal = { reason: '录入错误', operatorCode: 'OP-1', attempt: 1, cascade: true };
  const reversed = await system.client.post(
    `/v1/settlements/${settlementIdOf(first.hospitalCode, first.encounterNo)}/reversal`,
    reversal,
  );
  expect(reversed.status).toBe(200);
  expect(await types(first, personKey)).toEqual(['YearEndSettled', 'YearEndReversed', 'YearEndSettled', 'YearEndReversed']);
  for (let tries = 0; tries < 200; tries += 1) {
    const { done } = await yearEnd();
    if (done.openCases === 0) break;
  }
  // Total 3 000.05 again: 300.01.
  expect((await yearEnd()).done).toMatchObject({ settled: 0, settledBefore: 1, paidFen: yuan('300.01') });
});

test('the command asks the running server, prints the sums, and says by its exit code whether a year is left over', async () => {
  const args = ['year-end', '--region', REGION, '--year', '2018', '--url', system.url];
  const told = await runCommand('apps/one-stop/settle/main.js', [...args, '--json']);
  expect([told.code, JSON.parse(told.stdout)]).toEqual([
    0,
    { settled: 0, settledBefore: 1, openCases: 0, nothingDue: 1, otherRegion: 0, failed: 0, paidFen: yuan('300.01') },
  ]);
  const { code, stdout } = await runCommand('apps/one-stop/settle/main.js', args);
  expect([code, stdout.split('\n')[0], stdout.includes('年终支付合计 paid at year end: 300.01 元')]).toEqual([
    0,
    `年终结算 Year-end settlement ${REGION} 2018`,
    true,
  ]);
  const early = await runCommand('apps/one-stop/settle/main.js', [
    'year-end',
    '--region',
    REGION,
    '--year',
    '2019',
    '--url',
    system.url,
  ]);
  expect([early.code, early.stdout, early.stderr.includes('年度尚未结束')]).toEqual([2, '', true]);
  expect((await runCommand('apps/one-stop/settle/main.js', ['year-end', '--region', REGION])).code).toBe(2);
});

test('what the route refuses', async () => {
  const bad = await system.client.post('/v1/year-ends', { region: '5301', year: '18' });
  expect([bad.status, bad.json<ProblemBody>().errors.map(({ path }) => path)]).toEqual([
    400,
    expect.arrayContaining(['region', 'year', 'operatorCode']),
  ]);
  const named = { region: REGION, year: '2018', operatorCode: madeUpPerson(1).idNumber };
  expect((await system.client.post('/v1/year-ends', named)).status).toBe(400);
});
