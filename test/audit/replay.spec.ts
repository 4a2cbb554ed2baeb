/**
 * Replay and explanation on a log whose clock moves: what was known at each instant, beside what took effect. Amounts are those
 * of the domain's own example (52 000.00, registered poor, level 2) and of a second stay a day later.
 */
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { SettlementView } from '@oss/settlement';
import { type AuditedLog, openLog } from '../../apps/audit/log/audited-log';
import { explanation, type Explained } from '../../apps/audit/explain/explanation';
import { explanationHtml } from '../../apps/audit/explain/explanation-html';
import { explanationText } from '../../apps/audit/explain/explanation-text';
import { settlementThen } from '../../apps/audit/facts/settlement-then';
import { followLog } from '../../apps/audit/replay/follow-log';
import { knownAt } from '../../apps/audit/replay/instant';
import { totalsThen } from '../../apps/audit/replay/totals-then';
import { yearThen } from '../../apps/audit/replay/year-then';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { ROOT } from '../support/source-tree';

jest.setTimeout(60_000);
const directory = freshDirectory();
const clock = new SetClock('2018-03-01T00:00:00.000Z');
const person = madeUpPerson(7, { category: 'registered-poor' });
const MONDAY = '2018-03-19T02:00:00.000Z';
const TUESDAY = '2018-03-20T02:00:00.000Z';
let system: System;
let reader: AuditedLog;
let personKey: string;
let first: SettlementView;
let second: SettlementView;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, clock });
  await system.client.registerHospitals(HOSPITALS);
  personKey = await system.client.register(person);
  clock.set(MONDAY);
  first = await system.client.settle(dischargeOf(person, { encounterNo: 'R1', bill: EXAMPLE_BILL }));
  clock.set(TUESDAY);
  // Recorded later, discharged earlier: the two clocks differ.
  second = await system.client.settle(
    dischargeOf(person, { encounterNo: 'R2', hospital: 'H1', dischargedOn: '2018-03-10', bill: inScopeBill(4_000_000) }),
  );
  reader = await openLog({ dataDir: directory.path });
});
afterAll(async () => {
  await reader.close();
  await system.stop();
  directory.remove();
});

test('an instant, or the end of a day in China', () => {
  expect(knownAt('2018-03-19')).toBe('2018-03-19T15:59:59.999Z');
  expect(knownAt('2018-03-19T10:00:00+08:00')).toBe('2018-03-19T02:00:00.000Z');
  for (const none of ['2018-02-30', 'yesterday', '2018-03-19 10:00', '2018-02-30T10:00:00Z'])
    expect(() => knownAt(none)).toThrow('is no moment');
});

describe('a person’s year', () => {
  const stays = async (at: string | null): Promise<string[]> =>
    (await yearThen(reader, personKey, '2018', at)).cases.map(
      (each) => `${each.dischargedOn} ${each.recordedAt} ${each.selfPayFen}`,
    );

  test('as it was known before, between and after its settlements', async () => {
    expect(await stays('2018-03-19T01:59:59.999Z')).toEqual([]);
    expect(await stays(MONDAY)).toEqual([`2018-03-19 ${MONDAY} 520000`]);
    expect(await stays(null)).toEqual([`2018-03-19 ${MONDAY} 520000`, `2018-03-10 ${TUESDAY} 54000`]);
  });

  test('with its accounts then', async () => {
    expect((await yearThen(reader, personKey, '2018', MONDAY)).accounts).toEqual({
      'assistance.paid': 552_650,
      'basic.inpatient': 3_840_000,
      'critical-illness.paid': 170_500,
      'fifth-line.paid': 116_850,
      'in-scope-borne': 960_000,
      'year.in-scope-self-pay': 236_850 - 116_850,
      'year.self-pay': 520_000,
      'year.total': 5_200_000,
    });
  });
});

test('a payer’s totals then, and now', async () => {
  expect(await totalsThen(reader, {}, MONDAY)).toEqual({
    knownAt: MONDAY,
    settlements: 1,
    totalFen: 5_200_000,
    selfPayFen: 520_000,
    yearEnds: { settlements: 0, paidFen: 0 },
    payers: [
      { payer: 'basic-insurance', settlements: 1, paidFen: 3_840_000, yearEndFen: 0 },
      { payer: 'critical-illness', settlements: 1, paidFen: 170_500, yearEndFen: 0 },
      { payer: 'fifth-line', settlements: 1, paidFen: 116_850, yearEndFen: 0 },
      { payer: 'medical-assistance', settlements: 1, paidFen: 552_650, yearEndFen: 0 },
    ],
  });
  const basic = { payer: 'basic-insurance', settlements: 2, paidFen: 3_840_000 + 3_600_000, yearEndFen: 0 };
  expect((await totalsThen(reader, { payer: 'basic-insurance' }, null)).payers).toEqual([basic]);
  expect(await totalsThen(reader, { to: '2018-03-15', hospital: 'H1' }, null)).toMatchObject({
    settlements: 1,
    totalFen: 4_000_000,
    selfPayFen: 54_000,
  });
  expect((await totalsThen(reader, { region: '50' }, null)).settlements).toBe(0);
});

describe('a settlement', () => {
  test('as it is now is what the system answers', async () => {
    expect((await settlementThen(reader, second.settlementId, undefined, null)).view).toEqual(second);
    expect((await settlementThen(reader, first.settlementId, 1, MONDAY)).view).toEqual(first);
  });

  test('was not known before', async () => {
    await expect(settlementThen(reader, second.settlementId, undefined, MONDAY)).rejects.toThrow(
      `the log holds no settlement ${second.settlementId} at ${MONDAY}`,
    );
  });

  test('is explained to the fen: whom each falls to, by which value of the law', async () => {
    const { facts, pack } = await settlementThen(reader, first.settlementId, undefined, null);
    const explained = explanation(facts!, pack);
    const share = (node: Explained): string => `${node.borneBy} ${node.amountFen}`;
    expect(explained.total.parts.filter(({ amountFen }) => amountFen > 0).map(share)).toEqual([
      'basic-insurance 3840000',
      'critical-illness 170500',
      'medical-assistance 552650',
      'fifth-line 116850',
      'patient 520000',
    ]);
    expect(explained.scope.parts.map(({ label, amountFen }) => `${label} ${amountFen}`)).toEqual([
      '超定额（限价），医院负担 0',
      '丙类全自费 200000',
      '超限价 0',
      '乙类先行自付 200000',
      '异地先行自付 0',
      '政策范围内费用 4800000',
    ]);
    const rate = explained.total.parts[0]!.parts.find(({ formula }) => formula?.includes('×'));
    expect(rate).toMatchObject({
      amountFen: 3_840_000,
      formula: '48,000.00 × 80% = 38,400.00',
      law: { from: '2018-01-01', to: null, provenance: 'documented' },
    });
    const text = explanationText(explained);
    expect(text).toMatch(/核对 Check: 38,400\.00 \+ 1,705\.00 \+ 5,526\.50 \+ 1,168\.50 (\+ 0\.00 )*\+ 5,200\.00 = 52,000\.00/);
    const html = explanationHtml(explained);
    const nodes = ({ parts }: Explained): number => 1 + parts.reduce((sum, part) => sum + nodes(part), 0);
    const inScope = [explained.scope, ...explained.scope.parts.filter(({ amountFen }) => amountFen > 0)];
    expect(html.match(/<tr/g)?.length).toBe(nodes(explained.total) + inScope.length);
    expect(html).toContain('[公开文件] 依据');
    expect(html).toContain('48,000.00 × 80% = 38,400.00</td>');
    expect(html).not.toMatch(/按此类别计算：[^<]*<\/td><td class="law"><\/td><td class="n">0\.00/);
    expect(html.match(/<li>/g)?.length).toBeGreaterThan(1);
  });

  test('whose amounts do not close is not explained', async () => {
    const { facts, pack } = await settlementThen(reader, first.settlementId, undefined, null);
    const shares = facts!.shares.map((share, index) => (index === 0 ? { ...share, paidFen: share.paidFen + 1 } : share));
    expect(() => explanation({ ...facts!, shares }, pack)).toThrow('5200001 fen are assigned of 5200000');
    expect(() => explanation({ ...facts!, completed: null }, pack)).toThrow('is not completed yet');
  });
});

test('facts are followed as they come, and from a place in the past', async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    const filter = { streamPrefixes: [`benefit-year-${personKey}-`] };
    for await (const { type } of followLog(reader, { filter, limit: 4 }, stop.signal)) seen.push(type);
  })();
  await system.client.settle(dischargeOf(person, { encounterNo: 'R3', bill: inScopeBill(100) }));
  await following;
  expect(seen).toEqual(['DischargeRecorded', 'BasicInsuranceSettled', 'CriticalIllnessSettled', 'MedicalAssistanceSettled']);
  const past: bigint[] = [];
  for await (const { position } of followLog(reader, { after: 2n, limit: 3 }, stop.signal)) past.push(position);
  expect(past).toEqual([3n, 4n, 5n]);
});

test('on the command line, beside the running system', () => {
  const audit = (...args: readonly string[]): { code: number | null; out: string } => {
    const main = join(ROOT, 'dist/apps/audit/main.js');
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', main, ...args, '--data-dir', directory.path],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '' },
      },
    );
    return { code: status, out: stdout };
  };
  expect(audit('replay', first.settlementId, '--at', '2018-03-19').out).toContain('截至 2018-03-19T15:59:59.999Z 所知');
  expect(audit('replay', '--person', personKey, '--year', '2018').out).toContain('自付 self-pay 5,200.00');
  expect(audit('replay', '--totals', '--at', '2018-03-19').out).toContain(
    '1 笔结算 settlements，总费用 total 52,000.00，个人自付 self-pay 5,200.00',
  );
  expect(audit('replay', '--follow', '--after', '0', '--limit', '2').out.trim().split('\n').length).toBe(2);
  expect(audit('replay').code).toBe(2);
  expect(audit('replay', second.settlementId, '--at', '2018-03-19').code).toBe(2);
  const page = join(directory.path, 'explained.html');
  expect(audit('explain', first.settlementId, '--html', page)).toEqual({ code: 0, out: '' });
  expect(readFileSync(page, 'utf8')).toContain('结算说明');
  expect(audit('explain', first.settlementId).out).toContain('核对 Check');
  expect(audit('explain', 'nothing').code).toBe(2);
});
