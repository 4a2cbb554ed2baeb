/** One line of a pack by itself: who bears it, its rules, their parts, deductibles and bands. */
import type { Line, PackContent, Part } from './content';
import type { Say } from './problem';

/** Says every problem of a line that the schema accepted. `path`: its place in the file, as in `lines[0]`. */
export function checkLine(line: Line, path: string, content: PackContent, say: Say): void {
  if ((line.payer === undefined) === (line.split === undefined)) {
    say(path, 'a line has either a payer or a split', 'give "payer", or "split" for payers that share it');
  }
  const weights = line.split?.map((part) => part.weight?.value) ?? [];
  if (line.split !== undefined) {
    const sum = weights.slice(0, -1).reduce<number>((total, weight) => total + (weight ?? 0), 0);
    if (weights.slice(0, -1).includes(undefined) || weights.at(-1) !== undefined || sum > 10_000) {
      say(
        `${path}.split`,
        'all payers but the last need a weight, the last takes the rest',
        'give weights in basis points, none to the last',
      );
    }
    if (line.split.some(({ payer }) => payer === 'hospital')) {
      say(
        `${path}.split`,
        'the hospital shares no line: its part would move the limit of the others',
        'give it a waiver line of its own',
      );
    }
    if (new Set(line.split.map((part) => part.payer)).size < line.split.length) {
      say(`${path}.split`, 'a payer stands twice', 'add its weights together');
    }
  }
  const excess = line.shape === 'fixed-amount' || line.shape === 'price-limit';
  if ((excess || line.shape === 'waiver') && line.payer !== 'hospital') {
    say(`${path}.payer`, `a ${line.shape} is borne by the hospital`, 'write "payer: hospital"');
  }
  if (excess === (line.rules !== undefined)) {
    say(
      `${path}.rules`,
      excess ? 'its amounts stand in the programmes' : 'a line needs rules',
      excess ? 'remove rules' : 'add at least one rule',
    );
  }
  line.rules?.forEach((rule, index) => checkRule(line, rule, `${path}.rules[${index}]`, content, say));
}

function checkRule(line: Line, rule: NonNullable<Line['rules']>[number], path: string, content: PackContent, say: Say): void {
  const kinds = [rule.nothing, rule.parts, rule.limit].filter((kind) => kind !== undefined).length;
  const needed = line.shape === 'top-up' ? rule.limit : rule.parts;
  if (kinds !== 1 || (rule.nothing === undefined && needed === undefined)) {
    say(
      path,
      `a rule of a ${line.shape} line has either "nothing" or "${line.shape === 'top-up' ? 'limit' : 'parts'}"`,
      'keep exactly one of them',
    );
  }
  for (const category of rule.when?.categories ?? []) {
    if (category !== 'ordinary' && !content.categories.includes(category)) {
      say(`${path}.when.categories`, `${category} is not among the pack's categories`, 'add it to categories or remove it here');
    }
  }
  for (const programme of rule.when?.programmes ?? []) {
    if (!content.programmes?.some(({ id }) => id === programme)) {
      say(`${path}.when.programmes`, `there is no programme ${programme}`, 'use the id of one of programmes');
    }
  }
  rule.parts?.forEach((part, index) => checkPart(line, part, `${path}.parts[${index}]`, content, say));
}

function checkPart(line: Line, part: Part, path: string, content: PackContent, say: Say): void {
  if ((part.rate === undefined) === (part.bands === undefined)) {
    say(path, 'a part has either a rate or bands', 'keep exactly one of them');
  }
  const accumulator = typeof part.base === 'object' && 'accumulator' in part.base ? part.base.accumulator : null;
  const ofYear = accumulator !== null;
  if (ofYear && !line.accumulates?.some(({ account }) => account === accumulator)) {
    say(`${path}.base`, 'the line does not accumulate that account', 'add it to the line’s "accumulates"');
  }
  if (part.deductible !== undefined && ofYear === (part.deductible.period !== undefined)) {
    say(
      `${path}.deductible.period`,
      ofYear
        ? 'the deductible of a year account lives in that account'
        : 'it does not say whether it is taken every stay or once a year',
      ofYear ? 'remove period' : 'add "period: { value: stay }" or "{ value: year }"',
    );
  }
  checkLaterStays(part, path, say);
  checkEdges(part, path, content, say);
}

/** Amounts by the number of the stay belong to a deductible of every stay. */
function checkLaterStays({ deductible }: Part, path: string, say: Say): void {
  if (deductible?.laterStays !== undefined && deductible.period?.value !== 'stay') {
    say(
      `${path}.deductible.laterStays`,
      'only a deductible of every stay falls with the stays',
      'write "period: { value: stay }" or remove laterStays',
    );
  }
}

/** The upper edges rise on every day on which one of them changes; only the last step has none. */
function checkEdges({ bands }: Part, path: string, content: PackContent, say: Say): void {
  const steps = bands?.steps ?? [];
  const spans = steps.map(({ upTo }) => (upTo === undefined ? [] : 'value' in upTo ? [upTo] : upTo));
  const days = new Set([content.from, ...spans.flat().flatMap(({ from }) => (from === undefined ? [] : [from]))]);
  steps.forEach(({ upTo }, index) => {
    const last = index === steps.length - 1;
    if (last !== (upTo === undefined))
      say(`${path}.bands.steps[${index}].upTo`, 'only the last step has no upper edge', 'add or remove upTo');
    const edgeOn = (step: number, day: string): number | undefined =>
      spans[step]?.find(({ from = content.from, to }) => from <= day && (to === undefined || day <= to))?.value;
    const falls = [...days].some((day) => (edgeOn(index, day) ?? Infinity) <= (edgeOn(index - 1, day) ?? -1));
    if (index > 0 && falls) {
      say(`${path}.bands.steps[${index}].upTo`, 'steps must rise', 'order the steps by their upper edge');
    }
  });
}
