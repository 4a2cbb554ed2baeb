/** Authored pack → compiled pack: every value under its ref with label and origin, every element in the shape that decides. */
import { checkedPack } from './read-pack';
import { type Authored, packContent, programme, RATE, rateLine, topUp, value } from './testing';

const OTHER = { title: 'another' };
const byLevel = {
  byLevel: { 1: value(10), 2: value(20), 3: [value(30, { to: '2018-06-30' }), value(31, { from: '2018-07-01' })] },
};

/** One of everything that a pack may hold. */
function everything(): Authored {
  const content = packContent();
  return {
    ...content,
    to: '2019-12-31',
    sources: { ...content.sources, other: OTHER },
    acceptsUndesignated: value(true),
    premiumSubsidy: [value(['destitute'], { label: '参保补贴' })],
    scope: { ...content.scope, outOfArea: { referred: value(1_000) } },
    care: { inpatient: { chain: ['over', 'basic', 'band', 'shared', 'top'] } },
    lines: [
      { id: 'over', label: '超限价', payer: 'hospital', shape: 'price-limit' },
      rateLine({
        labelEn: 'Basic',
        source: 'other',
        account: 'basic.inpatient',
        accumulates: [{ account: 'borne', label: '累计' }],
        rules: [
          {
            when: { categories: ['destitute'], ageMonths: { below: 72 } },
            account: 'basic.poor',
            clause: '第一条',
            parts: [
              {
                label: '目录内',
                base: { accumulator: 'borne' },
                deductible: { amount: byLevel, factor: value(5_000, { label: '减半', source: 'test', note: '注' }) },
                ratePlus: value(500),
                bands: {
                  measuredFrom: value('zero'),
                  steps: [{ upTo: value(100), rate: value(1) }, { rate: byLevel }],
                },
              },
            ],
            capPerYear: value(7),
            capPerStay: value(6),
          },
          {
            when: { ageMonths: { from: 72 } },
            parts: [
              {
                base: 'rest',
                ...RATE,
                deductible: { period: value('stay'), amount: value(3), laterStays: [value(2), value(1)] },
              },
            ],
            capPerYear: value(8),
          },
          { when: { categories: ['destitute'], ageMonths: { from: 72 } }, nothing: '不享受' },
          { when: { ageMonths: { below: 72 } }, parts: [{ base: 'in-scope', ...RATE }], capPerYear: value(9) },
        ],
      }),
      rateLine({ id: 'band', rules: [{ parts: [{ base: 'rest', ...RATE }] }] }),
      {
        ...rateLine({ id: 'shared', payer: undefined }),
        split: [{ payer: 'medical-assistance', weight: value(5_000) }, { payer: 'fifth-line' }],
        rules: [
          { when: { hospitalRegions: ['99'] }, parts: [{ base: 'rest', ...RATE }] },
          { parts: [{ base: 'rest', ...RATE }] },
        ],
      },
      topUp({
        timing: value('year-end'),
        rules: [
          { when: { categories: ['destitute'] }, limit: { perYear: value(300) }, measures: 'in-scope-self-pay' },
          { limit: { percentOf: 'in-scope', rate: value(1_000) } },
        ],
      }),
    ],
    programmes: [
      programme({ note: '按通知' }),
      programme({
        id: 'limit',
        label: '限价',
        kind: 'price-limit',
        categories: ['low-income'],
        diseases: [{ label: '肺癌', icd10: ['C33-C34', 'D02'], ageMonths: { from: 1 }, amount: value(100), note: '参考' }],
      }),
    ],
    admittedItems: [
      {
        id: 'list',
        label: '康复',
        clause: '三(三)8',
        for: { every: ['destitute'] },
        items: [
          { name: '运动疗法', note: '每日一次', source: 'other', clause: '附件' },
          { name: '作业疗法', codes: value(['34', '35']) },
        ],
      },
      { id: 'second', label: '其他', for: { oneOf: ['low-income'] }, items: [{ name: '其他疗法' }] },
    ],
  };
}

it('every value has a ref, a label of its own or of its place, an origin that its source allows, its days and its note', () => {
  const { values } = checkedPack(everything(), 'everything');
  const told = [...values.values()].map(({ ref, value: of, label, clause, source, from, to, note }) =>
    [
      ref,
      JSON.stringify(of),
      label,
      clause ?? '-',
      source,
      from === '2018-01-01' && to === '2019-12-31' ? '' : `${from}/${to}`,
      note ?? '',
    ]
      .join(' | ')
      .replace(/( \| )+$/, ''),
  );
  expect(told).toEqual([
    'lines/basic/rules/0/parts/0/deductible/1 | 10 | 起付线 | 第一条 | other',
    'lines/basic/rules/0/parts/0/deductible/2 | 20 | 起付线 | 第一条 | other',
    'lines/basic/rules/0/parts/0/deductible/3/0 | 30 | 起付线 | 第一条 | other | 2018-01-01/2018-06-30',
    'lines/basic/rules/0/parts/0/deductible/3/1 | 31 | 起付线 | 第一条 | other | 2018-07-01/2019-12-31',
    'lines/basic/rules/0/parts/0/deductible/factor | 5000 | 减半 | - | test |  | 注',
    'lines/basic/rules/0/parts/0/bands/measuredFrom | "zero" | 分段起点 | 第一条 | other',
    'lines/basic/rules/0/parts/0/bands/0/upTo | 100 | 分段上限 | 第一条 | other',
    'lines/basic/rules/0/parts/0/bands/0/rate | 1 | 支付比例 | 第一条 | other',
    'lines/basic/rules/0/parts/0/bands/1/rate/1 | 10 | 支付比例 | 第一条 | other',
    'lines/basic/rules/0/parts/0/bands/1/rate/2 | 20 | 支付比例 | 第一条 | other',
    'lines/basic/rules/0/parts/0/bands/1/rate/3/0 | 30 | 支付比例 | 第一条 | other | 2018-01-01/2018-06-30',
    'lines/basic/rules/0/parts/0/bands/1/rate/3/1 | 31 | 支付比例 | 第一条 | other | 2018-07-01/2019-12-31',
    'lines/basic/rules/0/parts/0/ratePlus | 500 | 提高比例 | 第一条 | other',
    'lines/basic/rules/0/capPerYear | 7 | 年度支付限额 | 第一条 | other',
    'lines/basic/rules/0/capPerStay | 6 | 单次支付限额 | 第一条 | other',
    'lines/basic/rules/1/parts/0/deductible/period | "stay" | 起付线周期 | - | other',
    'lines/basic/rules/1/parts/0/deductible | 3 | 起付线 | - | other',
    'lines/basic/rules/1/parts/0/deductible/later/0 | 2 | 起付线(再次住院) | - | other',
    'lines/basic/rules/1/parts/0/deductible/later/1 | 1 | 起付线(再次住院) | - | other',
    'lines/basic/rules/1/parts/0/rate | 8000 | 支付比例 | - | other',
    'lines/basic/rules/1/capPerYear | 8 | 年度支付限额 | - | other',
    'lines/basic/rules/2/nothing | "不享受" | 不享受 | - | other',
    'lines/basic/rules/3/parts/0/rate | 8000 | 支付比例 | - | other',
    'lines/basic/rules/3/capPerYear | 9 | 年度支付限额 | - | other',
    'lines/band/rules/0/parts/0/rate | 8000 | 支付比例 | - | test',
    'lines/shared/rules/0/parts/0/rate | 8000 | 支付比例 | - | test',
    'lines/shared/rules/1/parts/0/rate | 8000 | 支付比例 | - | test',
    'lines/shared/split/0 | 5000 | 分担比例 | - | test',
    'lines/top/timing | "year-end" | 年终结算，出院时不支付 | - | test',
    'lines/top/rules/0/limit | 300 | 年度自付上限 | - | test',
    'lines/top/rules/1/limit | 1000 | 自付上限比例 | - | test',
    'scope/outOfArea/referred | 1000 | 异地就医先行自付(转诊备案) | - | test',
    'programmes/named | "named" | 病种 | - | test |  | 按通知',
    'programmes/named/diseases/0 | ["C16"] | 胃癌 | - | test',
    'programmes/limit | "limit" | 限价 | - | test',
    'programmes/limit/diseases/0 | ["C33-C34","D02"] | 肺癌 | - | test |  | 参考',
    'programmes/limit/0 | 100 | 单病种限价(肺癌) | - | test',
    'localArea | ["9999"] | 统筹区 | - | test',
    'acceptsUndesignated | true | 非定点医疗机构 | - | test',
    'premiumSubsidy/0 | ["destitute"] | 参保补贴 | - | test',
    'scope/classBFirstSelfPay | 1000 | 乙类先行自付 | - | test',
    'admittedItems/list | "list" | 康复 | 三(三)8 | test',
    'admittedItems/list/0 | "运动疗法" | 运动疗法 | 附件 | other |  | 每日一次',
    'admittedItems/list/1 | "作业疗法" | 作业疗法 | 三(三)8 | test',
    'admittedItems/list/1/codes | ["34","35"] | 项目编码 | 三(三)8 | test',
    'admittedItems/second | "second" | 其他 | - | test',
    'admittedItems/second/0 | "其他疗法" | 其他疗法 | - | test',
  ]);
});

describe('compiled', () => {
  const pack = () => checkedPack(everything(), 'everything');

  it('the head', () => {
    const { id, region, name, from, to, acceptsUndesignated, localArea, premiumSubsidy, partLabels } = pack();
    expect([id, region, name, from, to, acceptsUndesignated, localArea.value, premiumSubsidy.map((each) => each.value)]).toEqual([
      '999999/2018-01-01',
      '999999',
      '测试',
      '2018-01-01',
      '2019-12-31',
      true,
      ['9999'],
      [['destitute']],
    ]);
    expect([...partLabels]).toEqual([['lines/basic/rules/0/parts/0', '目录内']]);
    const plain = checkedPack(packContent(), 'plain');
    expect([
      plain.to,
      plain.acceptsUndesignated,
      plain.premiumSubsidy,
      plain.programmes,
      plain.admissions,
      plain.outOfArea,
    ]).toEqual([null, false, [], [], [], {}]);
    expect(checkedPack({ ...packContent(), acceptsUndesignated: value(false) }, 'plain').acceptsUndesignated).toBe(false);
  });

  it('the chain: a shared line stands once for each of its payers', () => {
    const chain = pack().chains.inpatient ?? [];
    expect(chain.map(({ line, payer, definition, part }) => [line, payer, definition.id, part])).toEqual([
      ['over', 'hospital', 'over', 0],
      ['basic', 'basic-insurance', 'basic', 0],
      ['band', 'basic-insurance', 'band', 0],
      ['shared.medical-assistance', 'medical-assistance', 'shared', 0],
      ['shared.fifth-line', 'fifth-line', 'shared', 1],
      ['top', 'fifth-line', 'top', 0],
    ]);
  });

  it('what a line is, what it asks for, and whether a later line takes its cut', () => {
    const cutting = everything();
    cutting.lines[2].rules[0].parts[0].base = { cutOffBy: 'basic' };
    cutting.lines[1].rules = [{ parts: [{ base: 'in-scope', ...RATE }], capPerYear: value(9) }];
    cutting.lines[1].accumulates = undefined;
    const told = (content: Authored) =>
      checkedPack(content, 'told').lines.map((line) => [
        line.id,
        line.labelEn,
        line.account,
        line.accumulates.map(({ account }) => account),
        line.yearEnd?.value ?? null,
        line.weights.map((weight) => weight?.value ?? null),
        [line.byAge, line.byRegion, line.tellsCutOff],
      ]);
    const OTHERS = [
      ['band', 'band', 'band.paid', [], null, [], [false, false, false]],
      ['shared', 'shared', 'shared.paid', [], null, [5_000, null], [false, true, false]],
      ['top', 'top', 'top.paid', [], 'year-end', [], [false, false, false]],
    ];
    const OVER = ['over', 'over', 'over.paid', [], null, [], [false, false, false]];
    expect(told(everything())).toEqual([
      OVER,
      ['basic', 'Basic', 'basic.inpatient', ['borne'], null, [], [true, false, false]],
      ...OTHERS,
    ]);
    expect(told(cutting)).toEqual([OVER, ['basic', 'Basic', 'basic.inpatient', [], null, [], [false, false, true]], ...OTHERS]);
    const window = checkedPack({ ...packContent(), lines: [rateLine({ timing: value('window') })] }, 'window');
    expect(window.lines.map(({ yearEnd }) => yearEnd)).toEqual([null]);
  });

  it('the rules of a line: accounts, limits, caps, parts with their bases', () => {
    const cutting = everything();
    cutting.lines[2].rules[0].parts[0].base = { cutOffBy: 'basic' };
    cutting.lines[1].rules[1].parts[0].base = 'in-scope-rest';
    const rules = checkedPack(cutting, 'cutting').lines.flatMap((line) => line.rules);
    expect(
      rules.map(({ ref, account, measures, limit, nothing }) => [ref, account, measures, limit?.percentOf, nothing?.value]),
    ).toEqual([
      ['lines/basic/rules/0', 'basic.poor', 'self-pay', undefined, undefined],
      ['lines/basic/rules/1', 'basic.inpatient', 'self-pay', undefined, undefined],
      ['lines/basic/rules/2', 'basic.inpatient', 'self-pay', undefined, '不享受'],
      ['lines/basic/rules/3', 'basic.inpatient', 'self-pay', undefined, undefined],
      ['lines/band/rules/0', 'band.paid', 'self-pay', undefined, undefined],
      ['lines/shared/rules/0', 'shared.paid', 'self-pay', undefined, undefined],
      ['lines/shared/rules/1', 'shared.paid', 'self-pay', undefined, undefined],
      ['lines/top/rules/0', 'top.paid', 'in-scope-self-pay', null, undefined],
      ['lines/top/rules/1', 'top.paid', 'self-pay', 'in-scope', undefined],
    ]);
    const parts = rules.flatMap((rule) => rule.parts);
    expect(
      parts.map(({ index, label, base, accumulator, cutOffBy, deductible, bands }) => [
        [index, label, base, accumulator, cutOffBy],
        deductible === null
          ? null
          : [deductible.period?.value, deductible.laterStays.map((each) => each[2][0]?.value), deductible.factor?.value],
        bands?.steps.map(({ upTo, rate }) => [upTo?.[0]?.value, rate[3].map((each) => each.value)]),
      ]),
    ).toEqual([
      [
        [0, '目录内', null, 'borne', null],
        [undefined, [], 5_000],
        [
          [100, [1]],
          [undefined, [30, 31]],
        ],
      ],
      [[0, null, 'in-scope-rest', null, null], ['stay', [2, 1], undefined], undefined],
      [[0, null, 'in-scope', null, null], null, undefined],
      [[0, null, null, null, 'basic'], null, undefined],
      [[0, null, 'rest', null, null], null, undefined],
      [[0, null, 'rest', null, null], null, undefined],
    ]);
  });

  it('programmes with every code of their ranges, and lists of items', () => {
    const { programmes, admissions } = pack();
    expect(
      programmes.map(({ diseases, ...rest }) => [
        rest,
        diseases.map(({ amount, ...disease }) => [disease, amount?.[3][0]?.value]),
      ]),
    ).toEqual([
      [
        { id: 'named', label: '病种', kind: 'named', careTypes: ['inpatient'], categories: null },
        [[{ label: '胃癌', icd10: ['C16'], ageMonths: null }, undefined]],
      ],
      [
        { id: 'limit', label: '限价', kind: 'price-limit', careTypes: ['inpatient'], categories: ['low-income'] },
        [[{ label: '肺癌', icd10: ['C33', 'C34', 'D02'], ageMonths: { from: 1 } }, 100]],
      ],
    ]);
    expect(admissions).toEqual([
      {
        id: 'list',
        label: '康复',
        every: ['destitute'],
        oneOf: [],
        codes: new Set(['34', '35']),
        names: new Set(['运动疗法', '作业疗法']),
      },
      { id: 'second', label: '其他', every: [], oneOf: ['low-income'], codes: new Set(), names: new Set(['其他疗法']) },
    ]);
  });
});

it('an amount is called by the kind of its programme', () => {
  const content = packContent();
  content.lines.unshift({ id: 'over', label: '超', payer: 'hospital', shape: 'fixed-amount' });
  content.care.inpatient.chain.unshift('over');
  content.programmes = [programme({ kind: 'fixed-amount', diseases: [{ label: '胃癌', icd10: ['C16'], amount: value(1) }] })];
  expect(checkedPack(content, 'fixed').values.get('programmes/named/0')?.label).toBe('病种定额(胃癌)');
});

it('a clause goes with its source: another source does not inherit it, the same one named again does', () => {
  const clauseOf = (source?: string) => {
    const content = packContent();
    content.sources.other = OTHER;
    content.lines[0].clause = '第一条';
    content.lines[0].rules[0].parts[0].rate = value(8_000, { source });
    return checkedPack(content, 'clauses').values.get('lines/basic/rules/0/parts/0/rate')?.clause;
  };
  expect([clauseOf(), clauseOf('test'), clauseOf('other')]).toEqual(['第一条', '第一条', null]);
});
