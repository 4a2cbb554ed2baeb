/** What the specs of the view lay out: facts of one case; and what those of the two pages print, the same statement as text and as HTML. */
import type { Working } from '../lines/working';
import type { DischargeRecorded, SettlementCompleted, ShareSettled } from '../year/events';
import type { SettlementView, WorkingView } from './settlement-view';
import type { StatementHeading } from './statement';

export const working = (more: Partial<WorkingView>): WorkingView => ({
  step: 'base',
  label: '计算基数',
  clause: null,
  provenance: null,
  source: null,
  amountFen: 0,
  formula: null,
  note: null,
  ...more,
});

/** One of everything that a page may hold. */
export const everything: SettlementView = {
  settlementId: 'c649a621-6bee-51e2-82e7-99280e5155b2',
  status: 'reversed',
  attempt: 2,
  hospitalCode: 'H1',
  encounterNo: 'E1',
  region: '999999',
  dischargedOn: '2018-03-19',
  totalFen: 1_000_000,
  inScopeFen: 700_000,
  scope: {
    admitted: [{ fen: 12_345, label: '康复项目', list: 'first' }],
    areaSelfPayFen: 40_000,
    classBSelfPayFen: 30_000,
    hospitalExcessFen: 200_000,
    inScopeFen: 700_000,
    outOfCatalogueFen: 20_000,
    overLimitFen: 10_000,
    programme: { disease: '胃癌', id: 'limit' },
    totalFen: 1_000_000,
  },
  shares: [
    {
      line: 'excess',
      label: '限价超出部分',
      payer: 'hospital',
      paidFen: 200_000,
      inScopeFen: 0,
      outOfScopeFen: 200_000,
      workings: [working({ step: 'excess', label: '超出定额或限价部分', amountFen: 200_000 })],
    },
    {
      line: 'basic',
      label: '城乡居民基本医保',
      payer: 'basic-insurance',
      paidFen: 500_001,
      inScopeFen: 500_000,
      outOfScopeFen: 1,
      workings: [
        working({ step: 'category', label: '按此类别计算：特困' }),
        working({
          step: 'rate',
          label: '支付比例',
          clause: '第三条',
          provenance: 'documented',
          source: '一份文件',
          amountFen: 500_001,
          formula: '7,000.00 × 71.43% = 5,000.01',
          note: '按医疗机构级别',
        }),
        working({ step: 'nothing', label: '不支付', provenance: 'assumed', source: '另一份文件', amountFen: 1 }),
      ],
    },
    {
      line: 'top-up',
      label: '第五道',
      payer: 'fifth-line',
      paidFen: 99_999,
      inScopeFen: 99_999,
      outOfScopeFen: 0,
      workings: [
        working({ step: 'nothing', label: '不享受', provenance: 'assumed', source: '另一份文件', clause: '第五条' }),
        working({
          step: 'limit',
          label: '个人负担上限',
          formula: '8,000.00 × 10% = 800.00（舍去不足一分）',
          note: '按次计算，为待县确认的假定；县里若按年计算，须另行公布办法，此前各次已付的金额不再变动，也不退回。',
        }),
        working({
          step: 'accumulated',
          label: '年度累计',
          formula: '9,007,199,254,740.99 + 9,007,199,254,740.99 = 18,014,398,509,481.98',
        }),
      ],
    },
  ],
  hospitalFen: 200_000,
  selfPayFen: 200_000,
  policy: { pack: '999999/2018-01-01', digest: 'sha256:0' },
};

/** All names that a page can bear. */
export const everyName: StatementHeading = {
  patientName: '张某',
  hospitalName: '浮梁县人民医院',
  hospitalLevel: 3,
  categories: ['destitute', 'disabled'],
  packName: '测试县政策',
};

type Case = Pick<DischargeRecorded, 'encounterNo' | 'settlementId'>;

/** A share that pays in scope alone. */
export function shareOf(
  { settlementId }: Case,
  line: string,
  payer: ShareSettled['payer'],
  paidFen: number,
  workings: readonly Working[] = [],
): ShareSettled {
  return { accounts: [], attempt: 1, inScopeFen: paidFen, line, outOfScopeFen: 0, paidFen, payer, settlementId, workings };
}

/** The completion of a bill of ten yuan. */
export function completionOf(
  { encounterNo, settlementId }: Case,
  selfPayFen: number,
  shares: readonly ShareSettled[] = [],
): SettlementCompleted {
  return {
    accounts: {},
    attempt: 1,
    dischargedOn: '2018-03-19',
    encounterNo,
    hospitalCode: 'H1',
    hospitalFen: 3,
    inScopeFen: 900,
    openCases: 0,
    region: '999999',
    selfPayBp: 2_720,
    selfPayFen,
    settlementId,
    shares: shares.map(({ line, paidFen, payer }) => ({ line, paidFen, payer })),
    totalFen: 1_000,
  };
}
