/** Disease programmes in Fuliang (三(三)4, 7), to the fen: whom they fit, at which age, which one rules, what the working says. */
import { builtInPacks } from '../../../apps/hospital-gateway/policy/pack-files';
import { settleAlone } from '../../../libs/settlement/settle-alone';
import { type Case, inputOf, settleAll } from '../../../libs/settlement/testing';

const pack = builtInPacks().find(({ pack: { region } }) => region === '360222')!.pack;
const registered = { categories: ['registered-poor'] } as const;
const YUAN_10000 = 1_000_000;

function paidOf(given: Case): readonly number[] | undefined {
  return settleAll(pack, [{ totalFen: YUAN_10000, ...given }])[0]?.paid;
}

function viewOf(given: Case) {
  const result = settleAlone(inputOf(pack, { totalFen: YUAN_10000, ...given }));
  if ('refused' in result) throw new Error(JSON.stringify(result.refused));
  return result.settled;
}

test('fifteen diseases: 80 % at level 2, 70 % at level 3 after the usual deductible, level 1 as usual', () => {
  // Level 1: 9 000, 700, 300 left. Level 2: 8 000, 1 400, 600. Level 3: (10 000 − 600) × 70 % = 6 580; 3 420 × 70 % = 2 394; 1 026 − 1 000.
  const by = (diagnosis: string) => ([1, 2, 3] as const).map((level) => paidOf({ ...registered, diagnosis, level }));
  expect(by('I63.9')).toEqual([
    [900_000, 0, 70_000, 0, 0],
    [800_000, 0, 140_000, 0, 0],
    [658_000, 0, 239_400, 2_600, 0],
  ]);
  // No programme: (10 000 − 600) × 60 % = 5 640; 4 360 × 70 % = 3 052; 1 308 − 1 000.
  expect(by('J18.9')[2]).toEqual([564_000, 0, 305_200, 30_800, 0]);
});

test('they are for the registered poor; others have the usual rule', () => {
  expect(paidOf({ diagnosis: 'I63.9', level: 3, categories: ['low-income'] })).toEqual([564_000, 0, 305_200, 30_800, 0]);
  expect(paidOf({ diagnosis: 'I63.9', level: 3 })).toEqual([564_000, 0, 0, 0, 0]);
});

test('ten diseases are free: the usual chain, then everything that is left, out of scope as well', () => {
  // In scope 9 000: basic 7 200, assistance 1 260; left 540 + 1 000 = 1 540, of which the fifth line takes 540.
  const given = { diagnosis: 'H25.1', categories: ['low-income'], outOfCatalogueFen: 100_000 } as const;
  expect(paidOf(given)).toEqual([720_000, 0, 126_000, 54_000, 100_000]);
  const { shares, selfPayFen } = viewOf(given);
  expect(selfPayFen).toBe(0);
  expect(shares[4]).toMatchObject({ payer: 'medical-assistance', inScopeFen: 0, outOfScopeFen: 100_000 });
  expect(paidOf({ diagnosis: 'H25.1' })).toEqual([768_000, 0, 0, 0, 0]);
});

test.each([
  // The day before the fourteenth birthday, and the birthday.
  ['leukaemia, free', 'C91.0', '2004-03-20', 100_000],
  ['leukaemia, no longer free', 'C91.0', '2004-03-19', 0],
  ['a heart defect, free', 'Q21.1', '2017-12-01', 100_000],
  ['an implant for a deaf child, free', 'H90.3', '2010-01-01', 100_000],
  ['an adult’s deafness', 'H90.3', '1970-01-01', 0],
])('children by age: %s', (_, diagnosis, birthDate, free) => {
  // Low-income, level 2, 400 outside: 8 000, 1 400; 600 + 400 is below the fifth line's 1 040; free: it is paid.
  const given = { diagnosis, birthDate, categories: ['low-income'], totalFen: 1_040_000, outOfCatalogueFen: 40_000 } as const;
  expect(paidOf(given)).toEqual([800_000, 0, 140_000, 0, free]);
});

test('a child’s phenylketonuria is among the fifteen, an adult’s is not', () => {
  const basicOf = (birthDate: string) => paidOf({ ...registered, diagnosis: 'E70.0', level: 3, birthDate })?.[0];
  expect([basicOf('2004-03-20'), basicOf('2004-03-19')]).toEqual([658_000, 564_000]);
});

describe('where several fit, the order of the pack decides and the first line’s working says which do not apply', () => {
  const LABELS: Readonly<Record<string, string>> = {
    'per-disease': '15种重大疾病按病种定额救治',
    'price-control': '9个病种单病种控费',
  };

  test.each<[string, readonly string[], string, readonly string[] | undefined]>([
    ['stomach cancer: the ratio before price control', ['C16.9'], 'per-disease', ['price-control']],
    ['kidney failure: free before price control', ['N18.5'], 'free-treatment', ['price-control']],
    ['two diagnoses', ['C16.9', 'N18.5'], 'free-treatment', ['per-disease', 'price-control']],
    ['one programme alone', ['I63.9'], 'per-disease', undefined],
  ])('%s', (_, diagnoses, id, others) => {
    const { scope, shares } = viewOf({ ...registered, diagnoses });
    expect([scope?.programme?.id, scope?.programme?.others, scope?.programme?.amountFen]).toEqual([id, others, undefined]);
    const said = shares.map(({ workings }) =>
      workings.filter(({ step }) => step === 'other-programme').map(({ label }) => label),
    );
    expect(said).toEqual([(others ?? []).map((each) => `同时符合，按政策包顺序不适用：${LABELS[each]}`), [], [], [], []]);
  });

  test('where no amount is published the working says so', () => {
    const { shares, scope } = viewOf({ ...registered, diagnosis: 'C16.9', level: 3 });
    expect(scope?.hospitalExcessFen).toBe(0);
    expect(shares[0]?.workings.find(({ step }) => step === 'programme')).toMatchObject({
      label: '15种重大疾病按病种定额救治',
      clause: '三(三)4',
      provenance: 'stated',
      note: '江西未公布定额：按通常的政策范围和起付线计算，比例按通知。',
    });
  });
});
