/**
 * Other rules to settle history under: packs from files, or the packs of the cases with single values changed. A changed pack is
 * checked like any other; it is never adopted.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '@oss/event-store';
import { checkedPack, compilePack, type Pack, type PackContent, packInForce, readPack } from '@oss/policy';

/** What was asked for cannot be done; the message says what to write. */
export class WhatIfUnusable extends Error {
  override readonly name = 'WhatIfUnusable';
}

/** A pack with the digest by which snapshots name it. */
export interface NamedPack {
  readonly pack: Pack;
  readonly digest: string;
}

/** One set of other rules. */
export interface OtherRules {
  readonly label: string;
  /** The pack for a case, given its own; null: the case stays under its own. */
  packFor(own: Pack, region: string, date: string): NamedPack | null;
}

/** Sets of rules that one comparison takes. */
export const MAX_RULES = 64;

/** What other rules are asked for, as on the command line, so that a thread can make them for itself. */
export interface RulesAsked {
  /** Files or directories with packs: each is a set of rules. */
  readonly pack?: readonly string[];
  /** Changes of single values: their grid. */
  readonly line?: readonly string[];
}

/** Digests of packs that another thread has found good: they are compiled without being checked again. */
export type PacksChecked = ReadonlySet<string>;
const NONE_CHECKED: PacksChecked = new Set();

/** @throws WhatIfUnusable, PackInvalid */
export function rulesAsked({ pack = [], line }: RulesAsked, checked = NONE_CHECKED): OtherRules[] {
  return [...pack.map((path) => rulesOfPacks(path)), ...(line === undefined ? [] : gridOf(line, checked))];
}

/** Single values of lines leave every bill's scope as it is: then bills need not be read. */
export function needsBills({ pack = [] }: RulesAsked): boolean {
  return pack.length > 0;
}

const ENDINGS = /\.(ya?ml|json)$/;

/** Packs of a file or a directory: each case takes the one in force for its region and day. @throws PackInvalid, WhatIfUnusable */
export function rulesOfPacks(path: string): OtherRules {
  const files = statSync(path, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(path)
        .filter((name) => ENDINGS.test(name))
        .sort()
        .map((name) => join(path, name))
    : [path];
  const packs = files.map((file): NamedPack => {
    const pack = readPack(textOf(file), file);
    return { pack, digest: digestOf(pack.content) };
  });
  if (packs.length === 0)
    throw new WhatIfUnusable(`${path} holds no pack: give a file, or a directory with .yaml or .json files`);
  const heads = packs.map((each) => ({ ...each, region: each.pack.region, from: each.pack.from, to: each.pack.to }));
  return { label: path, packFor: (_, region, date) => packInForce(heads, region, date) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new WhatIfUnusable(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function digestOf(content: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
}

/** Which values of a line a short name changes: keys of the authored rule, and inside its parts. */
const FIELDS: Readonly<Record<string, { readonly in: 'rule' | 'part'; readonly path: readonly string[] }>> = {
  limitBp: { in: 'rule', path: ['limit', 'rate'] },
  limitFen: { in: 'rule', path: ['limit', 'perYear'] },
  capFen: { in: 'rule', path: ['capPerYear'] },
  capPerStayFen: { in: 'rule', path: ['capPerStay'] },
  rateBp: { in: 'part', path: ['rate'] },
  ratePlusBp: { in: 'part', path: ['ratePlus'] },
  deductibleFen: { in: 'part', path: ['deductible', 'amount'] },
  deductibleFactorBp: { in: 'part', path: ['deductible', 'factor'] },
};

interface Change {
  readonly line: string;
  readonly field: string;
  /** Of one hospital level alone. */
  readonly level: '1' | '2' | '3' | null;
  /** Only rules that name this category (`ordinary`: that name none). */
  readonly category: string | null;
  readonly value: number;
}

const CHANGE = /^([\w-]+)\.(\w+)(?:@([123]))?(?::([\w-]+))?=([\d,]+)$/;

/**
 * A grid of changes: every value of each with every value of the others.
 * @param given "<line>.<field>[@level][:category]=<value>[,<value>…]", whole fen or basis points
 * @throws WhatIfUnusable
 */
export function gridOf(given: readonly string[], checked = NONE_CHECKED): OtherRules[] {
  let grid: (readonly Change[])[] = [[]];
  for (const text of given) {
    const changes = changesOf(text);
    grid = grid.flatMap((before) => changes.map((change) => [...before, change]));
  }
  return grid.map((changes) => rulesOfChanges(changes, checked));
}

/** By how many sets of rules a change multiplies its grid: how many values it has. @throws WhatIfUnusable */
export function valuesOfChange(text: string): number {
  return changesOf(text).length;
}

/** The values of one change, each for itself. @throws WhatIfUnusable */
function changesOf(text: string): Change[] {
  const [, line = '', field = '', level, category, values = ''] = CHANGE.exec(text) ?? [];
  if (!Object.hasOwn(FIELDS, field) || !/\d/.test(values))
    throw new WhatIfUnusable(
      `${text}: write LINE.FIELD[@LEVEL][:CATEGORY]=VALUE[,VALUE…], for example fifth-line.limitBp=500; fields are ${Object.keys(FIELDS).join(', ')}`,
    );
  return values
    .split(',')
    .filter(Boolean)
    .map((value): Change => {
      return { line, field, level: (level as Change['level']) ?? null, category: category ?? null, value: Number(value) };
    });
}

function rulesOfChanges(changes: readonly Change[], checked: PacksChecked): OtherRules {
  const changed = new Map<Pack, NamedPack | null>();
  return {
    label: changes.map(labelOf).join(' '),
    packFor: (own) => {
      let found = changed.get(own);
      if (found === undefined) changed.set(own, (found = changedPack(own, changes, checked)));
      return found;
    },
  };
}

const labelOf = ({ line, field, level, category, value }: Change): string =>
  `${line}.${field}${level === null ? '' : `@${level}`}${category === null ? '' : `:${category}`}=${value}`;

/** @returns null when the pack has none of the lines. @throws WhatIfUnusable when a line has no such value; PackInvalid */
function changedPack({ content, id }: Pack, changes: readonly Change[], checked: PacksChecked): NamedPack | null {
  // Through text: a pack read from YAML may hold one object in several rules, and only one of them is meant.
  const copy = JSON.parse(JSON.stringify(content)) as PackContent;
  let touched = false;
  for (const change of changes) {
    const line = (copy.lines as unknown as readonly AuthoredLine[]).find((each) => each.id === change.line);
    if (line === undefined) continue;
    let places = 0;
    for (const rule of line.rules ?? []) {
      if (!concerns(rule, change.category)) continue;
      const { in: inside, path } = FIELDS[change.field]!;
      for (const holder of inside === 'rule' ? [rule] : (rule.parts ?? [])) places += setAt(holder, path, change);
    }
    if (places === 0) throw new WhatIfUnusable(`${labelOf(change)}: pack ${id} has no such value in line ${change.line}`);
    touched = true;
  }
  if (!touched) return null;
  const digest = digestOf(copy);
  return { pack: checked.has(digest) ? compilePack(copy) : checkedPack(copy, changes.map(labelOf).join(' ')), digest };
}

interface AuthoredLine {
  readonly id: string;
  readonly rules?: readonly AuthoredRule[];
}
type AuthoredRule = Record<string, unknown> & {
  readonly when?: { readonly categories?: readonly string[] };
  readonly parts?: readonly Record<string, unknown>[];
};

function concerns({ when }: AuthoredRule, category: string | null): boolean {
  if (category === null) return true;
  return category === 'ordinary' ? when?.categories === undefined : (when?.categories?.includes(category) ?? false);
}

/** Replaces the numbers at a place, of one level or of all. @returns how many */
function setAt(holder: Record<string, unknown>, path: readonly string[], { level, value }: Change): number {
  const [key = '', ...rest] = path;
  const found = holder[key];
  if (typeof found !== 'object' || found === null) return 0;
  if (rest.length > 0) return setAt(found as Record<string, unknown>, rest, { level, value } as Change);
  const { byLevel } = found as { readonly byLevel?: Record<string, unknown> };
  if (byLevel !== undefined) {
    const levels = level === null ? Object.keys(byLevel) : [level];
    return levels.reduce((sum, each) => sum + setValues(byLevel[each], value), 0);
  }
  if (level === null) return setValues(found, value);
  // One value for all levels becomes one for each.
  holder[key] = {
    byLevel: Object.fromEntries(['1', '2', '3'].map((each) => [each, JSON.parse(JSON.stringify(found)) as unknown])),
  };
  return setValues((holder[key] as { byLevel: Record<string, unknown> }).byLevel[level], value);
}

/** A dated value has several: all of them change. */
function setValues(dated: unknown, value: number): number {
  const values = (Array.isArray(dated) ? dated : [dated]) as { value: number }[];
  for (const each of values) each.value = value;
  return values.length;
}
