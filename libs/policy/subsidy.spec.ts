/** Whose premium is paid by the public purse, with the clause that says so, and what a pack may not say of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PackInvalid } from './problem';
import { checkedPack, readPack } from './read-pack';
import { subsidisedCategories } from './subsidy';

const FULIANG = readFileSync(join(__dirname, 'packs/360222-fuliang-2018.yaml'), 'utf8');

function withSubsidy(premiumSubsidy: readonly object[] | undefined) {
  return checkedPack({ ...(parse(FULIANG) as object), premiumSubsidy }, 'test.yaml');
}

test('Fuliang pays for the poor: the notice names the registered poor, the others are assumed', () => {
  const said = subsidisedCategories(readPack(FULIANG, 'fuliang')).map(({ category, basis }) => [
    category,
    basis.label,
    basis.clause,
    basis.provenance,
  ]);
  expect(said).toEqual([
    ['destitute', '资助参保', '三(三)1', 'assumed'],
    ['low-income', '资助参保', '三(三)1', 'assumed'],
    ['registered-poor', '资助参保', '三(三)1', 'stated'],
  ]);
});

test('a pack that says nothing of it subsidises nobody', () => {
  expect(subsidisedCategories(withSubsidy(undefined))).toEqual([]);
});

test.each([
  ['twice', ['disabled'], ['disabled'], 'premiumSubsidy[1]', /subsidised twice/],
  ['a category that the pack does not know', ['orphan'], ['marginal'], 'premiumSubsidy[1]', /not among/],
])('is refused: %s', (_, first, second, path, message) => {
  const origin = { source: 'notice', provenance: 'stated' };
  const content = { ...(parse(FULIANG) as { categories: string[] }) };
  content.categories = content.categories.filter((category) => category !== 'marginal');
  const change = (): void =>
    void checkedPack(
      {
        ...content,
        premiumSubsidy: [
          { value: first, ...origin },
          { value: second, ...origin },
        ],
      },
      'test.yaml',
    );
  expect(change).toThrow(PackInvalid);
  expect(change).toThrow(message);
  expect(change).toThrow(`  ${path}: `);
});
