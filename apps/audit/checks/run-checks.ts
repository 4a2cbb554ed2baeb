/** All checks in one pass over the county's facts. Findings are kept up to a bound, packed, and counted beyond it. */
import type { CountyFacts } from '../facts/county-facts';
import { PackedList } from '../packed/packed-list';
import { type Selection, selectsCase } from '../verify/selection';
import { CHECKS } from './all-checks';
import type { Check, CheckFinding, CheckRun, Parameters, Told } from './check';

/** Findings kept of one check at most. */
const MAX_KEPT = 100_000;

/** Findings that stand packed: read them one after another. */
export interface Findings extends Iterable<CheckFinding> {
  readonly length: number;
}

export interface CheckPage {
  readonly check: Check;
  readonly findings: Findings;
  /** Findings beyond those that were kept. */
  readonly more: number;
}

export interface ChecksAsked {
  /** Ids; default all. */
  readonly only?: readonly string[];
  /** By check id and parameter name, in place of the defaults. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly selection?: Selection;
  /** Findings of each check that somebody will read; the others are counted. Default and most: 100 000. */
  readonly keep?: number;
  /** The day of the run in China, YYYY-MM-DD. */
  readonly today: string;
  readonly onPersons?: (done: number, total: number) => void;
}

/** @throws RangeError when a check or a parameter is unknown, or of another kind than its default */
export async function runChecks(facts: CountyFacts, asked: ChecksAsked): Promise<CheckPage[]> {
  const { selection = {}, keep = MAX_KEPT, today, onPersons = (): void => undefined } = asked;
  const given = asked.parameters ?? {};
  assertChecks(asked.only ?? []);
  assertParameters(given);
  const pages = CHECKS.filter(({ id }) => asked.only === undefined || asked.only.includes(id)).map(
    (check) => new Page(check, check.begin(parametersOf(check, given[check.id]), today), selection, Math.min(keep, MAX_KEPT)),
  );
  let done = 0;
  for await (const file of facts.persons()) {
    for (const page of pages) page.take(page.run.person?.(file) ?? []);
    onPersons((done += 1), facts.personCount);
  }
  for (const page of pages) page.take(page.run.county?.(facts.county) ?? []);
  return pages.map(({ check, findings, more }) => ({ check, findings, more }));
}

/** @throws RangeError when a check or a parameter is unknown, or of another kind than its default */
export function assertParameters(given: Readonly<Record<string, unknown>>): void {
  assertChecks(Object.keys(given));
  for (const check of CHECKS) parametersOf(check, given[check.id]);
}

function assertChecks(ids: readonly string[]): void {
  const unknown = ids.find((id) => CHECKS.every((check) => check.id !== id));
  if (unknown !== undefined) throw new RangeError(`there is no check ${unknown}: ${CHECKS.map(({ id }) => id).join(', ')}`);
}

class Page {
  readonly findings = new PackedList<CheckFinding>();
  more = 0;

  constructor(
    readonly check: Check,
    readonly run: CheckRun,
    private readonly selection: Selection,
    private readonly keep: number,
  ) {}

  take(told: Iterable<Told>): void {
    for (const each of told) {
      if (!isSelected(this.selection, each)) continue;
      if (this.findings.length < this.keep) this.findings.push({ check: this.check.id, ...each });
      else this.more += 1;
    }
  }
}

/** What a finding does not say cannot exclude it. */
function isSelected(selection: Selection, { hospitalCode, region, date, personKey }: Told): boolean {
  if (selection.person !== undefined && personKey !== undefined && personKey !== selection.person) return false;
  return selectsCase(selection, {
    hospitalCode: hospitalCode ?? selection.hospital ?? '',
    region: region ?? selection.region ?? '',
    dischargedOn: date ?? selection.from ?? selection.to ?? '',
  });
}

/** The defaults with what was given in their place. */
function parametersOf({ id, parameters }: Check, given: unknown): Parameters {
  if (given === undefined || given === null) return parameters;
  if (typeof given !== 'object') throw new RangeError(`parameters of ${id} must be names with values`);
  for (const [name, value] of Object.entries(given)) {
    const usual = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (usual === undefined)
      throw new RangeError(`${id} has no parameter ${name}: ${Object.keys(parameters).join(', ') || 'it has none'}`);
    if (!isOfKind(value, usual)) throw new RangeError(`${id}.${name} must be like ${JSON.stringify(usual)}`);
  }
  return { ...parameters, ...(given as Parameters) };
}

function isOfKind(value: unknown, usual: Parameters[string]): boolean {
  if (typeof usual === 'number') return Number.isSafeInteger(value) && (value as number) >= 0;
  if (Array.isArray(usual)) return Array.isArray(value) && value.every((each) => typeof each === 'string');
  return typeof value === typeof usual;
}
