/** The printable page: says what the paper is worth, closes to the fen, carries the code, and takes nothing for markup. */
import { qrInSvg, qrInText } from '../../../test/support/qr-reader';
import { columnsOf, PAGE_COLUMNS } from './columns';
import type { SettlementStatus, SettlementView } from './settlement-view';
import { statementText } from './statement';
import { statementHtml } from './statement-html';

const LEAF = 'ab'.repeat(32);
const CODE = `OSS1:C649A621-6BEE-51E2-82E7-99280E5155B2:1:${LEAF.toUpperCase()}`;

const view: SettlementView = {
  settlementId: 'c649a621-6bee-51e2-82e7-99280e5155b2',
  status: 'completed',
  attempt: 1,
  hospitalCode: 'H1',
  encounterNo: '<b>E&1</b>',
  region: '999999',
  dischargedOn: '2018-03-19',
  totalFen: 100_000,
  shares: [
    {
      line: 'basic',
      label: '城乡居民基本医保',
      payer: 'basic-insurance',
      paidFen: 80_000,
      inScopeFen: 80_000,
      outOfScopeFen: 0,
      workings: [
        {
          step: 'rate',
          label: '支付比例',
          clause: '三(三)4',
          provenance: 'stated',
          source: '一份通知',
          amountFen: 80_000,
          formula: '1,000.00 × 80% = 800.00',
          note: '按医疗机构级别',
        },
        {
          step: 'deductible',
          label: '起付线',
          clause: null,
          provenance: null,
          source: null,
          amountFen: 0,
          formula: null,
          note: null,
        },
        {
          step: 'category',
          label: '按此类别计算：特困',
          clause: null,
          provenance: null,
          source: null,
          amountFen: 0,
          formula: null,
          note: null,
        },
      ],
    },
  ],
  hospitalFen: 0,
  selfPayFen: 20_000,
  policy: { pack: '999999/2018-01-01', digest: 'sha256:0' },
};

const text = (page: string): string =>
  page
    .replace(/<style>[^]*<\/style>/, '')
    .replace(/<[^>]+>/g, '|')
    .replace(/\|+/g, '|');

test('a completed settlement: amounts, bars, workings with their clause, and a code that a decoder reads', () => {
  const page = statementHtml(view, { hospitalName: '浮梁县人民医院', hospitalLevel: 2, categories: ['destitute'], leaf: LEAF });
  expect(text(page)).toContain('|您要付 You pay |200.00| 元，占总费用的 20%|总费用 Total 1,000.00 元，其中 800.00 元不用您付|');
  expect(text(page)).toContain('|城乡居民基本医保 Basic insurance|800.00|80%|个人自付 You pay|200.00|20%|');
  expect(text(page)).toContain('|合计 Total|1,000.00|100%|');
  expect(page).toContain('<i style="width:80%"></i>');
  expect(text(page)).toContain(
    '|支付比例|注：按医疗机构级别|[通知载明] 三(三)4|1,000.00 × 80% = 800.00|起付线|0.00|按此类别计算：特困|',
  );
  expect(text(page)).toContain('|浮梁县人民医院（二级 level 2）|');
  expect(text(page)).toContain(`|${'abab '.repeat(8).trim()}|${'abab '.repeat(8).trim()}|`);
  expect(qrInSvg(page)).toBe(CODE);
  expect(page).not.toContain('class="note"');
});

test('what a field holds is text, and nothing is loaded or run', () => {
  const page = statementHtml(view, { packName: '"><script>alert(1)</script>' });
  expect(page).not.toContain('<b>E');
  expect(page).toContain('&#60;b&#62;E&#38;1');
  expect(page).not.toMatch(/<script|<link|<img|src=|href=/);
});

test('without a leaf it says that there is no code yet', () => {
  expect(text(statementHtml(view))).toContain('尚无核验码');
  expect(qrInSvg(statementHtml(view))).toBeNull();
  expect(qrInText(statementText(view))).toBeNull();
});

test.each<[SettlementStatus, string]>([
  ['pending', '本笔结算尚未完成'],
  ['reversed', '本笔结算已撤销'],
  ['resettling', '本笔结算正在重新计算'],
  ['stuck', '本笔结算遇到问题'],
  ['quoted', '预结算，仅供参考'],
])('%s says so first, and without amounts promises none', (status, note) => {
  const { selfPayFen: _, ...bare } = view;
  const page = text(statementHtml({ ...bare, status, shares: [] }));
  expect(page.indexOf(note)).toBeGreaterThan(0);
  expect(page.indexOf(note)).toBeLessThan(page.indexOf('住院号'));
  expect(page).not.toContain('您要付');
});

test('as text: the code stands beside its leaf, within the width of the page', () => {
  const page = statementText(view, { leaf: LEAF });
  expect(qrInText(page)).toBe(CODE);
  expect(page).toContain(`   ${'abab '.repeat(8).trim()}\n`);
  expect(Math.max(...page.split('\n').map(columnsOf))).toBeLessThanOrEqual(PAGE_COLUMNS);
  const rest = page.replace(/ {2}核验码 Proof code[^]*(?= {2}依据 Sources)/, '');
  expect(rest).toBe(statementText(view));
});
