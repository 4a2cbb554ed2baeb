/**
 * What a schema cannot say: references that resolve, values in force on every day, contiguous bands, an origin for every
 * number, and exactly one rule for every combination of case. A pack that passes makes every decider total.
 */
import { dayAfter, isRealDate } from './calendar';
import type { Line, PackContent, Part } from './content';
import { matchingRules, yearEndAccounts, type CompiledLine, type Pack, type RuleContext } from './pack';
import { checkReferences } from './check-references';
import { checkTiming } from './check-timing';
import type { PackProblem, Say } from './problem';
import { listsDiseases } from './programmes';
import type { Timeline } from './values';
import type { CareType, HospitalLevel, RuleCategory, Transfer } from './vocabulary';

/** All problems of a pack that the schema accepted, in the order of the file. */
export function checkPack(content: PackContent, pack: Pack): PackProblem[] {
  const problems: PackProblem[] = [];
  const say = (path: string, message: string, cure: string): void => void problems.push({ path, message, cure });
  checkHead(content, say);
  checkSubsidy(content, say);
  checkValues(content, pack, say);
  checkChains(content, say);
  content.lines.forEach((line, index) => checkLine(line, `lines[${index}]`, content, say));
  checkAccounts(content, say);
  checkProgrammes(content, say);
  checkReferences(content, say);
  checkTiming(content, say);
  if (problems.length === 0) checkExactlyOneRule(pack, say);
  return problems;
}

function checkHead(content: PackContent, say: Say): void {
  if (!content.id.startsWith(`${content.region}/${content.from}`)) {
    say('id', `${content.id} does not begin with region and start`, `write "${content.region}/${content.from}"`);
  }
  for (const [name, date] of [
    ['from', content.from],
    ['to', content.to],
  ] as const) {
    if (date !== undefined && !isRealDate(date)) say(name, `${date} is no day of the calendar`, 'write a day as YYYY-MM-DD');
  }
  if (content.to !== undefined && content.to < content.from) say('to', 'the pack ends before it begins', 'mend from or to');
}

/** A subsidised category must be one that the pack knows, named once: the report on cover prints its one clause. */
function checkSubsidy(content: PackContent, say: Say): void {
  const named = new Set<string>();
  content.premiumSubsidy?.forEach(({ value }, index) => {
    for (const category of value) {
      const path = `premiumSubsidy[${index}]`;
      if (!content.categories.includes(category)) {
        say(path, `${category} is not among the pack's categories`, 'add it to categories or remove it here');
      }
      if (named.has(category)) say(path, `${category} is subsidised twice`, 'name each category once');
      named.add(category);
    }
  });
}

function checkValues(content: PackContent, pack: Pack, say: Say): void {
  for (const value of pack.values.values()) {
    const path = value.ref;
    if (value.provenance === null) {
      say(
        path,
        'no provenance',
        'add "provenance: stated | documented | assumed" to the value, its rule, line or the pack’s defaults',
      );
    }
    if (!(value.source in content.sources)) {
      const message = value.source === '' ? 'no source' : `source "${value.source}" is not in sources`;
      say(path, message, `name one of: ${Object.keys(content.sources).join(', ')}`);
    }
  }
  for (const timeline of pack.timelines) checkTimeline(timeline, content, say);
}

/** The spans of one value must follow each other without gap or overlap from the pack's first day to its last. */
function checkTimeline(timeline: Timeline<unknown>, content: PackContent, say: Say): void {
  const sorted = [...timeline].sort((a, b) => (a.from < b.from ? -1 : 1));
  const path = timeline[0]?.ref ?? '';
  let next: string | null = content.from;
  for (const span of sorted) {
    if (next === null || span.from !== next) {
      say(
        path,
        `values in force leave a gap or overlap at ${span.from}`,
        'let each value begin the day after the one before it ends',
      );
      return;
    }
    next = span.to === null ? null : dayAfter(span.to);
  }
  const end = content.to === undefined ? null : dayAfter(content.to);
  if (next !== end) say(path, 'no value is in force on the last days of the pack', 'leave out "to" of the last value');
}

function checkChains(content: PackContent, say: Say): void {
  const ids = new Set<string>();
  content.lines.forEach((line, index) => {
    if (ids.has(line.id)) say(`lines[${index}].id`, `line ${line.id} stands twice`, 'give each line its own id');
    ids.add(line.id);
  });
  const used = new Set<string>();
  for (const [care, { chain }] of Object.entries(content.care)) {
    chain.forEach((id, index) => {
      used.add(id);
      const path = `care.${care}.chain[${index}]`;
      if (!ids.has(id)) say(path, `there is no line ${id}`, `use one of: ${[...ids].join(', ')}`);
      const shape = content.lines.find((line) => line.id === id)?.shape;
      if ((shape === 'fixed-amount' || shape === 'price-limit') && index > 0 && !isExcess(content, chain[index - 1])) {
        say(path, `${id} is the hospital's excess and comes before every payer`, 'move it to the front of the chain');
      }
    });
  }
  for (const id of ids) if (!used.has(id)) say('care', `line ${id} is in no chain`, 'add it to a chain or remove the line');
}

function isExcess(content: PackContent, id: string | undefined): boolean {
  const shape = content.lines.find((line) => line.id === id)?.shape;
  return shape === 'fixed-amount' || shape === 'price-limit';
}

function checkLine(line: Line, path: string, content: PackContent, say: Say): void {
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

/** Year accounts are names in one book: what means two things under one name would corrupt both. */
function checkAccounts(content: PackContent, say: Say): void {
  const paid = new Set(
    content.lines.flatMap((line) => [
      line.account ?? `${line.id}.paid`,
      ...(line.rules ?? []).flatMap(({ account }) => (account === undefined ? [] : [account])),
    ]),
  );
  const reserved = content.lines.flatMap(({ id, timing }) => [
    `${id}.deductible`,
    `${id}.stays`,
    ...(timing?.value === 'year-end' ? yearEndAccounts(id) : []),
  ]);
  const accumulated = new Map<string, string>();
  content.lines.forEach((line, index) => {
    const own = [
      [`lines[${index}].account`, line.account],
      ...(line.rules ?? []).map(({ account }, at) => [`lines[${index}].rules[${at}].account`, account]),
      ...(line.accumulates ?? []).map(({ account }, at) => [`lines[${index}].accumulates[${at}].account`, account]),
    ] as const;
    for (const [path, account] of own) {
      if (account === undefined) continue;
      const taken = account.startsWith('year.') || reserved.some((name) => account.startsWith(name));
      if (taken) say(path ?? '', `${account} is kept by the system itself`, 'use another name');
    }
    for (const [at, { account }] of (line.accumulates ?? []).entries()) {
      const path = `lines[${index}].accumulates[${at}].account`;
      if (paid.has(account)) say(path, `${account} already holds what a line has paid`, 'use two names');
      const other = accumulated.get(account);
      if (other !== undefined)
        say(path, `line ${other} accumulates ${account} too, which would count a case twice`, 'use two names');
      accumulated.set(account, line.id);
    }
  });
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

function checkProgrammes(content: PackContent, say: Say): void {
  const programmes = content.programmes ?? [];
  programmes.forEach((programme, index) => {
    const path = `programmes[${index}]`;
    if (programmes.findIndex(({ id }) => id === programme.id) !== index)
      say(`${path}.id`, 'the id stands twice', 'give each its own');
    if (!programme.diseases.some((disease) => disease.amount !== undefined)) return;
    if (programme.kind === 'named') {
      // Which line would have to bear them cannot be said before the kind is.
      say(path, 'a named programme has no amounts', 'write "kind: fixed-amount" or "kind: price-limit", or remove the amounts');
      return;
    }
    for (const care of programme.careTypes) {
      const chain = content.care[care]?.chain ?? [];
      if (chain.some((id) => content.lines.find((line) => line.id === id)?.shape === programme.kind)) continue;
      say(
        path,
        `no line of care.${care}.chain bears what is above its amounts`,
        `add a line with "shape: ${programme.kind}" and "payer: hospital" at the front`,
      );
    }
  });
}

/** Every combination of case must find exactly one rule in every line of its chain: no gap, no overlap. */
function checkExactlyOneRule(pack: Pack, say: Say): void {
  for (const [care, chain] of Object.entries(pack.chains)) {
    const done = new Set<CompiledLine>();
    for (const { definition } of chain) {
      if (definition.rules.length === 0 || done.has(definition)) continue;
      done.add(definition);
      for (const context of combinations(pack, definition, care as CareType)) {
        const found = matchingRules(definition, context);
        if (found.length === 1) continue;
        const { category, level, transfer, designated, programme, ageMonths, hospitalRegion } = context;
        const words =
          `${care}, ${category}, level ${level}, ${transfer}, ${designated ? '' : 'un'}designated` +
          `${programme === null ? '' : `, programme ${programme}`}${ageMonths === null ? '' : `, age ${ageMonths} months`}` +
          `${hospitalRegion === undefined ? '' : `, hospital in ${hospitalRegion}`}`;
        say(
          `lines/${definition.id}`,
          found.length === 0
            ? `no rule applies to: ${words}`
            : `${found.map((rule) => rule.ref).join(' and ')} both apply to: ${words}`,
          found.length === 0 ? 'add a rule without categories, or one with "nothing: <reason>"' : 'narrow "when" of one of them',
        );
        break;
      }
    }
  }
}

function* combinations(pack: Pack, line: CompiledLine, careType: CareType): Generator<RuleContext> {
  const categories: RuleCategory[] = ['ordinary', ...pack.categories];
  const transfers: Transfer[] = ['none', ...(Object.keys(pack.outOfArea) as Transfer[])];
  const named = pack.programmes.filter((entry) => entry.careTypes.includes(careType)).map((entry) => entry.id);
  // A visit whose disease the pack does not list is refused at acceptance: no rule is needed for it.
  const programmes = careType === 'outpatient-chronic' && listsDiseases(pack, careType) ? named : [null, ...named];
  const edges = line.rules.flatMap(({ when }) => [when.ageMonths?.from, when.ageMonths?.below]);
  const marks = edges.flatMap((edge) => (edge === undefined ? [] : [edge - 1, edge]));
  // Every accepted id number holds a birth date, so a rule by age always knows the age.
  const ages = marks.length === 0 ? [null] : [...new Set(marks)];
  for (const category of categories)
    for (const level of [1, 2, 3] as HospitalLevel[])
      for (const transfer of transfers)
        for (const designated of pack.acceptsUndesignated ? [true, false] : [true])
          for (const programme of programmes)
            for (const amountSet of programme === null ? [false] : [true, false])
              for (const ageMonths of ages)
                for (const hospitalRegion of regionsToTry(pack, line, transfer))
                  yield { careType, category, level, transfer, designated, programme, amountSet, ageMonths, hospitalRegion };
}

/** Places on either side of every region that a rule names, as far as the kind of transfer allows them; one where none does. */
function regionsToTry({ localArea }: Pack, line: CompiledLine, transfer: Transfer): readonly (string | undefined)[] {
  if (!line.byRegion) return [undefined];
  const named = line.rules.flatMap(({ when }) => when.hospitalRegions ?? []);
  const places = [...named, ...localArea.value].flatMap((prefix) => [prefix.padEnd(6, '0'), prefix.padEnd(6, '9')]);
  const isLocal = (place: string): boolean => localArea.value.some((prefix) => place.startsWith(prefix));
  return [...new Set([...places, '000000'])].filter((place) => isLocal(place) === (transfer === 'none'));
}
