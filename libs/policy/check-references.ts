/** What one part of a pack says of another must be there and make sense: cut-off bases, conditions of accounts, code ranges. */
import type { Line, PackContent, Part, Rule } from './content';
import type { Say } from './problem';
import { codesOfRange } from './programmes';
import { BASES } from './vocabulary';

/** References between lines, to programmes, and within lists of codes. */
export function checkReferences(content: PackContent, say: Say): void {
  content.lines.forEach((line, at) => {
    checkAccumulations(line, `lines[${at}]`, content, say);
    line.rules?.forEach((rule, ruleAt) =>
      rule.parts?.forEach((part, partAt) => {
        if (typeof part.base !== 'object' || !('cutOffBy' in part.base)) return;
        checkCutOff(line, part.base.cutOffBy, `lines[${at}].rules[${ruleAt}].parts[${partAt}].base`, content, say);
      }),
    );
  });
  checkAdmittedItems(content, say);
  content.programmes?.forEach(({ diseases }, at) =>
    diseases.forEach(({ icd10 }, diseaseAt) => {
      for (const code of icd10.filter((each) => codesOfRange(each).length === 0)) {
        say(
          `programmes[${at}].diseases[${diseaseAt}].icd10`,
          `range ${code} holds no code`,
          'write the lower code first, both of one letter',
        );
      }
    }),
  );
}

function checkAccumulations(line: Line, path: string, content: PackContent, say: Say): void {
  line.accumulates?.forEach(({ except }, at) => {
    for (const programme of except?.programmes ?? []) {
      if (content.programmes?.some(({ id }) => id === programme)) continue;
      say(
        `${path}.accumulates[${at}].except.programmes`,
        `there is no programme ${programme}`,
        'use the id of one of programmes',
      );
    }
  });
}

/** A list's categories are the pack's; an item stands once, else nobody could say which clause let it in. */
function checkAdmittedItems({ admittedItems = [], categories }: PackContent, say: Say): void {
  admittedItems.forEach(({ id, for: persons, items }, at) => {
    const path = `admittedItems[${at}]`;
    if (admittedItems.findIndex((each) => each.id === id) !== at) say(`${path}.id`, 'the id stands twice', 'give each its own');
    for (const category of [...(persons.every ?? []), ...(persons.oneOf ?? [])]) {
      if (!categories.includes(category))
        say(`${path}.for`, `${category} is not among the pack's categories`, 'add it to categories or remove it here');
    }
    const seen = new Set<string>();
    items.forEach(({ name, codes }, itemAt) => {
      for (const word of new Set([name, ...(codes?.value ?? [])])) {
        if (seen.has(word)) say(`${path}.items[${itemAt}]`, `${word} stands twice in the list`, 'name each item and code once');
        seen.add(word);
      }
    });
  });
}

/** A base that is another line's cut: that line must have a cap, pay in-scope cost alone, and come first in every chain. */
function checkCutOff(line: Line, id: string, path: string, content: PackContent, say: Say): void {
  const other = content.lines.find((each) => each.id === id);
  if (other === undefined) {
    say(path, `there is no line ${id}`, `use one of: ${content.lines.map((each) => each.id).join(', ')}`);
    return;
  }
  const rules = other.rules ?? [];
  if (other.shape !== 'proportional' || other.split !== undefined || !rules.every(paysInScope)) {
    say(
      path,
      `line ${id} is not a proportional line of one payer on in-scope bases`,
      'take what the cap cuts off of such a line only',
    );
  }
  if (!rules.some(({ capPerYear, capPerStay }) => capPerYear !== undefined || capPerStay !== undefined)) {
    say(path, `line ${id} has no cap, so nothing is ever cut off`, 'give that line a cap, or use another base');
  }
  for (const [care, { chain }] of Object.entries(content.care)) {
    const at = chain.indexOf(line.id);
    if (at >= 0 && !chain.slice(0, at).includes(id))
      say(path, `in care.${care}.chain line ${id} does not stand before ${line.id}`, 'mend the order of the chain');
  }
}

function paysInScope({ parts = [] }: Rule): boolean {
  return parts.every(({ base }: Part) => typeof base !== 'string' || BASES[base].kind === 'in-scope');
}
