/** The printed page of a statement with everything in it, read as a clerk and a patient read it: section by section, to the fen. */
import { elementsOf, type PageElement, readPage, rowsOf, wordsOf } from '../../../test/support/page-reader';
import type { SettlementView } from './settlement-view';
import type { StatementHeading } from './statement';
import { statementHtml } from './statement-html';
import { everyName, everything, working } from './testing';

const printed = (change: Partial<SettlementView> = {}, heading: StatementHeading = everyName): PageElement =>
  readPage(statementHtml({ ...everything, status: 'completed', ...change }, heading));

const facts = (page: PageElement): string[] =>
  elementsOf(page, 'div').flatMap((fact) => {
    const [label, value] = [elementsOf(fact, 'dt'), elementsOf(fact, 'dd')].map((each) => each.map(wordsOf).join());
    return label === '' ? [] : [`${label}|${value}`];
  });

const headings = (page: PageElement): string[] => elementsOf(page, 'h2').map(wordsOf);

/** The table below a heading. */
function tableOf(page: PageElement, heading: string): PageElement {
  const all = elementsOf(page, 'body').flatMap(({ inside }) => inside.filter((each) => typeof each !== 'string'));
  const at = all.findIndex((each) => each.tag === 'h2' && wordsOf(each).startsWith(heading));
  const table = all[at + 1];
  if (at < 0 || table?.tag !== 'table') throw new Error(`no table below ${heading}`);
  return table;
}

/** How wide the bar of each row is; null without a bar. */
const bars = (table: PageElement): (string | null)[] =>
  elementsOf(table, 'tr').map((row) => elementsOf(row, 'i').map(({ attributes }) => attributes['style'] ?? '')[0] ?? null);

const share = (more: Partial<SettlementView['shares'][number]>): SettlementView['shares'][number] => ({
  ...everything.shares[1]!,
  workings: [],
  ...more,
});

describe('head', () => {
  it('says what the paper is, whose and by which rules, Chinese first', () => {
    const page = printed();
    expect(elementsOf(page, 'title').map(wordsOf)).toEqual(['结算单 H1 E1']);
    expect(elementsOf(page, 'h1').map(wordsOf)).toEqual(['医疗费用一站式结算单 One-stop settlement statement']);
    expect(facts(page)).toEqual([
      '姓名 Patient|张某',
      '人员类别 Category|特困、残疾',
      '医院 Hospital|浮梁县人民医院（三级 level 3）',
      '住院号 Encounter|E1',
      '出院日期 Discharged|2018-03-19',
      '参保地 Insured in|999999',
      '执行政策 Policy|测试县政策（999999/2018-01-01）',
      '结算号 Settlement|c649a621-6bee-51e2-82e7-99280e5155b2（第2次结算 attempt 2）',
    ]);
  });

  it.each([
    [1, '一级 level 1'],
    [2, '二级 level 2'],
  ] as const)('names the level %d of a hospital, by which the rates go', (hospitalLevel, words) => {
    expect(facts(printed({}, { hospitalLevel }))).toContain(`医院 Hospital|H1（${words}）`);
  });

  it('knows no names by itself: codes stand in their place, and a line is left blank for the patient', () => {
    expect(facts(printed({ attempt: 1 }, {}))).toEqual([
      '姓名 Patient|',
      '医院 Hospital|H1',
      '住院号 Encounter|E1',
      '出院日期 Discharged|2018-03-19',
      '参保地 Insured in|999999',
      '执行政策 Policy|999999/2018-01-01',
      '结算号 Settlement|c649a621-6bee-51e2-82e7-99280e5155b2',
    ]);
  });
});

describe('who pays what', () => {
  it('what the patient pays comes first, then everybody who pays, in the order of the chain; it closes', () => {
    const page = printed();
    expect(elementsOf(page, 'div', 'pay').map(wordsOf)).toEqual([
      '您要付 You pay 2,000.00 元，占总费用的 20% 总费用 Total 10,000.00 元，其中 8,000.00 元不用您付',
    ]);
    expect(headings(page)[0]).toBe('一、谁付多少（元） Who pays what (yuan)');
    const table = tableOf(page, '一、');
    expect(rowsOf(table)).toEqual([
      '医院负担 Hospital|2,000.00|20%|',
      '城乡居民基本医保 Basic insurance|5,000.01|50%|',
      '第五道保障线 Fifth line|999.99|10%|',
      '个人自付 You pay|2,000.00|20%|',
      '合计 Total|10,000.00|100%|',
    ]);
    expect(elementsOf(table, 'tr', 'sum').map(wordsOf)).toEqual(['合计 Total 10,000.00 100%']);
  });

  it('a bar is as wide as the share that is printed beside it; the sum has none', () => {
    expect(bars(tableOf(printed(), '一、'))).toEqual(['width:20%', 'width:50%', 'width:10%', 'width:20%', null]);
  });

  it('a payer of several lines has one row; one that paid nothing is named, without a bar', () => {
    const shares = [
      share({ payer: 'medical-assistance', paidFen: 300_000 }),
      share({ payer: 'critical-illness', paidFen: 0 }),
      share({ payer: 'medical-assistance', paidFen: 700_000 }),
    ];
    const table = tableOf(printed({ shares, selfPayFen: 0 }), '一、');
    expect(rowsOf(table)).toEqual([
      '医疗救助 Medical assistance|10,000.00|100%|',
      '大病保险 Critical-illness insurance|0.00|0%|',
      '个人自付 You pay|0.00|0%|',
      '合计 Total|10,000.00|100%|',
    ]);
    expect(bars(table)).toEqual(['width:100%', null, null, null]);
  });

  it('prints the share of the total that was recorded', () => {
    expect(rowsOf(tableOf(printed({ selfPayBp: 1_999 }), '一、'))).toContain('个人自付 You pay|2,000.00|19.99%|');
  });
});

describe('what the policy covers', () => {
  it('leads from the total to what is in scope, and says what was admitted and under which programme', () => {
    const page = printed();
    expect(headings(page)[1]).toBe('二、哪些费用在政策范围内（元） What the policy covers (yuan)');
    const table = tableOf(page, '二、');
    expect(rowsOf(table)).toEqual([
      '医疗总费用 Total|10,000.00',
      '－ 超定额（限价），医院负担 Hospital|2,000.00',
      '－ 丙类全自费 Out of catalogue|200.00',
      '－ 超限价 Above limit price|100.00',
      '－ 乙类先行自付 Class B|300.00',
      '－ 异地先行自付 Out of area|400.00',
      '＝ 政策范围内费用 In scope|7,000.00',
      '含康复项目（丙类纳入） admitted|123.45',
    ]);
    expect(elementsOf(table, 'tr', 'sum').map(wordsOf)).toEqual(['＝ 政策范围内费用 In scope 7,000.00']);
    expect(wordsOf(page)).toContain('病种 Disease programme：胃癌');
  });

  it('a bill of which all is in scope has nothing to take off', () => {
    const { admitted: _admitted, programme: _programme, ...scope } = everything.scope!;
    const none = { hospitalExcessFen: 0, outOfCatalogueFen: 0, overLimitFen: 0, classBSelfPayFen: 0, areaSelfPayFen: 0 };
    const page = printed({ scope: { ...scope, ...none, inScopeFen: scope.totalFen } });
    expect(rowsOf(tableOf(page, '二、'))).toEqual(['医疗总费用 Total|10,000.00', '＝ 政策范围内费用 In scope|10,000.00']);
    expect(wordsOf(page)).not.toContain('病种 Disease programme');
  });
});

describe('how each line was worked out', () => {
  it('numbers the lines of the chain: who pays or bears how much, and each step with its clause, its formula, its remark', () => {
    const page = printed();
    expect(headings(page)[2]).toBe('三、每一道怎么算出来（元） How each line was worked out (yuan)');
    const each = elementsOf(tableOf(page, '三、'), 'tbody').map(rowsOf);
    expect(each).toEqual([
      ['1. 限价超出部分（医院负担）|负担 2,000.00', '超出定额或限价部分||2,000.00'],
      [
        '2. 城乡居民基本医保 Basic insurance|支付 5,000.01',
        '按此类别计算：特困||',
        '支付比例 注：按医疗机构级别|[公开文件] 第三条|7,000.00 × 71.43% = 5,000.01',
        '不支付|[待县确认]|0.01',
      ],
      [
        '3. 第五道（第五道保障线）|支付 999.99',
        '不享受|[待县确认] 第五条|',
        `个人负担上限 注：${everything.shares[2]!.workings[1]!.note}||8,000.00 × 10% = 800.00（舍去不足一分）`,
        '年度累计||9,007,199,254,740.99 + 9,007,199,254,740.99 = 18,014,398,509,481.98',
      ],
    ]);
  });

  it('says 0.00 where a step came to nothing; an empty remark is none', () => {
    const workings = [
      working({ step: 'deductible', label: '起付线', note: '' }),
      working({ step: 'rate-plus', label: '提高比例', formula: '+5%' }),
    ];
    const table = tableOf(printed({ shares: [share({ workings })] }), '三、');
    expect(rowsOf(table).slice(1)).toEqual(['起付线||0.00', '提高比例||+5%']);
  });

  it.each(['category', 'programme', 'other-programme', 'rate-plus', 'nothing', 'year-end'] as const)(
    'the step %s is words alone: without an amount none is printed',
    (step) => {
      const amounts = [0, 1].map((amountFen) => working({ step, label: '说明', amountFen }));
      expect(rowsOf(tableOf(printed({ shares: [share({ workings: amounts })] }), '三、')).slice(1)).toEqual([
        '说明||',
        '说明||0.01',
      ]);
    },
  );
});

describe('foot', () => {
  it('names each source once, in the order of the steps, and explains the marks and the rounding', () => {
    const sources = elementsOf(printed(), 'div', 'sources');
    expect(sources.flatMap((each) => elementsOf(each, 'b').map(wordsOf))).toEqual(['依据 Sources']);
    expect(sources.flatMap((each) => elementsOf(each, 'p').map(wordsOf))).toEqual([
      '[公开文件] 一份文件',
      '[待县确认] 另一份文件',
      '[通知载明] stated in the notice；[公开文件] documented elsewhere；[待县确认] assumed, to be confirmed',
      '金额按每道四舍五入到分；各方支付加个人自付等于总费用。',
    ]);
  });

  it('a value of which the source or how sure it is stands nowhere is no source', () => {
    const workings = [working({ source: '无标记' }), working({ provenance: 'stated' })];
    const words = wordsOf(printed({ shares: [share({ workings })] }));
    expect(words).not.toContain('无标记');
    expect(words).toContain('依据 Sources [通知载明] stated in the notice');
  });
});
