/** A line that is settled when the year is over sees sums of a year, not a bill: what asks for a bill has no meaning there. */
import type { ByLevel, Line, PackContent, Rule } from './content';
import type { Say } from './problem';

/** Year-end lines: shape, place in the chains, conditions and amounts. */
export function checkTiming(content: PackContent, say: Say): void {
  const yearEnd = new Set(content.lines.filter(({ timing }) => timing?.value === 'year-end').map(({ id }) => id));
  if (yearEnd.size === 0) return;
  for (const [care, { chain }] of Object.entries(content.care)) {
    chain.forEach((id, at) => {
      if (at > 0 && !yearEnd.has(id) && yearEnd.has(chain[at - 1] ?? '')) {
        say(
          `care.${care}.chain[${at}]`,
          `${id} pays at the window and stands after a line that is settled at year end`,
          'move year-end lines to the end of the chain',
        );
      }
    });
  }
  content.lines.forEach((line, at) => {
    if (yearEnd.has(line.id)) checkLine(line, `lines[${at}]`, say);
  });
}

function checkLine(line: Line, path: string, say: Say): void {
  if (line.shape !== 'top-up')
    say(`${path}.timing`, `a ${line.shape} line cannot be settled at year end`, 'only a top-up can: remove timing');
  if (line.id === 'year') say(`${path}.id`, 'the accounts of a line "year" would be those of the system', 'use another id');
  line.rules?.forEach((rule, at) => checkRule(rule, `${path}.rules[${at}]`, say));
}

function checkRule({ when = {}, limit, capPerYear, capPerStay }: Rule, path: string, say: Say): void {
  for (const key of Object.keys(when)) {
    if (key !== 'categories') say(`${path}.when.${key}`, 'a year has no such condition', 'ask for categories alone at year end');
  }
  const amount = limit === undefined ? undefined : 'percentOf' in limit ? limit.rate : limit.perYear;
  for (const [name, value] of [
    ['limit', amount],
    ['capPerYear', capPerYear],
  ] as const) {
    if (byLevel(value)) say(`${path}.${name}`, 'a year has no hospital level', 'give one value for all levels');
  }
  if (capPerStay !== undefined) say(`${path}.capPerStay`, 'a year is no stay', 'use capPerYear');
}

function byLevel(value: ByLevel | undefined): boolean {
  return value !== undefined && 'byLevel' in value;
}
