/** The checks find every fault that was planted in a county's year, and nothing else; and say on which people, over how much. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CHECKS } from '../../apps/audit/checks/all-checks';
import { type CheckPage, runChecks } from '../../apps/audit/checks/run-checks';
import { factsFileLines, factsInFile, FactsUnusable } from '../../apps/audit/facts/facts-file';
import { runCommand } from '../support/command';
import { freshDirectory } from '../support/in-process';
import { type Planted, plantedCounty, TODAY } from '../support/planted-county';

jest.setTimeout(120_000);
const files = freshDirectory();
afterAll(() => files.remove());
const file = (name: string): string => join(files.path, name);

/** Findings in the form in which faults were planted, in an order of their own. */
function found(pages: readonly CheckPage[]): string[] {
  const each = pages.flatMap(({ findings }) =>
    [...findings].map(({ check, settlementId, personKey, hospitalCode, region, date, amountFen }): Planted => {
      if (settlementId !== undefined) return { check, settlementId, ...(amountFen === undefined ? {} : { amountFen }) };
      if (personKey !== undefined) return { check, personKey };
      return { check, place: `${hospitalCode ?? region} ${date}`, ...(amountFen === undefined ? {} : { amountFen }) };
    }),
  );
  return sorted(each);
}

const sorted = (planted: readonly Planted[]): string[] =>
  planted
    .map(({ check, settlementId, personKey, place, amountFen }) => [check, settlementId, personKey, place, amountFen].join(' '))
    .sort();

test('a year of 50 000 cases: every planted fault, and nothing else', async () => {
  const { facts, planted, cases } = plantedCounty(50_000);
  expect(cases).toBeGreaterThanOrEqual(50_000);
  expect(new Set(planted.map(({ check }) => check))).toEqual(new Set(CHECKS.map(({ id }) => id)));
  expect(found(await runChecks(facts, { today: TODAY }))).toEqual(sorted(planted));
});

test('a year without faults: nothing', async () => {
  const { facts } = plantedCounty(2_000, 7, false);
  expect(found(await runChecks(facts, { today: TODAY }))).toEqual([]);
});

describe('history made elsewhere', () => {
  const county = plantedCounty(400, 11);
  beforeAll(() => pipeline(Readable.from(factsFileLines(county.facts)), createWriteStream(file('facts.ndjson'))));

  test('a file of facts gives the same findings as the facts', async () => {
    expect(found(await runChecks(await factsInFile(file('facts.ndjson')), { today: TODAY }))).toEqual(sorted(county.planted));
  });

  test('the command: findings 1, a page for each check as CSV and as a workbook; parameters that are none 2', async () => {
    const main = 'apps/audit/main.js';
    const args = ['checks', '--facts', file('facts.ndjson')];
    const { code, stdout, stderr } = await runCommand(main, [...args, '--json', '--csv', file('csv'), '--xlsx', file('xlsx')]);
    expect([code, stderr]).toEqual([1, '']);
    const pages = JSON.parse(stdout) as { id: string; count: number }[];
    expect(pages.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id));
    const only = await runCommand(main, [...args, '--only', 'split-stay', '--from', '2018-07-01']);
    expect([only.code, only.stdout]).toEqual([0, expect.stringContaining('未发现问题 Clean')]);
    expect((await runCommand(main, [...args, '--only', 'nothing'])).code).toBe(2);
    expect((await runCommand(main, ['checks', '--list'])).stdout).toContain('withinDays = 31');
  });
});

test('parameters are checked by name and kind, and used', async () => {
  const { facts } = plantedCounty(100, 3);
  const run = (parameters: Record<string, unknown>, only: string): Promise<CheckPage[]> =>
    runChecks(facts, { today: TODAY, parameters, only: [only] });
  const counts = async (parameters: Record<string, unknown>, only: string): Promise<number> =>
    (await run(parameters, only))[0]!.findings.length;
  expect(await counts({ 'split-stay': { withinDays: 30 } }, 'split-stay')).toBe(0);
  expect(await counts({ 'advance-unpaid': { asOf: '2018-01-31' } }, 'advance-unpaid')).toBe(0);
  expect(await counts({ 'scope-too-wide': { outOfCatalogue: ['XN06BX'] } }, 'scope-too-wide')).toBeGreaterThan(50);
  await expect(run({ 'split-stay': { withinDays: '30' } }, 'split-stay')).rejects.toThrow(
    'split-stay.withinDays must be like 31',
  );
  await expect(run({ 'split-stay': { days: 3 } }, 'split-stay')).rejects.toThrow('split-stay has no parameter days');
  await expect(run({ nothing: {} }, 'split-stay')).rejects.toThrow('there is no check nothing');
});

test.each([
  ['{"fact":"case"}', 'a case needs care'],
  ['{"fact":"other"}', '"fact" must be pack'],
  ['{"fact":"payment","paidFen":1.5,"paidOn":"2018-01-01"}', 'paidFen in whole fen'],
  ['{"fact":', 'broken.ndjson:1: '],
])('a line that cannot be used is named: %s', async (line, message) => {
  await pipeline(Readable.from([line]), createWriteStream(file('broken.ndjson')));
  const reading = factsInFile(file('broken.ndjson'));
  await expect(reading).rejects.toThrow(FactsUnusable);
  await expect(reading).rejects.toThrow(message);
});
