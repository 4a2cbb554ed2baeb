/**
 * A value of the law, resolved: with its label, clause, source and provenance filled in from what encloses it, and found
 * again by a short `ref`, so that a stored working can name it without repeating it.
 */
import type { ByLevel, Dated, Origin, Value } from './content';
import type { HospitalLevel, Provenance } from './vocabulary';

export interface Resolved<T = number> {
  /** Path in the pack: "lines/basic/rules/0/parts/0/rate/2". */
  readonly ref: string;
  readonly value: T;
  readonly label: string;
  readonly clause: string | null;
  /** Key in the pack's `sources`; empty when missing, which the check refuses. */
  readonly source: string;
  readonly provenance: Provenance | null;
  readonly from: string;
  readonly to: string | null;
  readonly note: string | null;
}

/** Values that follow each other in time; exactly one is in force on each day of the pack (checked on load). */
export type Timeline<T = number> = readonly Resolved<T>[];

/** A timeline for each hospital level. */
export type Levelled = Readonly<Record<HospitalLevel, Timeline>>;

/** The value in force on a day. @throws when none is, which a checked pack excludes. */
export function valueAt<T>(timeline: Timeline<T>, date: string): Resolved<T> {
  const first = timeline[0];
  if (timeline.length === 1 && first !== undefined) return first;
  const found = timeline.find((entry) => entry.from <= date && (entry.to === null || date <= entry.to));
  if (found === undefined) throw new Error(`no value of ${first?.ref ?? 'an empty timeline'} is in force on ${date}`);
  return found;
}

/** Turns authored values into resolved ones and remembers each by its ref. */
export class ValueReader {
  readonly all = new Map<string, Resolved<unknown>>();
  /** Labels of parts that have one, by the part's ref. */
  readonly partLabels = new Map<string, string>();
  /** Every value or list of values that follow each other in time, for the check that each day has exactly one. */
  readonly timelines: Timeline<unknown>[] = [];

  constructor(
    private readonly packFrom: string,
    private readonly packTo: string | null,
  ) {}

  one<T>(value: Value<T>, ref: string, label: string, origin: Origin): Resolved<T> {
    const resolved = this.resolve(value, ref, label, origin);
    this.timelines.push([resolved]);
    return resolved;
  }

  private resolve<T>(value: Value<T>, ref: string, label: string, origin: Origin): Resolved<T> {
    const own = inherit(origin, value);
    const resolved: Resolved<T> = {
      ref,
      value: value.value,
      label: value.label ?? label,
      clause: own.clause ?? null,
      source: own.source ?? '',
      provenance: own.provenance ?? null,
      from: value.from ?? this.packFrom,
      to: value.to ?? this.packTo,
      note: value.note ?? null,
    };
    this.all.set(ref, resolved);
    return resolved;
  }

  timeline<T>(dated: Dated<T>, ref: string, label: string, origin: Origin): Timeline<T> {
    const timeline = isList(dated)
      ? dated.map((value, index) => this.resolve(value, `${ref}/${index}`, label, origin))
      : [this.resolve(dated, ref, label, origin)];
    this.timelines.push(timeline);
    return timeline;
  }

  levelled(value: ByLevel, ref: string, label: string, origin: Origin): Levelled {
    if ('byLevel' in value) {
      const { byLevel } = value;
      return {
        1: this.timeline(byLevel['1'], `${ref}/1`, label, origin),
        2: this.timeline(byLevel['2'], `${ref}/2`, label, origin),
        3: this.timeline(byLevel['3'], `${ref}/3`, label, origin),
      };
    }
    const same = this.timeline(value, ref, label, origin);
    return { 1: same, 2: same, 3: same };
  }
}

/** What an inner element states of its origin wins over what encloses it. */
export function inherit(outer: Origin, inner: Origin): Origin {
  return {
    source: inner.source ?? outer.source,
    // A clause belongs to its source: another source never inherits it.
    clause: inner.clause ?? (inner.source === undefined || inner.source === outer.source ? outer.clause : undefined),
    provenance: inner.provenance ?? outer.provenance,
  };
}

function isList<T>(dated: Dated<T>): dated is readonly Value<T>[] {
  return Array.isArray(dated);
}
