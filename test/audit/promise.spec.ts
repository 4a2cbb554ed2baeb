/** The 10 % promise: kept by a county that is settled rightly, each exception with its reason, and how long the year's money lasts. */
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkedPack } from '@oss/policy';
import { EMPTY_YEAR } from '@oss/settlement';
import type { CountyFacts, PersonRecordFact } from '../../apps/audit/facts/county-facts';
import { factsFileLines } from '../../apps/audit/facts/facts-file';
import { budgetOf, BudgetUnusable, forecast } from '../../apps/audit/promise/forecast';
import { type PromiseReport, promiseReport } from '../../apps/audit/promise/promise';
import type { Selection } from '../../apps/audit/verify/selection';
import { packFile } from '../../apps/hospital-gateway/policy/pack-files';
import { runCommand } from '../support/command';
import { CountyYear, HOSPITALS as COUNTY_HOSPITALS, settleStay } from '../support/county-year';
import { freshDirectory } from '../support/in-process';
import { ROOT } from '../support/source-tree';

jest.setTimeout(60_000);
const files = freshDirectory();
afterAll(() => files.remove());

const POOR = ['destitute', 'low-income', 'registered-poor'];
const county = new CountyYear(9);
while (county.cases < 600) county.ordinaryPerson();
const isPoor = (categories: readonly string[]): boolean => categories.some((category) => POOR.includes(category));

test('a county that is settled rightly keeps it: everyone whom the line protects, and nobody else', async () => {
  const report = await promiseReport(county.facts(), '360222', '2018');
  const cases = county.people.flatMap((person) => person.cases);
  const poor = cases.filter(({ snapshot }) => isPoor(snapshot.categories));
  const selfPayFen = poor.reduce((sum, each) => sum + each.selfPayFen, 0);
  const { paidByDay: _, distribution, selfPayBp: __, ...rest } = report;
  expect(rest).toEqual({
    region: '360222',
    year: '2018',
    cases: poor.length,
    persons: county.people.filter(({ cases: own }) => own.some(({ snapshot }) => isPoor(snapshot.categories))).length,
    totalFen: poor.reduce((sum, { scope }) => sum + scope.totalFen, 0),
    selfPayFen,
    unprotected: cases.length - poor.length,
    unjudged: 0,
    yearEndFen: 0,
    exceptions: [],
    kept: true,
  });
  expect(distribution.at(-1)).toEqual({ upToBp: 10_000, cases: 0 });
  expect(distribution.reduce((sum, { cases: count }) => sum + count, 0)).toBe(poor.length);
});

test('narrowed to a hospital, a person or some days it is that of those cases: the parts make the whole', async () => {
  const told = async (narrower: Selection): Promise<readonly number[]> => {
    const report = await promiseReport(county.facts(), '360222', '2018', undefined, narrower);
    return [report.cases, report.totalFen, report.selfPayFen, report.unprotected];
  };
  const sum = (parts: readonly (readonly number[])[]): number[] =>
    parts[0]!.map((_, at) => parts.reduce((all, part) => all + part[at]!, 0));
  const whole = await told({});
  expect(sum(await Promise.all(COUNTY_HOSPITALS.map(([hospital]) => told({ hospital }))))).toEqual(whole);
  expect(sum(await Promise.all(county.people.map(({ personKey: person }) => told({ person }))))).toEqual(whole);
  expect(sum([await told({ to: '2018-06-30' }), await told({ from: '2018-07-01' })])).toEqual(whole);
  expect((await told({ to: '2018-06-30' }))[0]).toBeLessThan(whole[0]!);
});

/** One poor person's stay of 50 000.00 at level 3, the fifth line having paid too little by some fen. */
function shortBy(fen: number): { facts: CountyFacts; settlementId: string } {
  const one = new CountyYear(1);
  const bill = { lines: [{ amountFen: 5_000_000, class: 'C' as const, code: 'Z', overLimitFen: 0 }], totalFen: 5_000_000 };
  const person = one.person(['registered-poor'], [one.stay({ hospital: 2, bill })]);
  const { settlementId } = one.changeCase(person, (each) => {
    const shares = each.shares.map((share) =>
      share.line === 'fifth-line' ? { ...share, paidFen: share.paidFen - fen, outOfScopeFen: share.outOfScopeFen - fen } : share,
    );
    return { ...each, shares, selfPayFen: each.selfPayFen + fen };
  });
  return { facts: one.facts(), settlementId };
}

test('whoever paid one fen more is an exception', async () => {
  const { facts, settlementId } = shortBy(1);
  const { exceptions, kept } = await promiseReport(facts, '36', '2018');
  expect(kept).toBe(false);
  expect(exceptions.map(({ settlementId: id, selfPayFen, limitFen, reason }) => [id, selfPayFen, limitFen, reason])).toEqual([
    [settlementId, 500_001, 500_000, 'paid-too-little'],
  ]);
  expect((await promiseReport(facts, '36', '2019')).cases).toBe(0);
  expect((await promiseReport(facts, '500112', '2018')).cases).toBe(0);
});

test('a cap of the line that is used up is a reason of its own', async () => {
  const { pack } = packFile(join(ROOT, 'libs/policy/packs/360222-fuliang-2018.yaml'));
  const content = JSON.parse(JSON.stringify(pack.content)) as { lines: { id: string; rules: Record<string, unknown>[] }[] };
  content.lines.find(({ id }) => id === 'fifth-line')!.rules[0]!['capPerYear'] = { value: 100, unit: 'fen' };
  const law = { pack: checkedPack(content, 'capped'), digest: 'sha256:capped', file: 'capped' };
  const one = new CountyYear(1);
  const bill = { lines: [{ amountFen: 5_000_000, class: 'C' as const, code: 'Z', overLimitFen: 0 }], totalFen: 5_000_000 };
  const stay = one.stay({ hospital: 2, bill });
  const person = one.person(['registered-poor'], [stay]);
  const { fact } = settleStay(person.personKey, person.record as PersonRecordFact, stay, EMPTY_YEAR, law);
  one.changeCase(person, () => fact);
  const { exceptions } = await promiseReport(one.facts(), '360222', '2018');
  expect(exceptions.map(({ selfPayFen, reason }) => [selfPayFen, reason])).toEqual([[4_999_900, 'cap-used-up']]);
});

describe('how long the money lasts', () => {
  const report = {
    year: '2018',
    paidByDay: new Map([
      [
        'fifth-line',
        new Map([
          ['2018-03-01', 30_000],
          ['2018-01-10', 70_000],
          ['2018-12-30', 5],
        ]),
      ],
    ]),
  } as unknown as PromiseReport;
  const of = (budgetFen: number, asOf: string): unknown[] => {
    const [found] = forecast(report, { 'fifth-line': budgetFen }, asOf);
    return [found!.paidFen, found!.expectedFen, found!.runsOutOn, found!.isUsedUp];
  };

  test.each([
    // By 10 April, the 100th day, 1 000.00 were paid: 10.00 a day.
    ['enough for the year', 365_000, '2018-04-10', [100_000, 365_000, '2018-12-31', false]],
    ['more than the year needs', 365_001, '2018-04-10', [100_000, 365_000, null, false]],
    ['half a year', 181_000, '2018-04-10', [100_000, 365_000, '2018-06-30', false]],
    ['used up', 70_001, '2018-04-10', [100_000, 365_000, '2018-03-01', true]],
    ['used up to the fen', 70_000, '2018-04-10', [100_000, 365_000, '2018-01-10', true]],
    ['the whole year is past', 100_006, '2019-02-01', [100_005, 100_005, null, false]],
    ['nothing is past', 1, '2017-12-31', [0, 0, null, false]],
  ])('%s', (_, budgetFen, asOf, expected) => expect(of(budgetFen, asOf)).toEqual(expected));

  test.each([[{ nobody: 1 }], [{ hospital: 1 }], [{ 'fifth-line': 0.5 }], [null]])('%j is no budget', (content) => {
    expect(() => budgetOf(content)).toThrow(BudgetUnusable);
  });
});

test('the command: 0 kept, 1 exceptions, a forecast beside', async () => {
  const file = (name: string): string => join(files.path, name);
  await pipeline(Readable.from(factsFileLines(county.facts())), createWriteStream(file('kept.ndjson')));
  await pipeline(Readable.from(factsFileLines(shortBy(7).facts)), createWriteStream(file('broken.ndjson')));
  writeFileSync(file('budget.yaml'), 'fifth-line: 1\nbasic-insurance: 9000000000000\n');
  const args = ['promise', '--region', '360222', '--year', '2018', '--facts'];
  const kept = await runCommand('apps/audit/main.js', [...args, file('kept.ndjson'), '--budget', file('budget.yaml')]);
  expect([kept.code, kept.stdout]).toEqual([0, expect.stringContaining('承诺兑现：无人超过上限 Kept')]);
  expect(kept.stdout).toContain('年内够用 lasts the year');
  const broken = await runCommand('apps/audit/main.js', [...args, file('broken.ndjson')]);
  expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining('自付 5,000.07，上限 5,000.00')]);
});
