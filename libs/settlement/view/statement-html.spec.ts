/** The printable page: says what the paper is worth, carries the code, is fit for paper, and takes nothing for markup. */
import { elementsOf, type PageElement, readPage, wordsOf } from '../../../test/support/page-reader';
import { qrInSvg, qrInText } from '../../../test/support/qr-reader';
import { columnsOf, PAGE_COLUMNS } from './columns';
import type { SettlementStatus, SettlementView } from './settlement-view';
import { type StatementHeading, statementText } from './statement';
import { statementHtml } from './statement-html';
import { everyName, everything, working } from './testing';

const LEAF = '00112233445566778899aabbccddeeff0a1a2a3a4a5a6a7a8a9aaabacadaeafa';
const CODE = `OSS1:C649A621-6BEE-51E2-82E7-99280E5155B2:2:${LEAF.toUpperCase()}`;
/** The leaf as it is printed, on two lines. */
const GROUPS = ['0011 2233 4455 6677 8899 aabb ccdd eeff', '0a1a 2a3a 4a5a 6a7a 8a9a aaba cada eafa'];
const PURPOSE = {
  zh: '凭核验码可向审计或医保部门核对：本单已写入签了名的结算日志，此后没有被改动。',
  en: 'With it anyone can have this statement checked against the signed log.',
};

const completed: SettlementView = { ...everything, status: 'completed' };
const { selfPayFen: _selfPay, scope: _scope, ...rest } = everything;
/** Of which nothing is known but the bill. */
const bare: SettlementView = { ...rest, shares: [] };

const NOTES: readonly (readonly [SettlementStatus, string])[] = [
  ['pending', '本笔结算尚未完成，以下金额不是最终结果 Not yet complete'],
  ['reversed', '本笔结算已撤销 Reversed: this settlement no longer counts'],
  ['resettling', '本笔结算正在重新计算 Being settled again'],
  ['stuck', '本笔结算遇到问题，正在处理 Held up: being looked into'],
  ['quoted', '预结算，仅供参考，不作为付款依据 A quote, not a settlement'],
];

describe('what the paper is worth', () => {
  it.each(NOTES)('%s says so in words right below the title, whatever amounts follow', (status, note) => {
    for (const view of [bare, everything]) {
      const page = readPage(statementHtml({ ...view, status }));
      expect(elementsOf(page, 'p', 'note').map(wordsOf)).toEqual([note]);
      expect(wordsOf(elementsOf(page, 'body')[0]!)).toMatch(
        `医疗费用一站式结算单 One-stop settlement statement ${note} 姓名 Patient`,
      );
    }
  });

  it('a completed one needs no such words', () => {
    const [body] = elementsOf(readPage(statementHtml(completed)), 'body');
    expect(elementsOf(body!, 'p', 'note')).toEqual([]);
    expect(wordsOf(body!)).toMatch(/^医疗费用一站式结算单 One-stop settlement statement 姓名 Patient /);
  });

  it('without amounts it promises none: after the heading nothing but what the marks will mean', () => {
    const [body] = elementsOf(readPage(statementHtml({ ...bare, status: 'pending', attempt: 1 })), 'body');
    expect(wordsOf(body!)).toBe(
      [
        '医疗费用一站式结算单 One-stop settlement statement 本笔结算尚未完成，以下金额不是最终结果 Not yet complete',
        '姓名 Patient 医院 Hospital H1 住院号 Encounter E1 出院日期 Discharged 2018-03-19 参保地 Insured in 999999',
        '执行政策 Policy 999999/2018-01-01 结算号 Settlement c649a621-6bee-51e2-82e7-99280e5155b2',
        '尚无核验码：结算完成并写入日志后才有。 No proof code yet: it comes with the completed settlement. 依据 Sources',
        '[通知载明] stated in the notice；[公开文件] documented elsewhere；[待县确认] assumed, to be confirmed',
        '金额按每道四舍五入到分；各方支付加个人自付等于总费用。',
      ].join(' '),
    );
    expect(elementsOf(body!, 'table')).toEqual([]);
  });
});

describe('the proof code', () => {
  it('on the page: a decoder reads it, and beside it stand the leaf in groups of four and what it is good for', () => {
    const page = statementHtml(completed, { leaf: LEAF });
    expect(qrInSvg(page)).toBe(CODE);
    const [foot] = elementsOf(readPage(page), 'div', 'foot');
    expect(elementsOf(foot!, 'div', 'leaf').flatMap(({ inside }) => inside.filter((each) => typeof each === 'string'))).toEqual(
      GROUPS,
    );
    expect(wordsOf(foot!)).toMatch(
      `核验码（叶哈希）Proof code (leaf hash) ${GROUPS.join(' ')} ${PURPOSE.zh} ${PURPOSE.en} 依据 Sources`,
    );
  });

  it('as text: the same, within the width of the page, and nothing is left out for its sake', () => {
    const text = statementText(completed, { leaf: LEAF });
    expect(qrInText(text)).toBe(CODE);
    const [code = ''] = / {2}核验码 Proof code[^]*(?= {2}依据 Sources)/.exec(text) ?? [];
    const lines = code.split('\n');
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(PAGE_COLUMNS);
    const [title, , label, first, second, ...purpose] = lines
      .map((line) => line.replace(/[▀▄█]/g, '').trim())
      .filter((line) => line !== '');
    expect([title, label, first, second]).toEqual(['核验码 Proof code', '核验码（叶哈希）Leaf hash', ...GROUPS]);
    expect(purpose.join('').replaceAll(' ', '')).toBe(`${PURPOSE.zh}${PURPOSE.en}`.replaceAll(' ', ''));
    expect(text.replace(code, '')).toBe(statementText(completed));
  });

  it('without a leaf there is none, and the page says why; the sources stand there all the same', () => {
    const page = statementHtml(completed);
    expect(qrInSvg(page)).toBeNull();
    expect(qrInText(statementText(completed))).toBeNull();
    expect(wordsOf(readPage(page))).toContain(
      '尚无核验码：结算完成并写入日志后才有。 No proof code yet: it comes with the completed settlement. 依据 Sources [公开文件] 一份文件',
    );
  });
});

describe('on paper', () => {
  const page = readPage(statementHtml(completed, { leaf: LEAF }));
  /** The declarations of a rule. */
  const style = (selector: string): string => {
    const text = wordsOf(elementsOf(page, 'style')[0]!);
    return text.slice(text.indexOf(`${selector}{`) + selector.length + 1).split('}')[0]!;
  };

  it('is an A4 page in Chinese, whose characters survive being saved as a file', () => {
    expect(style('@page')).toContain('size:A4');
    expect(elementsOf(page, 'html').map(({ attributes }) => attributes['lang'])).toEqual(['zh-CN']);
    expect(elementsOf(page, 'meta')[0]!.attributes).toEqual({ charset: 'utf-8' });
  });

  it('bars are drawn even where a browser leaves out backgrounds, and neither a line nor the code is torn apart by a page break', () => {
    expect(style('.bar i')).toContain('print-color-adjust:exact');
    expect(style('tbody.each')).toBe('break-inside:avoid');
    expect(style('.foot')).toContain('break-inside:avoid');
    expect(elementsOf(page, 'tbody', 'each')).toHaveLength(everything.shares.length);
    expect(elementsOf(page, 'div', 'foot').flatMap((foot) => elementsOf(foot, 'svg'))).toHaveLength(1);
  });

  it('nothing is loaded or run', () => {
    expect(statementHtml(completed, { leaf: LEAF })).not.toMatch(/<script|<link|<img|src=|href=|url\(|@import/);
  });
});

describe('what a field holds is text', () => {
  const HOSTILE = `<b class="n">'&#60;"`;
  const tagsOf = ({ tag, inside }: PageElement): unknown[] => [
    tag,
    ...inside.map((each) => (typeof each === 'string' ? '' : tagsOf(each))),
  ];

  /** A statement of one share, with a text from outside in one place. */
  const withStep = (step: Parameters<typeof working>[0]): SettlementView => ({
    ...completed,
    shares: [{ ...completed.shares[1]!, workings: [working({ provenance: 'stated', ...step })] }],
  });
  const scope = everything.scope!;
  const places: Record<string, (words: string) => readonly [SettlementView, StatementHeading?]> = {
    'the name of the patient': (patientName) => [completed, { patientName }],
    'the name of the hospital': (hospitalName) => [completed, { ...everyName, hospitalName }],
    'the name of the policy': (packName) => [completed, { packName }],
    'the id of the policy': (pack) => [{ ...completed, policy: { ...completed.policy, pack } }],
    'the code of the hospital': (hospitalCode) => [{ ...completed, hospitalCode }],
    'the number of the encounter': (encounterNo) => [{ ...completed, encounterNo }],
    'the id of the settlement': (settlementId) => [{ ...completed, settlementId }],
    'the region': (region) => [{ ...completed, region }],
    'the day of discharge': (dischargedOn) => [{ ...completed, dischargedOn }],
    'the label of an admitted item': (label) => [
      { ...completed, scope: { ...scope, admitted: [{ fen: 1, label, list: 'first' }] } },
    ],
    'the name of a disease programme': (disease) => [{ ...completed, scope: { ...scope, programme: { disease, id: 'limit' } } }],
    'the label of a line': (label) => [{ ...completed, shares: [{ ...completed.shares[1]!, label }] }],
    'the label of a step': (label) => [withStep({ label })],
    'the clause of a step': (clause) => [withStep({ clause })],
    'the source of a step': (source) => [withStep({ source })],
    'the formula of a step': (formula) => [withStep({ formula })],
    'the remark of a step': (note) => [withStep({ note })],
  };

  it.each(Object.entries(places))('%s', (_, place) => {
    const page = readPage(statementHtml(...place(HOSTILE)));
    expect(wordsOf(page)).toContain(HOSTILE);
    expect(tagsOf(page)).toEqual(tagsOf(readPage(statementHtml(...place('harmless')))));
  });
});
