/** The statement of the founding example, line by line where it counts, and what must hold of every statement. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_FEN } from '@oss/money';
import { readPack } from '@oss/policy';
import { type AloneInput, settleAlone } from '../settle-alone';
import { columnsOf, PAGE_COLUMNS } from './columns';
import type { SettlementView } from './settlement-view';
import { sharesByPayer, statementText } from './statement';

function packOf(file: string) {
  return { pack: readPack(readFileSync(join(__dirname, '../../policy/packs', file), 'utf8'), file), digest: 'sha256:0' };
}

const fuliang = packOf('360222-fuliang-2018.yaml');
const bill: AloneInput['discharge']['bill'] = {
  totalFen: 5200000,
  lines: [
    { code: 'XA02BC', class: 'A', amountFen: 3000000 },
    { code: 'XN06BX', class: 'B', amountFen: 2000000, firstSelfPayBp: 1000 },
    { code: 'ZZ0001', class: 'C', amountFen: 200000 },
  ],
};

function settled(change: Partial<AloneInput> = {}, changedBill = bill): SettlementView {
  const care = {
    type: 'inpatient',
    admittedOn: '2018-03-07',
    dischargedOn: '2018-03-19',
    diagnoses: ['C16.9'],
    transfer: 'none',
  } as const;
  const result = settleAlone({
    today: '2018-04-04',
    pack: fuliang,
    hospital: { level: 2, region: '360222', designated: true },
    person: {
      personKey: 'a'.repeat(32),
      region: '360222',
      cover: { from: '2018-01-01', premiumPaidBy: 'subsidy' },
      categories: [{ category: 'registered-poor', from: '2016-01-01' }],
      approvedDiseases: [],
      birthDate: '1955-03-07',
    },
    discharge: { hospitalCode: 'H36022200017', encounterNo: 'ZY2018030700123', region: '360222', care, bill: changedBill },
    ...change,
  });
  if ('refused' in result) throw new Error(JSON.stringify(result.refused));
  return result.settled;
}

/** The lines without their indent, each run of blanks as one. */
function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim().replace(/\s+/g, ' '));
}

const heading = {
  patientName: '张某',
  hospitalName: '浮梁县人民医院',
  hospitalLevel: 2,
  categories: ['registered-poor'],
} as const;

test('says first what the patient pays, then who paid the rest, and that it closes', () => {
  const lines = linesOf(statementText(settled(), heading));
  const wanted = [
    '您要付 You pay：5,200.00 元，占总费用的 10%。',
    '总费用 52,000.00 元，其中 46,800.00 元不用您付。',
    '城乡居民基本医保 Basic insurance 38,400.00 73.85% █████████████████████',
    '大病保险 Critical-illness insurance 1,705.00 3.28% █',
    '医疗救助 Medical assistance 5,526.50 10.63% ███',
    '第五道保障线 Fifth line 1,168.50 2.25% █',
    '个人自付 You pay 5,200.00 10% ███',
    '合计 Total 52,000.00 100%',
    '核对 Check: 38,400.00 + 1,705.00 + 5,526.50 + 1,168.50 + 5,200.00 = 52,000.00',
    '－ 丙类全自费 Out of catalogue 2,000.00',
    '－ 乙类先行自付 Class B 2,000.00',
    '＝ 政策范围内费用 In scope 48,000.00',
    '起付线 [通知载明] 三(三)3 0.00',
    '支付比例 [通知载明] 三(三)4 48,000.00 × 80% = 38,400.00',
    '支付比例 [待县确认] 7,895.00 × 70% = 5,526.50',
    '个人自付控制在10%以内 [通知载明] 三(三)5 52,000.00 × 10% = 5,200.00',
  ];
  expect(lines.filter((line) => wanted.includes(line))).toEqual(wanted);
  expect(lines).toEqual(
    expect.arrayContaining(['姓名 Patient 张某', '人员类别 Category 建档立卡', '医院 Hospital 浮梁县人民医院（二级 level 2）']),
  );
});

test('amounts stand under each other, and no line is wider than the page', () => {
  const huge = Math.trunc(MAX_FEN / 100) * 100;
  const wide = settled({}, { totalFen: huge, lines: [{ code: 'A1', class: 'A', amountFen: huge }] });
  for (const view of [settled(), wide]) {
    const lines = statementText(view, heading).split('\n');
    expect(lines.filter((line) => columnsOf(line) > PAGE_COLUMNS)).toEqual([]);
  }
  const summary = statementText(settled())
    .split('\n')
    .filter((line) => /^ {2}\S.*%( |$)/.test(line) && !line.includes('×') && !line.includes('。'));
  expect(new Set(summary.map((line) => columnsOf(line.slice(0, line.indexOf('%'))))).size).toBe(1);
});

test('without names it prints codes; an ordinary person and a reason for nothing are in words', () => {
  const person = {
    personKey: 'b'.repeat(32),
    region: '360222',
    cover: { from: '2018-01-01', premiumPaidBy: 'person' },
    categories: [],
    approvedDiseases: [],
    birthDate: null,
  } as const;
  const lines = linesOf(statementText(settled({ person }), { categories: [] }));
  expect(lines).toEqual(
    expect.arrayContaining([
      '医院 Hospital H36022200017',
      '人员类别 Category 普通参保人 ordinary',
      '非救助对象，不享受医疗救助 [公开文件]',
    ]),
  );
  expect(lines.filter((line) => line.startsWith('姓名'))).toEqual([]);
});

test('a payer with several lines has one bar; a settlement under way promises no amount', () => {
  expect([
    ...sharesByPayer([
      { payer: 'medical-assistance', paidFen: 5 },
      { payer: 'hospital', paidFen: 1 },
      { payer: 'medical-assistance', paidFen: 7 },
    ]),
  ]).toEqual([
    ['medical-assistance', 12],
    ['hospital', 1],
  ]);
  const { selfPayFen: _fen, selfPayBp: _bp, hospitalFen: _hospital, ...view } = settled();
  const text = statementText({ ...view, status: 'pending', shares: view.shares.slice(0, 1) });
  expect(text).toContain('本笔结算尚未完成');
  expect(text).not.toContain('您要付');
});
