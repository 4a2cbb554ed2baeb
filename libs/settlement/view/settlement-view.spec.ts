/** The settlement as the contract shows it: every status with exactly its fields, every step in words with its formula. */
import type { Pack } from '@oss/policy';
import { acceptedDischarge } from '../acceptance/accept';
import { WORKING_STEPS, type Working } from '../lines/working';
import { inputOf, packOf } from '../testing';
import type { DischargeRecorded, SettlementCompleted, SettlementReversed, ShareSettled } from '../year/events';
import { recordDischarge } from '../year/record';
import { acceptedView, lineLabel, type SettlementFacts, settlementView } from './settlement-view';
import { completionOf, shareOf } from './testing';

const pack: Pack = packOf(
  [
    { id: 'excess', label: '限价超出部分', payer: 'hospital', shape: 'price-limit' },
    {
      id: 'basic',
      label: '基本医保',
      payer: 'basic-insurance',
      shape: 'proportional',
      accumulates: [{ account: 'borne', label: '年度个人负担' }],
      rules: [
        {
          parts: [
            {
              label: '目录内',
              base: { accumulator: 'borne' },
              rate: { value: 8_000, label: '报销比例', clause: '第三条', provenance: 'stated', note: '按级别' },
            },
          ],
        },
      ],
    },
    {
      id: 'shared',
      label: '共担',
      shape: 'proportional',
      rules: [{ parts: [{ base: 'rest', rate: { value: 1 } }] }],
      split: [{ payer: 'medical-assistance', weight: { value: 5_000 } }, { payer: 'fifth-line' }],
    },
  ],
  {
    programmes: [
      {
        id: 'limit',
        label: '单病种限价',
        kind: 'price-limit',
        careTypes: ['inpatient'],
        diseases: [{ label: '胃癌', icd10: ['C16'], amount: { value: 100_000 } }],
      },
    ],
    admittedItems: [{ id: 'first', label: '康复项目', for: { oneOf: ['destitute'] }, items: [{ name: '运动疗法' }] }],
  },
);
const accepted = acceptedDischarge({
  ...inputOf(pack, { totalFen: 1_000, outOfCatalogueFen: 100, diagnosis: 'J18.9' }),
  attempt: 1,
});
const recorded: DischargeRecorded = recordDischarge(accepted, '', pack).data;
const { settlementId, encounterNo } = recorded;

const share = (line: string, payer: ShareSettled['payer'], paidFen: number, workings: readonly Working[] = []): ShareSettled =>
  shareOf(recorded, line, payer, paidFen, workings);
const shares = [share('basic', 'basic-insurance', 720), share('shared.fifth-line', 'fifth-line', 5)];
const completed = completionOf(recorded, 272, shares);
const plain: SettlementFacts = { recorded, shares, completed, completedAt: '2018-03-19T08:00:00Z' };

const HEAD = {
  settlementId,
  attempt: 1,
  hospitalCode: 'H1',
  encounterNo,
  region: '999999',
  dischargedOn: '2018-03-19',
  totalFen: 1_000,
  policy: { pack: '999999/2018-01-01', digest: 'sha256:test' },
};
const KNOWN = { ...HEAD, inScopeFen: 900, scope: recorded.scope };
const SHARES = [
  { line: 'basic', label: '基本医保', payer: 'basic-insurance', paidFen: 720, inScopeFen: 720, outOfScopeFen: 0, workings: [] },
  { line: 'shared.fifth-line', label: '共担', payer: 'fifth-line', paidFen: 5, inScopeFen: 5, outOfScopeFen: 0, workings: [] },
];
const AMOUNTS = { hospitalFen: 3, selfPayFen: 272, selfPayBp: 2_720 };

describe('a settlement', () => {
  it('completed', () => {
    expect(settlementView(plain, pack)).toStrictEqual({
      ...KNOWN,
      status: 'completed',
      shares: SHARES,
      ...AMOUNTS,
      completedAt: '2018-03-19T08:00:00Z',
    });
  });

  it('quoted has no instant; pending has no amounts', () => {
    expect(settlementView({ ...plain, completedAt: null }, pack, 'quoted')).toStrictEqual({
      ...KNOWN,
      status: 'quoted',
      shares: SHARES,
      ...AMOUNTS,
    });
    const pending = { ...plain, shares: shares.slice(0, 1), completed: null, completedAt: null };
    expect(settlementView(pending, pack)).toStrictEqual({ ...KNOWN, status: 'pending', shares: SHARES.slice(0, 1) });
  });

  it('accepted and not yet recorded shows what the bill says', () => {
    expect(acceptedView(accepted)).toStrictEqual({ ...HEAD, status: 'pending', shares: [] });
    expect(acceptedView(accepted, 'stuck').status).toBe('stuck');
  });
});

describe('a correction', () => {
  const fact: SettlementReversed = {
    accounts: {},
    attempt: 1,
    correction: 'c',
    dischargedOn: '2018-03-19',
    encounterNo,
    hospitalCode: 'H1',
    openCases: 0,
    operatorCode: 'OP7',
    reason: '退费',
    region: '999999',
    settlementId,
    shares: [],
    superseded: false,
    totalFen: 1_000,
    wasOpen: false,
  };
  const reversal = { reason: '退费', operatorCode: 'OP7', reversedAt: '2018-04-01T00:00:00Z', correction: 'c' };
  const before: SettlementCompleted = {
    ...completed,
    hospitalFen: 5,
    selfPayFen: 300,
    shares: [
      { line: 'old', paidFen: 20, payer: 'medical-assistance' },
      { line: 'basic', paidFen: 680, payer: 'basic-insurance' },
    ],
  };
  const again: SettlementFacts = {
    ...plain,
    recorded: { ...recorded, attempt: 2, correction: { id: 'c', index: 1, size: 1 } } as DischargeRecorded,
    completed: { ...completed, attempt: 2 },
    replaces: before,
  };
  const supersedes = { attempt: 1, totalFen: 1_000, hospitalFen: 5, selfPayFen: 300, shares: before.shares };

  it('that reversed it: by whom, why, and what takes its place', () => {
    const reversed = (superseded: boolean) => ({ fact: { ...fact, superseded }, at: '2018-04-01T00:00:00Z' });
    expect(settlementView({ ...plain, reversed: reversed(false) }, pack)).toStrictEqual({
      ...KNOWN,
      status: 'reversed',
      shares: SHARES,
      ...AMOUNTS,
      completedAt: '2018-03-19T08:00:00Z',
      reversal: { ...reversal, supersededBy: null },
    });
    expect(settlementView({ ...plain, reversed: reversed(true) }, pack).reversal).toStrictEqual({ ...reversal, supersededBy: 2 });
  });

  it('whose cases are not all settled again shows nothing of the new attempt', () => {
    const resettling = { ...KNOWN, attempt: 2, status: 'resettling', shares: [], supersedes };
    expect(settlementView({ ...again, resettling: true }, pack)).toStrictEqual(resettling);
    expect(settlementView({ ...again, completed: null }, pack)).toStrictEqual(resettling);
  });

  it('that is done: by how much every amount changed, lines that are gone last', () => {
    expect(settlementView({ ...again, resettling: false }, pack)).toStrictEqual({
      ...KNOWN,
      attempt: 2,
      status: 'completed',
      shares: SHARES,
      ...AMOUNTS,
      completedAt: '2018-03-19T08:00:00Z',
      supersedes,
      differences: {
        hospitalFen: -2,
        selfPayFen: -28,
        shares: [
          { line: 'basic', payer: 'basic-insurance', paidFen: 40 },
          { line: 'shared.fifth-line', payer: 'fifth-line', paidFen: 5 },
          { line: 'old', payer: 'medical-assistance', paidFen: -20 },
        ],
      },
    });
  });
});

describe('a working', () => {
  const viewOf = (working: Working) =>
    settlementView({ ...plain, shares: [share('basic', 'basic-insurance', 0, [working])] }, pack).shares[0]?.workings[0];

  it('carries label, clause, provenance, source and note of the value that it names', () => {
    expect(
      viewOf({ bp: 8_000, fen: 72_000, ofFen: 90_000, ref: 'lines/basic/rules/0/parts/0/rate', step: 'rate' }),
    ).toStrictEqual({
      step: 'rate',
      label: '报销比例',
      clause: '第三条',
      provenance: 'stated',
      source: 'a test',
      amountFen: 72_000,
      formula: '900.00 × 80% = 720.00',
      note: '按级别',
    });
    expect(viewOf({ fen: 5, step: 'sum' })).toStrictEqual({
      step: 'sum',
      label: WORKING_STEPS.sum,
      clause: null,
      provenance: null,
      source: null,
      amountFen: 5,
      formula: null,
      note: null,
    });
  });

  it.each<[Working, string, string | null]>([
    [{ fen: 0, ref: 'destitute', step: 'category' }, '按此类别计算：特困', null],
    [{ fen: 0, ref: 'ordinary', step: 'category' }, '按此类别计算：普通参保人', null],
    [{ fen: 0, step: 'category' }, '按此类别计算：普通参保人', null],
    [{ fen: 0, ref: 'programmes/limit', step: 'programme' }, '单病种限价', null],
    [{ fen: 0, ref: 'programmes/limit', step: 'other-programme' }, '同时符合，按政策包顺序不适用：单病种限价', null],
    [{ fen: 0, step: 'other-programme' }, '同时符合，按政策包顺序不适用：', null],
    [{ fen: 9, ref: 'admittedItems/first', step: 'admitted' }, '丙类项目纳入政策范围：康复项目', null],
    [{ fen: 0, ref: 'lines/basic/rules/0/parts/0', step: 'part' }, '计算项目：目录内', null],
    [{ fen: 0, step: 'part' }, '计算项目：', null],
    [{ fen: 9, ref: 'in-scope-rest', step: 'base' }, '计算基数：政策范围内剩余费用', null],
    [{ fen: 9, ref: 'of a later version', step: 'base' }, '计算基数', null],
    [{ fen: 9, step: 'base' }, '计算基数', null],
    [{ account: 'borne', fen: 9, ref: 'in-scope', step: 'sum' }, '各段合计(四舍五入到分)', null],
    [{ fen: 9, ref: 'basic', step: 'cut-off' }, '前线限额以上部分：基本医保', null],
    [{ fen: 9, step: 'cut-off' }, '前线限额以上部分：', null],
    [{ account: 'borne', fen: 1_500, ofFen: 1_000, step: 'accumulated' }, '年度个人负担', '10.00 + 5.00 = 15.00'],
    [{ account: 'unknown', fen: 1_500, step: 'accumulated' }, '年度累计', '0.00 + 15.00 = 15.00'],
    [{ bp: 5_000, fen: 50, ofFen: 100, step: 'deductible-factor' }, '起付线调整', '1.00 × 50% = 0.50'],
    [{ fen: 50, ofFen: 100, step: 'deductible' }, '起付线', null],
    [{ bp: 500, fen: 0, step: 'rate-plus' }, '提高支付比例', '+5%'],
    [{ fen: 0, step: 'rate-plus' }, '提高支付比例', '+0%'],
    [{ bp: 6_000, fen: 60, ofFen: 100, step: 'band' }, '分段支付', '1.00 × 60% = 0.60'],
    [{ bp: 3_333, fen: 33, ofFen: 100, step: 'split' }, '共同分担', '1.00 × 33.33% = 0.33'],
    [{ bp: 1_000, fen: 14, ofFen: 148, step: 'limit' }, '个人负担上限', '1.48 × 10% = 0.14（舍去不足一分）'],
    [{ fen: 300_000, step: 'limit' }, '个人负担上限', null],
    [{ bp: 1_000, fen: 14, ofFen: 148, step: 'measured' }, '个人负担(本线支付前)', null],
    [{ fen: 4_000, ofFen: 10_000, step: 'cap' }, '限额余额', '100.00，余 40.00'],
    [{ fen: 4_000, ofFen: 10_000, step: 'bounded' }, '以剩余费用为限', '100.00 → 40.00'],
    [{ fen: 4_000, ofFen: 10_000, step: 'excess' }, '超出定额或限价部分', null],
  ])('%j', (working, label, formula) => {
    expect(viewOf(working)).toMatchObject({ label, formula, amountFen: working.fen });
  });

  it('a line’s label is its own, of a shared line that of the whole, else its id', () => {
    expect(['basic', 'shared.medical-assistance', 'basics', 'gone'].map((line) => lineLabel(line, pack))).toEqual([
      '基本医保',
      '共担',
      'basics',
      'gone',
    ]);
  });
});
