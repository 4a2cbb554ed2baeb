/**
 * Corrections as domain.md §6 has them, over a plain list of deeds. What survives them is a list of cases, and the year is
 * nothing but a fresh settlement of that list: `judged(survivors(deeds).map(({ judgedCase }) => judgedCase))`.
 */
import type { JudgedCase, JudgedCategory } from './case';

export type Deed =
  | { readonly deed: 'settle'; readonly settlement: string; readonly judgedCase: JudgedCase }
  /** 退费/撤销 of the live attempt; with later live cases of the year it needs `cascade`. */
  | { readonly deed: 'reverse'; readonly settlement: string; readonly cascade: boolean }
  /** A corrected bill after a reversal: attempt + 1 of the case, at the end of the order, perhaps in another year. */
  | { readonly deed: 'correct'; readonly settlement: string; readonly judgedCase: JudgedCase }
  /** A late entitlement: fresh snapshots for the named case and all later ones of its year. */
  | {
      readonly deed: 'entitle';
      readonly settlement: string;
      /** The categories that the registry holds now for a discharge date. */
      readonly categoriesOn: (dischargedOn: string) => readonly JudgedCategory[];
    };

export interface Attempt {
  readonly settlement: string;
  readonly attempt: number;
  readonly judgedCase: JudgedCase;
}

export interface Outcome {
  /** The live attempts, in the order in which their cases were first recorded; a corrected bill stands at the end. */
  readonly survivors: readonly Attempt[];
  /** Numbers (from 0) of the deeds that were refused and changed nothing. */
  readonly refused: readonly number[];
}

/** What a person's deeds leave alive. */
export function outcome(deeds: readonly Deed[]): Outcome {
  let alive: readonly Attempt[] = [];
  const attempts = new Map<string, number>();
  const refused: number[] = [];
  deeds.forEach((deed, number) => {
    const next = after(alive, deed, attempts);
    if (next === null) refused.push(number);
    else alive = next;
    for (const { settlement, attempt } of alive) attempts.set(settlement, attempt);
  });
  return { survivors: alive, refused };
}

/** The live attempts after one deed; null where it is refused. */
function after(alive: readonly Attempt[], deed: Deed, attempts: ReadonlyMap<string, number>): readonly Attempt[] | null {
  const { settlement } = deed;
  const at = alive.findIndex((attempt) => attempt.settlement === settlement);
  const last = attempts.get(settlement);
  switch (deed.deed) {
    case 'settle':
      return last === undefined ? [...alive, { settlement, attempt: 1, judgedCase: deed.judgedCase }] : null;
    case 'correct':
      if (last === undefined || at >= 0) return null;
      return [...alive, { settlement, attempt: last + 1, judgedCase: deed.judgedCase }];
    case 'reverse':
      return at < 0 ? null : reversed(alive, at, deed.cascade);
    case 'entitle':
      return at < 0 ? null : settledAgain(alive, at, ({ dischargedOn }) => ({ categories: deed.categoriesOn(dischargedOn) }));
  }
}

function reversed(alive: readonly Attempt[], at: number, cascade: boolean): readonly Attempt[] | null {
  const without = alive.filter((_, index) => index !== at);
  const hasLater = alive.some((attempt, index) => index > at && yearOf(attempt) === yearOf(alive[at]!));
  if (!hasLater) return without;
  // The later ones are settled again in their first order, each with the snapshot that it had.
  return cascade ? settledAgain(alive, at, () => ({})).filter((_, index) => index !== at) : null;
}

/** The attempt at this place and all later ones of its year as new attempts. */
function settledAgain(
  alive: readonly Attempt[],
  at: number,
  changes: (of: JudgedCase) => Partial<JudgedCase>,
): readonly Attempt[] {
  const year = yearOf(alive[at]!);
  return alive.map((attempt, index) =>
    index < at || yearOf(attempt) !== year
      ? attempt
      : { ...attempt, attempt: attempt.attempt + 1, judgedCase: { ...attempt.judgedCase, ...changes(attempt.judgedCase) } },
  );
}

const yearOf = ({ judgedCase }: Attempt): string => judgedCase.dischargedOn.slice(0, 4);
