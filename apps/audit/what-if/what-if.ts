/** Settles a chosen part of history again under one or several sets of other rules, in one pass. What is recorded stays as it is. */
import type { CountyFacts } from '../facts/county-facts';
import type { Selection } from '../verify/selection';
import { Comparing, type Comparison } from './comparison';
import type { OtherRules } from './other-rules';
import { yearsOtherwise } from './settle-otherwise';

export async function whatIf(
  facts: CountyFacts,
  rules: readonly OtherRules[],
  selection: Selection = {},
  onPersons: (done: number, total: number) => void = () => undefined,
): Promise<Comparison[]> {
  const comparing = rules.map((each) => ({ each, sums: new Comparing(each.label) }));
  let done = 0;
  for await (const file of facts.persons()) {
    onPersons((done += 1), facts.personCount);
    if (selection.person !== undefined && file.personKey !== selection.person) continue;
    for (const { each, sums } of comparing) for (const year of yearsOtherwise(file, each, selection)) sums.take(year);
  }
  return comparing.map(({ sums }) => sums.result());
}
