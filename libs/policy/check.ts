/**
 * What a schema cannot say: references that resolve, values in force on every day, an origin for every number, chains,
 * accounts and programmes that fit together. With the checks of lines and of rules that it calls, a pack that passes makes
 * every decider total.
 */
import { dayAfter, isRealDate } from './calendar';
import { checkLine } from './check-line';
import { checkOneRule } from './check-one-rule';
import { checkReferences } from './check-references';
import { checkTiming } from './check-timing';
import type { PackContent } from './content';
import { yearEndAccounts, type Pack } from './pack';
import type { PackProblem, Say } from './problem';
import type { Timeline } from './values';

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
  if (problems.length === 0) checkOneRule(pack, say);
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
