/** What-if equals settling the same cases from scratch under the other rules; and the same rules give what is recorded. */
import { copyFileSync, createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openEmbeddedReader } from '@oss/event-store';
import { EMPTY_YEAR } from '@oss/settlement';
import { paidByPayers } from '../../apps/audit/again/settle-again';
import type { CountyFacts, PersonFile, PersonRecordFact } from '../../apps/audit/facts/county-facts';
import { countyInLog } from '../../apps/audit/facts/county-in-log';
import { factsFileLines } from '../../apps/audit/facts/facts-file';
import type { Comparison } from '../../apps/audit/what-if/comparison';
import { gridOf, type OtherRules, rulesOfPacks } from '../../apps/audit/what-if/other-rules';
import { yearsOtherwise } from '../../apps/audit/what-if/settle-otherwise';
import { whatIf } from '../../apps/audit/what-if/what-if';
import { packFile, type PackFile } from '../../apps/hospital-gateway/policy/pack-files';
import { runCommand } from '../support/command';
import { CountyYear, HOSPITALS, settleStay } from '../support/county-year';
import { freshDirectory } from '../support/in-process';
import { ROOT } from '../support/source-tree';
import { AuditedStore } from './audited-store';

jest.setTimeout(120_000);
const files = freshDirectory();
const file = (name: string): string => join(files.path, name);
afterAll(() => files.remove());

const county = new CountyYear(5);
while (county.cases < 1_500) county.ordinaryPerson();
const facts: CountyFacts = county.facts();

/** A pack of the product as if it were Fuliang's, changed as text: nothing of what is tested has a hand in it. */
function asFuliangs(name: string, ...changes: readonly (readonly [string | RegExp, string])[]): string {
  const text = readFileSync(join(ROOT, 'libs/policy/packs', name), 'utf8');
  const path = file(`${name}.${changes.length}.yaml`);
  writeFileSync(
    path,
    changes.reduce((changed, [from, to]) => {
      expect(changed.search(from)).toBeGreaterThanOrEqual(0);
      return changed.replace(from, to);
    }, text),
  );
  return path;
}

const longnan = (): string =>
  asFuliangs(
    '360783-longnan-2020.yaml',
    [/^id: .*$/m, "id: '360222/2018-01-01'"],
    [/^region: .*$/m, "region: '360222'"],
    [/^from: .*$/m, "from: '2018-01-01'"],
    ["value: ['3607']", "value: ['3602']"],
  );

const chongqing = (): string =>
  asFuliangs(
    '500000-chongqing-2023.yaml',
    [/^id: .*$/m, "id: '360222/2018-01-01'"],
    [/^region: .*$/m, "region: '360222'"],
    [/^from: .*$/m, "from: '2018-01-01'"],
    ["value: ['50']", "value: ['3602']"],
  );

const SECOND_HALF = '2018-07-01';

/** A directory in which one law follows another in the middle of the year. */
function lawOfHalves(): string {
  const directory = file('halves');
  mkdirSync(directory, { recursive: true });
  copyFileSync(longnan(), join(directory, '1.yaml'));
  const text = readFileSync(chongqing(), 'utf8');
  const later = text.replace(/^id: .*$/m, `id: '360222/${SECOND_HALF}'`).replace(/^from: .*$/m, `from: '${SECOND_HALF}'`);
  writeFileSync(join(directory, '2.yaml'), later);
  return directory;
}

/** The law of a day; a file has one for all days. */
type LawOn = (day: string) => PackFile;

function lawIn(path: string): LawOn {
  if (path.endsWith('.yaml')) {
    const law = packFile(path);
    return () => law;
  }
  const [first, second] = ['1.yaml', '2.yaml'].map((name) => packFile(join(path, name))) as [PackFile, PackFile];
  return (day) => (day < SECOND_HALF ? first : second);
}

/** A person's cases, each accepted and settled from scratch under a law. */
function fromScratch({ personKey, record, cases }: PersonFile, law: LawOn): unknown[] {
  let year = EMPTY_YEAR;
  return cases.map(({ hospitalCode, care, bill }) => {
    const hospital = HOSPITALS.findIndex(([code]) => code === hospitalCode);
    const stay = { hospital, ...care, bill: bill! };
    const settled = settleStay(personKey, record as PersonRecordFact, stay, year, law(care.dischargedOn));
    year = settled.year;
    const { settlementId, shares, hospitalFen, selfPayFen } = settled.fact;
    const paid = shares.map(({ line, payer, paidFen }) => ({ line, paidFen, payer }));
    return { settlementId, shares: paid, hospitalFen, selfPayFen };
  });
}

function otherwise(person: PersonFile, rules: OtherRules): unknown[] {
  return [...yearsOtherwise(person, rules, {})].flatMap(({ cases, uncovered }) => [
    ...cases.map(({ other }) => other),
    ...uncovered,
  ]);
}

test.each([
  ['another pack, another chain', longnan, (path: string) => rulesOfPacks(path)],
  ['a third one', chongqing, (path: string) => rulesOfPacks(path)],
  ['two packs, each in force for a half of the year', lawOfHalves, (path: string) => rulesOfPacks(path)],
  [
    'one value of a line',
    () =>
      asFuliangs('360222-fuliang-2018.yaml', [
        /value: 1000\n( +)unit: bp\n( +)label: 个人自付控制在10%以内/,
        'value: 500\n$1unit: bp\n$2label: 个人自付控制在10%以内',
      ]),
    () => gridOf(['fifth-line.limitBp=500'])[0]!,
  ],
])('%s: every case as from scratch', (_, path, rules) => {
  const from = path();
  const law = lawIn(from);
  const other = rules(from);
  const all = county.people.map((person) => otherwise(person, other));
  expect(all).toEqual(county.people.map((person) => fromScratch(person, law)));
});

test('sums, groups and persons of a comparison are those of its cases', async () => {
  const law = lawIn(longnan());
  const [comparison] = await whatIf(facts, [rulesOfPacks(longnan())]);
  const { cases, persons, totalFen, payers, categories, levels, distribution, gain, lose, unchanged } = comparison!;
  const sums = { total: 0, recorded: 0, other: 0, recordedSelf: 0, otherSelf: 0, less: 0, more: 0, same: 0 };
  for (const person of county.people) {
    const scratch = fromScratch(person, law) as { selfPayFen: number; shares: Parameters<typeof paidByPayers>[0]['shares'] }[];
    const own = person.cases.reduce((sum, { selfPayFen }) => sum + selfPayFen, 0);
    const other = scratch.reduce((sum, { selfPayFen }) => sum + selfPayFen, 0);
    sums.total += person.cases.reduce((sum, { scope }) => sum + scope.totalFen, 0);
    sums.recorded += person.cases.reduce((sum, each) => sum + paidByPayers(each), 0);
    sums.other += scratch.reduce((sum, each) => sum + paidByPayers(each), 0);
    sums.recordedSelf += own;
    sums.otherSelf += other;
    sums[other < own ? 'less' : other > own ? 'more' : 'same'] += 1;
  }
  expect({ cases, persons, totalFen }).toEqual({ cases: county.cases, persons: county.people.length, totalFen: sums.total });
  expect(payers.at(-1)).toEqual({ payer: 'patient', recordedFen: sums.recordedSelf, otherFen: sums.otherSelf });
  for (const groups of [categories, levels]) {
    expect(groups.reduce((sum, { paid }) => sum + paid.recordedFen, 0)).toBe(sums.recorded);
    expect(groups.reduce((sum, { paid }) => sum + paid.otherFen, 0)).toBe(sums.other);
  }
  expect(distribution.reduce((sum, { other }) => sum + other, 0)).toBe(county.cases);
  expect([gain.persons, lose.persons, unchanged]).toEqual([sums.less, sums.more, sums.same]);
});

test('on a store, the rules that it was settled by give what is recorded, and nothing is written', async () => {
  const store = await AuditedStore.settled();
  const before = (await store.scene.events()).length;
  const reader = await openEmbeddedReader({ directory: store.directory });
  try {
    for (const bills of [true, false]) {
      const [same, lower] = await whatIf(await countyInLog(reader, { bills }), gridOf(['fifth-line.limitBp=1000,500']));
      expect(same!.payers.filter(({ recordedFen, otherFen }) => recordedFen !== otherFen)).toEqual([]);
      expect([same!.cases, same!.unchanged, same!.uncovered]).toEqual([7, 3, {}]);
      expect([lower!.gain.persons, lower!.lose.persons]).toEqual([2, 0]);
      expect(lower!.above10.assisted).toEqual({ recorded: 0, other: 0 });
    }
    expect((await store.scene.events()).length).toBe(before);
  } finally {
    await reader.close();
    await store.close();
  }
});

test('a grid has every value with every other, of one level or category alone', () => {
  expect(gridOf(['fifth-line.limitBp=500,800', 'basic.rateBp@3:ordinary=6500,7000']).map(({ label }) => label)).toEqual([
    'fifth-line.limitBp=500 basic.rateBp@3:ordinary=6500',
    'fifth-line.limitBp=500 basic.rateBp@3:ordinary=7000',
    'fifth-line.limitBp=800 basic.rateBp@3:ordinary=6500',
    'fifth-line.limitBp=800 basic.rateBp@3:ordinary=7000',
  ]);
  const { pack } = packFile(join(ROOT, 'libs/policy/packs/360222-fuliang-2018.yaml'));
  const changed = gridOf(['basic.rateBp@3:ordinary=6500'])[0]!.packFor(pack, '360222', '2018-03-01')!.pack;
  const rates = changed.lines[0]!.rules.map(({ parts }) => [1, 2, 3].map((level) => parts[0]?.rate?.[level as 1][0]!.value));
  expect(rates[0]).toEqual([9_000, 8_000, 6_000]);
  expect(rates[1]).toEqual([9_000, 8_000, 6_500]);
});

test.each(['limitBp=5', 'fifth-line.nothing=5', 'basic.limitBp=500'])('%s is refused', (text) => {
  const { pack } = packFile(join(ROOT, 'libs/policy/packs/360222-fuliang-2018.yaml'));
  expect(() => gridOf([text])[0]!.packFor(pack, '360222', '2018-03-01')).toThrow(text);
});

test('the command: a selection, tables, JSON, CSV and a chart', async () => {
  await pipeline(Readable.from(factsFileLines(facts)), createWriteStream(file('facts.ndjson')));
  const args = ['what-if', '--facts', file('facts.ndjson'), '--line', 'fifth-line.limitBp=500', '--from', '2018-03-01'];
  const { code, stdout } = await runCommand('apps/audit/main.js', [
    ...args,
    '--json',
    '--csv',
    file('a.csv'),
    '--svg',
    file('a.svg'),
  ]);
  expect(code).toBe(0);
  const [{ cases, lose }] = JSON.parse(stdout) as [Comparison];
  expect(cases).toBe(
    county.people.flatMap((person) => person.cases).filter(({ care }) => care.dischargedOn >= '2018-03-01').length,
  );
  expect(lose.persons).toBe(0);
  expect(readFileSync(file('a.csv'), 'utf8')).toContain('fifth-line.limitBp=500,payerFen,fifth-line,');
  expect(readFileSync(file('a.svg'), 'utf8')).toContain('第五道保障线 Fifth line');
  expect((await runCommand('apps/audit/main.js', ['what-if', '--facts', file('facts.ndjson')])).code).toBe(2);
});
