/** Rehabilitation items of poor disabled persons (三(三)8): which lines of a bill enter the scope, and where it is said. */
import { builtInPacks } from '../../../apps/hospital-gateway/policy/pack-files';
import { settleAlone } from '../../../libs/settlement/settle-alone';
import { type Case, inputOf } from '../../../libs/settlement/testing';
import { statementText } from '../../../libs/settlement/view/statement';

const pack = builtInPacks().find(({ pack: { region } }) => region === '360222')!.pack;
const lines = [
  { code: 'X1', class: 'A', amountFen: 100_000 },
  { code: '340200020', name: '运动疗法（大）', class: 'C', amountFen: 30_000, overLimitFen: 5_000 },
  { code: 'HIS-77', name: '康复综合评定', class: 'C', amountFen: 20_000 },
  { code: 'HIS-78', name: '康复综合评定（复评）', class: 'C', amountFen: 10_000 },
  { code: '340200031', name: '作业疗法', class: 'B', amountFen: 40_000 },
] as const;

function settled(given: Case) {
  const result = settleAlone(inputOf(pack, { lines, diagnosis: 'J18.9', ...given }));
  if ('refused' in result) throw new Error(JSON.stringify(result.refused));
  return result.settled;
}

const entered = [{ fen: 45_000, label: '残疾人医疗康复项目', list: 'rehabilitation' }];

test('29 items: 9 of 2010 and 20 of 2016', () => {
  const items = pack.content.admittedItems?.[0]?.items ?? [];
  const from = (source: string): number => items.filter((item) => item.source === source).length;
  expect([items.length, from('rehabilitation-2010'), from('rehabilitation-2016')]).toEqual([29, 9, 20]);
});

test('by code or by exact name; above the limit price it stays outside; class B stays class B', () => {
  // In scope 1 000 + 250 + 200 + 360 (B less 10 %) = 1 810; outside 50 + 100 + 40.
  const { scope, shares } = settled({ categories: ['disabled', 'low-income'] });
  expect(scope).toEqual({
    admitted: entered,
    areaSelfPayFen: 0,
    classBSelfPayFen: 4_000,
    hospitalExcessFen: 0,
    inScopeFen: 181_000,
    outOfCatalogueFen: 10_000,
    overLimitFen: 5_000,
    totalFen: 200_000,
  });
  expect(shares[0]?.paidFen).toBe(144_800);
});

test('what entered is in the rest, so the out-of-area share is taken of it too', () => {
  // (2 000 − 100 − 50 − 40) × 10 % = 181.
  const { scope } = settled({ categories: ['disabled', 'destitute'], transfer: 'referred' });
  expect(scope).toMatchObject({ admitted: entered, areaSelfPayFen: 18_100, inScopeFen: 162_900 });
});

test.each([[['disabled']], [['low-income']], [['disabled', 'orphan']], [[]]] as const)('not for %j', (categories) => {
  const { scope } = settled({ categories });
  expect(scope).toMatchObject({ inScopeFen: 136_000, outOfCatalogueFen: 55_000 });
  expect(scope?.admitted).toBeUndefined();
});

test('the first line’s working and the statement say how much', () => {
  const view = settled({ categories: ['disabled', 'registered-poor'] });
  expect(view.shares.map(({ workings }) => workings.filter(({ step }) => step === 'admitted'))).toEqual([
    [
      expect.objectContaining({
        label: '丙类项目纳入政策范围：残疾人医疗康复项目',
        clause: '三(三)8',
        provenance: 'stated',
        amountFen: 45_000,
      }),
    ],
    [],
    [],
    [],
    [],
  ]);
  const rows = statementText(view)
    .split('\n')
    .map((row) => row.trim().replace(/\s+/g, ' '));
  expect(rows).toEqual(expect.arrayContaining(['含残疾人医疗康复项目（丙类纳入） admitted 450.00']));
});
