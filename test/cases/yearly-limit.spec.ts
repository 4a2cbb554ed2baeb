/**
 * A limit on the person and year (Anhui "351": 10 000 yuan at provincial hospitals): once it is reached, a second stay may cost
 * a few fen. `huangshan-tan-2` prints the second stay, 88 404.89 yuan with 0.07 for the patient, and of the first only "26 000
 * and more, of which 10 000"; the first bill and the basic ratio here are made to fit, the limit and the 0.07 are printed.
 */
import { packOf, settleAll } from '../../libs/settlement/testing';

const pack = packOf([
  {
    id: 'basic',
    label: '新农合',
    payer: 'basic-insurance',
    shape: 'proportional',
    rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 6_154, unit: 'bp' } }] }],
  },
  {
    id: 'limit-351',
    label: '“351”政府兜底',
    payer: 'fifth-line',
    shape: 'top-up',
    rules: [
      {
        limit: {
          perYear: {
            byLevel: {
              1: { value: 300_000, unit: 'fen' },
              2: { value: 500_000, unit: 'fen' },
              3: { value: 1_000_000, unit: 'fen' },
            },
          },
        },
      },
    ],
  },
]);

const row = ({ paid, selfPayFen }: ReturnType<typeof settleAll>[number]) => ({ paid, selfPayFen });

test('a second stay of 88 404.89 costs 0.07; a third costs nothing', () => {
  const stays = [2_600_086, 8_840_489, 100_000].map((totalFen) => ({ level: 3 as const, totalFen }));
  expect(settleAll(pack, stays).map(row)).toEqual([
    // 26 000.86 × 61.54 % = 16 000.93; 9 999.93 is below the limit.
    { paid: [1_600_093, 0], selfPayFen: 999_993 },
    // × 61.54 % = 54 404.37; 9 999.93 + 34 000.52 − 10 000 = 34 000.45.
    { paid: [5_440_437, 3_400_045], selfPayFen: 7 },
    { paid: [61_540, 38_460], selfPayFen: 0 },
  ]);
});

test('the limit is that of the hospital’s level, on what all stays of the year have left', () => {
  const stays = [
    { level: 3 as const, totalFen: 1_500_000 },
    { level: 2 as const, totalFen: 1_000 },
    { level: 1 as const, totalFen: 1_000 },
  ];
  // 15 000 × 38.46 % = 5 769.00 are left: below 10 000, above the 5 000 and the 3 000 of the levels below.
  expect(settleAll(pack, stays).map(row)).toEqual([
    { paid: [923_100, 0], selfPayFen: 576_900 },
    { paid: [615, 385], selfPayFen: 0 },
    { paid: [615, 385], selfPayFen: 0 },
  ]);
});
