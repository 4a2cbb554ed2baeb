/** Taiyuan's published fixed amounts for children, at every boundary of age: what was charged above is the hospital's. */
import { join } from 'node:path';
import { EXAMPLE_PACKS } from '../../apps/one-stop/demo/public-examples';
import { packsIn } from '../../apps/hospital-gateway/policy/pack-files';
import { settleAll } from '../../libs/settlement/testing';

const FILE = join(EXAMPLE_PACKS, 'taiyuan-children-2010.yaml');
const pack = packsIn(EXAMPLE_PACKS).find(({ file }) => file === FILE)!.pack;

/** Discharged on 15 June 2012. */
function paidOf(diagnosis: string, birthDate: string, totalFen: number): readonly number[] | undefined {
  return settleAll(pack, [{ diagnosis, birthDate, totalFen, level: 3, categories: ['low-income'], date: '2012-06-15' }])[0]?.paid;
}

test.each([
  // Diagnosis, born, fixed amount in yuan: the day before the age is completed, and the day itself.
  ['Q21.1', '2011-06-16', 34_000],
  ['Q21.1', '2011-06-15', 31_000],
  ['Q21.1', '2009-06-16', 31_000],
  ['Q21.1', '2009-06-15', 27_000],
  ['Q21.0', '2011-06-16', 50_000],
  ['Q21.0', '2011-06-15', 38_000],
  ['Q21.0', '2009-06-16', 38_000],
  ['Q21.0', '2009-06-15', 30_000],
  ['Q25.0', '2011-12-16', 28_000],
  ['Q25.0', '2011-12-15', 16_000],
  ['Q22.1', '2011-12-16', 40_000],
  ['Q22.1', '2011-12-15', 28_000],
  ['C91.0', '1998-06-16', 80_000],
  ['C92.4', '1998-06-16', 80_000],
])('%s, born %s: %d yuan', (diagnosis, birthDate, yuan) => {
  // One fen above the amount is the hospital's; at the amount nothing is; below it the ratios are of the bill.
  expect(paidOf(diagnosis, birthDate, yuan * 100 + 1)).toEqual([1, yuan * 70, yuan * 20]);
  expect(paidOf(diagnosis, birthDate, yuan * 100)).toEqual([0, yuan * 70, yuan * 20]);
  expect(paidOf(diagnosis, birthDate, 1_000_000)).toEqual([0, 700_000, 200_000]);
});

test('at fourteen the programme has ended: half of everything, nothing borne by the hospital', () => {
  expect(paidOf('C91.0', '1998-06-15', 10_000_000)).toEqual([0, 5_000_000, 0]);
  expect(paidOf('J18.9', '2011-06-16', 10_000_000)).toEqual([0, 5_000_000, 0]);
});
