/** A programme is recognised by diagnosis, age and category; a chronic visit by its approved disease alone. */
import { codesOfRange, listsDiseases, programmesFor } from './programmes';
import { checkedPack } from './read-pack';
import type { CareType, Category } from './vocabulary';

const origin = { source: 'notice', clause: '三(三)4', provenance: 'stated' } as const;

/** A pack of four programmes: two of stays, two of visits. Made in each test, so that each is seen to depend on the check. */
const pack = () =>
  checkedPack(
    {
      schema: 1,
      id: '999999/2018-01-01',
      region: '999999',
      name: '测试',
      from: '2018-01-01',
      sources: { notice: { title: '通知' } },
      defaults: origin,
      localArea: { value: ['9999'] },
      categories: ['destitute'],
      scope: { classBFirstSelfPay: { value: 1_000 } },
      care: { inpatient: { chain: ['basic'] }, 'outpatient-chronic': { chain: ['basic'] } },
      programmes: [
        named('children', 'inpatient', { label: '白血病', icd10: ['C91.0'], ageMonths: { below: 168 } }),
        {
          ...named('poor', 'inpatient', { label: '癌', icd10: ['C00-C97'] }, { label: '血癌', icd10: ['C91'] }),
          categories: ['destitute'],
        },
        named('class-1', 'outpatient-chronic', { label: '地中海贫血', icd10: ['D56'] }),
        named('class-2', 'outpatient-chronic', { label: '儿童生长激素缺乏症', icd10: ['E23.0'], ageMonths: { below: 168 } }),
      ],
      lines: [
        {
          id: 'basic',
          label: '基本',
          payer: 'basic-insurance',
          shape: 'proportional',
          rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }] }],
        },
      ],
    },
    'programmes',
  );

function named(id: string, careType: CareType, ...diseases: object[]) {
  return { id, label: id, kind: 'named', careTypes: [careType], diseases };
}

function found(diagnoses: readonly string[], ageMonths: number | null, categories: readonly Category[] = []): string[] {
  return programmesFor(pack(), { type: 'inpatient', diagnoses }, { categories, ageMonths }).map(
    ({ programme, disease }) => `${programme.id}: ${disease.label}`,
  );
}

test('by diagnosis, age and category; the first in the pack’s order first, then all that fit as well', () => {
  expect(found(['C91.0'], 167, ['destitute'])).toEqual(['children: 白血病', 'poor: 癌']);
  expect(found(['C91.0'], 168, ['destitute'])).toEqual(['poor: 癌']);
  expect(found(['C91.0'], null)).toEqual([]);
  expect(found(['J18.9', 'C91.0'], 12)).toEqual(['children: 白血病']);
});

test('a code covers what stands under it, a range all its categories', () => {
  const poor = (code: string): boolean => found([code], 700, ['destitute']).length > 0;
  expect(['C00', 'C00.1', 'C16.9', 'C16.900x001', 'C97.0'].map(poor)).toEqual([true, true, true, true, true]);
  expect(['B99.9', 'C98.0', 'C169', 'D00.0'].map(poor)).toEqual([false, false, false, false]);
  expect(codesOfRange('A15-A19')).toEqual(['A15', 'A16', 'A17', 'A18', 'A19']);
  expect(codesOfRange('A19-A15')).toEqual([]);
  expect(codesOfRange('C16.9')).toEqual(['C16.9']);
});

test('a chronic visit counts its approved disease and no other diagnosis', () => {
  const visit = (chronicDisease: string | undefined, ageMonths: number): string[] =>
    programmesFor(
      pack(),
      { type: 'outpatient-chronic', diagnoses: ['D56.1', 'C91.0'], ...(chronicDisease === undefined ? {} : { chronicDisease }) },
      { categories: ['destitute'], ageMonths },
    ).map(({ programme }) => programme.id);
  expect(visit('D56.1', 700)).toEqual(['class-1']);
  expect(visit('I10', 700)).toEqual([]);
  expect([visit('E23.0', 167), visit('E23.0', 168)]).toEqual([['class-2'], []]);
  expect(visit(undefined, 1)).toEqual([]);
  expect(listsDiseases(pack(), 'outpatient-chronic')).toBe(true);
});
