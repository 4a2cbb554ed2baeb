/** A pack is refused with file, path and cure for everything that could make a decision wrong or impossible. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { PackContent } from './content';
import { matchingRules, ruleFor } from './pack';
import { packInForce, regionsFor } from './policy-book';
import { PackInvalid } from './problem';
import { checkedPack, readPack } from './read-pack';
import { valueAt } from './values';

const PACKS = join(__dirname, 'packs');
const FULIANG = readFileSync(join(PACKS, '360222-fuliang-2018.yaml'), 'utf8');
const CONTENT: unknown = parse(FULIANG);

type Mutable = { -readonly [K in keyof PackContent]: PackContent[K] } & Record<string, never>;

/** The Fuliang pack with one thing changed. */
function changed(change: (content: any) => void): unknown {
  const content = structuredClone(CONTENT) as Mutable;
  change(content);
  return content;
}

function problemsOf(content: unknown): readonly { path: string; message: string; cure: string }[] {
  try {
    checkedPack(content, 'test.yaml');
  } catch (error) {
    if (error instanceof PackInvalid) return error.problems;
    throw error;
  }
  return [];
}

describe('built-in packs', () => {
  it.each(readdirSync(PACKS))('%s passes its check, and every number names source and provenance', (file) => {
    const pack = readPack(readFileSync(join(PACKS, file), 'utf8'), file);
    const values = [...pack.values.values()];
    expect(values.length).toBeGreaterThan(20);
    for (const value of values) {
      expect(['stated', 'documented', 'assumed']).toContain(value.provenance);
      expect(Object.keys(pack.content.sources)).toContain(value.source);
      expect(value.label).not.toBe('');
    }
  });

  it('Fuliang holds the numbers of the notice where the notice states them', () => {
    const pack = readPack(FULIANG, 'fuliang');
    const stated = [...pack.values.values()].filter(({ provenance }) => provenance === 'stated');
    const listed = stated.filter(({ ref }) => /^(programmes|admittedItems)\//.test(ref));
    const diseasesOf = (clause: string): string =>
      listed
        .filter((value) => value.clause === clause && value.ref.includes('/diseases/'))
        .map(({ label }) => label)
        .join('、');
    expect(['三(三)2', '三(三)4', '三(三)7'].map(diseasesOf)).toEqual([
      '地中海贫血、血吸虫病、结核病、癫痫、儿童生长激素缺乏症',
      '耐多药肺结核、肺癌、食道癌、胃癌、结肠癌、直肠癌、慢性粒细胞白血病、急性心肌梗塞、脑梗死、血友病、Ⅰ型糖尿病、甲亢、儿童苯丙酮尿症、尿道下裂、地中海贫血',
      '儿童急性淋巴细胞白血病、儿童急性早幼粒细胞白血病、儿童先天性心脏病房间隔缺损、儿童先天性心脏病室间隔缺损、食道癌、胃癌、结肠癌、直肠癌、终末期肾病',
    ]);
    expect(stated.filter((value) => !listed.includes(value)).map(({ ref, clause, value }) => [ref, clause, value])).toEqual([
      ['lines/basic/rules/0/parts/0/deductible/1', '三(三)3', 0],
      ['lines/basic/rules/0/parts/0/deductible/2', '三(三)3', 0],
      ['lines/basic/rules/2/parts/0/deductible/1', '三(三)3', 0],
      ['lines/basic/rules/2/parts/0/deductible/2', '三(三)3', 0],
      ['lines/basic/rules/2/parts/0/rate/2', '三(三)4', 8_000],
      ['lines/basic/rules/2/parts/0/rate/3', '三(三)4', 7_000],
      ...[3, 5]
        .flatMap((rule) =>
          [9_000, 8_000, 6_000].map((bp, at) => [`lines/basic/rules/${rule}/parts/0/rate/${at + 1}`, '三(三)2', bp]),
        )
        .toSpliced(3, 0, ['lines/basic/rules/3/capPerYear', '三(三)2', 6_000_000]),
      ['lines/critical-illness/rules/0/parts/0/deductible/factor', '三(三)3', 5_000],
      ['lines/fifth-line/rules/0/limit', '三(三)5', 1_000],
      ['lines/fifth-line/rules/1/nothing', '三(三)5', '非贫困人员，不享受第五道保障线'],
      ['lines/free-treatment/rules/1/nothing', '三(三)4', '不属于十类免费救治病种'],
      ['lines/chronic-band/rules/0/parts/0/rate', '三(三)2', 10_000],
      ['lines/chronic-band/rules/0/capPerYear', '三(三)2', 4_000_000],
      ['lines/chronic-band/rules/2/nothing', '三(三)2', '不是Ⅰ类门诊慢性病'],
      ['premiumSubsidy/0', '三(三)1', ['registered-poor']],
    ]);
  });
});

describe('what a pack is refused for', () => {
  it.each<[string, (content: any) => void, string, RegExp, RegExp]>([
    ['a number where a code belongs', (c) => (c.region = 360222), 'region', /must be string/, /quotes/],
    [
      'a fraction',
      (c) => (c.lines[1].rules[1].capPerYear.value = 0.5),
      'lines[1].rules[1].capPerYear.value',
      /integer/,
      /whole fen/,
    ],
    ['a rate above 100 %', (c) => (c.scope.classBFirstSelfPay.value = 10_001), 'scope.classBFirstSelfPay.value', /10000/, /./],
    ['a word nobody knows', (c) => (c.lines[0].colour = 'red'), 'lines[0].colour', /not known/, /remove/],
    ['a missing element', (c) => delete c.localArea, 'localArea', /missing/, /add it/],
    ['an unknown payer', (c) => (c.lines[0].payer = 'charity'), 'lines[0].payer', /allowed values/, /basic-insurance/],
    ['an id that is not its own', (c) => (c.id = '360222/2019-01-01'), 'id', /does not begin/, /360222\/2018-01-01/],
    ['a day that does not exist', (c) => (c.to = '2018-02-30'), 'to', /no day/, /YYYY-MM-DD/],
    ['an end before the start', (c) => (c.to = '2017-12-31'), 'to', /ends before/, /mend/],
    [
      'a number without provenance',
      (c) => delete c.localArea.provenance,
      'localArea',
      /no provenance/,
      /stated \| documented \| assumed/,
    ],
    ['a number without source', (c) => delete c.localArea.source, 'localArea', /no source/, /name one of/],
    [
      'a source that is not listed',
      (c) => (c.localArea.source = 'hearsay'),
      'localArea',
      /"hearsay" is not in sources/,
      /notice/,
    ],
    [
      'a chain with an unknown line',
      (c) => c.care.inpatient.chain.push('sixth'),
      'care.inpatient.chain[5]',
      /no line sixth/,
      /use one of/,
    ],
    ['a line in no chain', (c) => c.care.inpatient.chain.pop(), 'care', /free-treatment is in no chain/, /add it/],
    ['two lines of one id', (c) => (c.lines[1].id = 'basic'), 'lines[1].id', /twice/, /own id/],
    ['neither payer nor split', (c) => delete c.lines[0].payer, 'lines[0]', /either a payer or a split/, /give/],
    [
      'a hospital that shares a line',
      (c) => {
        delete c.lines[3].payer;
        c.lines[3].split = [{ payer: 'hospital', weight: { value: 1 } }, { payer: 'fifth-line' }];
      },
      'lines[3].split',
      /shares no line/,
      /waiver/,
    ],
    [
      'an account of the system',
      (c) => (c.lines[0].account = 'year.self-pay'),
      'lines[0].account',
      /kept by the system/,
      /another/,
    ],
    ['an account of a deductible', (c) => (c.lines[0].account = 'basic.deductible'), 'lines[0].account', /kept by/, /another/],
    [
      'one account for two meanings',
      (c) => (c.lines[1].accumulates[0].account = 'basic.inpatient'),
      'lines[1].accumulates[0].account',
      /already holds/,
      /two names/,
    ],
    [
      'an account that two lines fill',
      (c) => (c.lines[2].accumulates = c.lines[1].accumulates),
      'lines[2].accumulates[0].account',
      /count a case twice/,
      /two names/,
    ],
    [
      'a waiver that the hospital does not bear',
      (c) => (c.lines[0].shape = 'waiver'),
      'lines[0].payer',
      /borne by the hospital/,
      /payer: hospital/,
    ],
    ['a line without rules', (c) => delete c.lines[0].rules, 'lines[0].rules', /needs rules/, /at least one/],
    [
      'a top-up without a limit',
      (c) => delete c.lines[3].rules[0].limit,
      'lines[3].rules[0]',
      /either "nothing" or "limit"/,
      /exactly one/,
    ],
    [
      'a category that the pack does not know',
      (c) => c.categories.pop() && (c.lines[2].rules[0].when.categories = ['expenditure-poor']),
      'lines[2].rules[0].when.categories',
      /not among/,
      /add it/,
    ],
    [
      'rate and bands at once',
      (c) => (c.lines[1].rules[1].parts[0].rate = { value: 1 }),
      'lines[1].rules[1].parts[0]',
      /either a rate or bands/,
      /one of them/,
    ],
    [
      'an accumulator that the line does not keep',
      (c) => (c.lines[1].rules[1].parts[0].base.accumulator = 'other'),
      'lines[1].rules[1].parts[0].base',
      /does not accumulate/,
      /accumulates/,
    ],
    [
      'a deductible without a period',
      (c) => delete c.lines[0].rules[1].parts[0].deductible.period,
      'lines[0].rules[1].parts[0].deductible.period',
      /once a year/,
      /stay/,
    ],
    [
      'steps that do not rise',
      (c) => (c.lines[1].rules[1].parts[0].bands.steps[1].upTo.value = 1),
      'lines[1].rules[1].parts[0].bands.steps[1].upTo',
      /must rise/,
      /order/,
    ],
    [
      'a last step with an edge',
      (c) => (c.lines[1].rules[1].parts[0].bands.steps[2].upTo = { value: 99_999_999 }),
      'lines[1].rules[1].parts[0].bands.steps[2].upTo',
      /only the last/,
      /upTo/,
    ],
    [
      'an item that stands twice in a list',
      (c) => (c.admittedItems[0].items[1].codes.value = ['340200020']),
      'admittedItems[0].items[1]',
      /340200020 stands twice/,
      /once/,
    ],
    [
      'a list for a category that the pack does not know',
      (c) => c.categories.splice(c.categories.indexOf('disabled'), 1),
      'admittedItems[0].for',
      /disabled is not among/,
      /add it/,
    ],
    ['two lists of one id', (c) => c.admittedItems.push(c.admittedItems[0]), 'admittedItems[1].id', /twice/, /its own/],
    [
      'a gap between rules',
      (c) => c.lines[2].rules.pop(),
      'lines/assistance',
      /no rule applies to: inpatient, ordinary, level 1/,
      /nothing/,
    ],
    [
      'two rules at once',
      (c) => c.lines[2].rules[1].when.categories.push('registered-poor'),
      'lines/assistance',
      /both apply to: inpatient, registered-poor/,
      /narrow/,
    ],
    [
      'values that leave a day without law',
      (c) =>
        (c.scope.classBFirstSelfPay = [
          { ...c.scope.classBFirstSelfPay, to: '2018-06-30' },
          { ...c.scope.classBFirstSelfPay, from: '2018-07-02' },
        ]),
      'scope/classBFirstSelfPay/0',
      /gap or overlap/,
      /day after/,
    ],
    [
      'two values on one day',
      (c) => (c.scope.classBFirstSelfPay = [c.scope.classBFirstSelfPay, c.scope.classBFirstSelfPay]),
      'scope/classBFirstSelfPay/0',
      /gap or overlap/,
      /day after/,
    ],
    [
      'no value at the end',
      (c) => (c.scope.classBFirstSelfPay = { ...c.scope.classBFirstSelfPay, to: '2018-06-30' }),
      'scope/classBFirstSelfPay',
      /last days/,
      /leave out/,
    ],
  ])('%s', (_, change, path, message, cure) => {
    const problems = problemsOf(changed(change));
    expect(problems.map((problem) => problem.path)).toContain(path);
    const problem = problems.find((each) => each.path === path);
    expect(problem?.message).toMatch(message);
    expect(problem?.cure).toMatch(cure);
  });

  it('broken YAML: the line, and nothing that follows from it', () => {
    expect(() => readPack('schema: 1\nid: [1\n', 'county.yaml')).toThrow(
      /county\.yaml cannot be used:\n {2}line \d+: .*Cure: mend the YAML/,
    );
  });

  it('amounts that no line bears', () => {
    const problems = problemsOf(
      changed((c) => {
        c.programmes.unshift({
          id: 'p',
          label: '定额',
          kind: 'fixed-amount',
          careTypes: ['inpatient'],
          source: 'notice',
          provenance: 'assumed',
          diseases: [{ label: '胃癌', icd10: ['C16'], amount: { value: 1 } }],
        });
      }),
    );
    expect(problems.map(({ path }) => path)).toEqual(['programmes[0]']);
  });
});

describe('which rule, which value, which pack', () => {
  const context = {
    careType: 'inpatient',
    level: 2,
    transfer: 'none',
    designated: true,
    programme: null,
    amountSet: false,
    ageMonths: null,
  } as const;

  it('a rule that names the category wins over one that names none', () => {
    const assistance = readPack(FULIANG, 'fuliang').lines.find(({ id }) => id === 'assistance')!;
    expect(ruleFor(assistance, { ...context, category: 'destitute' }).ref).toBe('lines/assistance/rules/0');
    expect(ruleFor(assistance, { ...context, category: 'ordinary' }).ref).toBe('lines/assistance/rules/4');
    expect(matchingRules(assistance, { ...context, category: 'low-income' }).map(({ ref }) => ref)).toEqual([
      'lines/assistance/rules/1',
    ]);
  });

  it('values follow each other in time', () => {
    const dated = checkedPack(
      changed((c) => {
        const value = c.scope.classBFirstSelfPay;
        c.scope.classBFirstSelfPay = [
          { ...value, to: '2018-06-30' },
          { ...value, value: 500, from: '2018-07-01' },
        ];
      }),
      'dated',
    );
    expect(valueAt(dated.classBFirstSelfPay, '2018-06-30').value).toBe(1_000);
    expect(valueAt(dated.classBFirstSelfPay, '2018-07-01').value).toBe(500);
  });

  it('county before city before province, the later start first', () => {
    expect(regionsFor('360222')).toEqual(['360222', '360200', '360000']);
    expect(regionsFor('360200')).toEqual(['360200', '360000']);
    expect(regionsFor('500000')).toEqual(['500000']);
    expect(regionsFor('500012')).toEqual(['500012', '500000']);
    const heads = [
      { region: '360000', from: '2010-01-01', to: null, name: 'province' },
      { region: '360200', from: '2015-01-01', to: null, name: 'city' },
      { region: '360222', from: '2018-01-01', to: '2018-12-31', name: 'county 2018' },
      { region: '360222', from: '2018-07-01', to: null, name: 'county later' },
      { region: '360222', from: '2018-07-01', to: null, name: 'county, adopted again' },
    ];
    const named = (region: string, date: string): string | undefined => packInForce(heads, region, date)?.name;
    expect(named('360222', '2009-12-31')).toBeUndefined();
    expect(named('360222', '2014-12-31')).toBe('province');
    expect(named('360222', '2017-12-31')).toBe('city');
    expect(named('360222', '2018-01-01')).toBe('county 2018');
    expect(named('360222', '2018-07-01')).toBe('county, adopted again');
    expect(named('500000', '2018-07-01')).toBeUndefined();
  });
});
