/**
 * The lint of the law that needs settling: no rule pays above the bill, and neither what all payers pay together nor what
 * the patient pays falls as the in-scope cost rises. Bills of every situation are settled; each finding names its amounts.
 *
 * An **error** is law that cannot have been meant: a bill that cannot be settled, a rule that would pay more than the whole
 * bill, a fall that nothing explains. A **note** has a usual legitimate reason: the system's own cut of a rule that would pay
 * more than the lines before it left, or a fall where a price limit or fixed amount hands cost over to the hospital.
 */
import type { Fen } from '@oss/money';
import type { Category, Pack, Transfer } from '@oss/policy';
import { type BenefitYear, EMPTY_YEAR } from '../year/benefit-year';
import { type Curve, curveOf, type Point, Unsettled, USUAL_COST_FEN } from './curve';
import { fallsOf } from './falls';
import { Probe, type Situation } from './probe';
import { type DistinctSituation, situationsOf } from './situations';
import { amountsOf } from './thresholds';

export type FindingKind = 'cannot-settle' | 'above-bill' | 'above-rest' | 'self-pay-falls' | 'shares-fall';

/** Where a finding holds; everything but the bill. */
export interface FindingPlace {
  readonly situation: Situation;
  readonly programme: string | null;
  /** Sets of categories and kinds of transfer for which the same holds; the situation's own come first. */
  readonly categorySets: readonly (readonly Category[])[];
  readonly transfers: readonly Transfer[];
  /** Cost of the year's earlier case, all in scope; null: the bill is the year's first. */
  readonly earlierFen: Fen | null;
  readonly outOfCatalogueFen: Fen;
}

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: 'error' | 'note';
  /** Line whose rule would pay too much. */
  readonly line?: string;
  /** What that rule would have paid at `to`. */
  readonly wantedFen?: Fen;
  /** Of a fall: the last bill before it and the first at its bottom. Else the first bill where it happens, and a usual one. */
  readonly from: Point;
  readonly to: Point;
  /** What the error says, of a bill that cannot be settled; then `from` and `to` hold its cost alone. */
  readonly message?: string;
  /** Every place where exactly this was found, with exactly these amounts. */
  readonly places: readonly FindingPlace[];
}

export interface LintReport {
  readonly findings: readonly Finding[];
  readonly curves: number;
  readonly bills: number;
  /** Curves on which the budget of bills ended before every bend was found to the fen. */
  readonly coarse: number;
}

/** Out-of-catalogue cost of the bills that have some. */
const OUT_OF_CATALOGUE_FEN = 500_000;

/** @param onCurve told after each curve: how many are done, of how many */
export function lintPack(pack: Pack, onCurve: (done: number, total: number) => void = () => {}): LintReport {
  const amounts = amountsOf(pack);
  const plans = situationsOf(pack).flatMap((distinct) => plansOf(distinct, amounts));
  const findings = new Map<string, Finding>();
  let bills = 0;
  let coarse = 0;
  plans.forEach(({ distinct, earlierFen, outOfCatalogueFen }, index) => {
    const { situation, programme, categorySets, transfers } = distinct;
    const place = { situation, programme, categorySets, transfers, earlierFen, outOfCatalogueFen };
    const found = (finding: Omit<Finding, 'places'>): void => remember(findings, finding, place);
    try {
      const probe = new Probe(pack, situation);
      const curve = curveOf(probe, yearAfter(probe, earlierFen), outOfCatalogueFen, amounts);
      bills += curve.points.length;
      if (!curve.isExact) coarse += 1;
      examine(curve, found);
    } catch (error) {
      if (!(error instanceof Unsettled)) throw error;
      const point = unsettledPoint(error.costFen, outOfCatalogueFen);
      found({ kind: 'cannot-settle', severity: 'error', from: point, to: point, message: error.message });
    }
    onCurve(index + 1, plans.length);
  });
  return { findings: inOrder([...findings.values()]), curves: plans.length, bills, coarse };
}

interface Plan {
  readonly distinct: DistinctSituation;
  readonly earlierFen: Fen | null;
  readonly outOfCatalogueFen: Fen;
}

/** The year's first case and cases after an earlier one that used part, or most, of the year's caps; with and without cost out of scope. */
function plansOf(distinct: DistinctSituation, amounts: readonly Fen[]): Plan[] {
  const highest = amounts.at(-1) ?? USUAL_COST_FEN;
  const part = (highest - (highest % 4)) / 4;
  const years = distinct.isUsual ? [null, part, highest] : [null, part];
  // Out of area part of the cost is out of scope already.
  const extras = distinct.situation.transfer === 'none' ? [0, OUT_OF_CATALOGUE_FEN] : [OUT_OF_CATALOGUE_FEN];
  return years.flatMap((earlierFen) => extras.map((outOfCatalogueFen) => ({ distinct, earlierFen, outOfCatalogueFen })));
}

function yearAfter(probe: Probe, earlierFen: Fen | null): BenefitYear {
  if (earlierFen === null) return EMPTY_YEAR;
  try {
    return probe.settle({ costFen: earlierFen, outOfCatalogueFen: 0 }, EMPTY_YEAR, 'earlier').year;
  } catch (error) {
    throw new Unsettled(earlierFen, error);
  }
}

function examine({ points }: Curve, found: (finding: Omit<Finding, 'places'>) => void): void {
  for (const [kind, amountOf] of [
    ['self-pay-falls', ({ selfPayFen }: Point) => selfPayFen],
    ['shares-fall', ({ sharesFen }: Point) => sharesFen],
  ] as const) {
    for (const { from, to } of fallsOf(points, amountOf)) {
      found({ kind, severity: to.hospitalExcessFen > from.hospitalExcessFen ? 'note' : 'error', from, to });
    }
  }
  for (const line of new Set(points.flatMap(({ cut }) => cut.map((each) => each.line)))) {
    const cutOf = ({ cut }: Point) => cut.find((each) => each.line === line);
    const cuts = points.filter((point) => cutOf(point) !== undefined);
    const beyond = cuts.filter((point) => (cutOf(point)?.wantedFen ?? 0) > point.totalFen);
    const kind = beyond.length > 0 ? 'above-bill' : 'above-rest';
    const where = beyond.length > 0 ? beyond : cuts;
    const from = where[0] as Point;
    // A bill of a few fen shows the edge, a usual one what it means.
    const to = where.find(({ costFen }) => costFen >= USUAL_COST_FEN) ?? (where.at(-1) as Point);
    found({ kind, severity: kind === 'above-bill' ? 'error' : 'note', line, wantedFen: cutOf(to)?.wantedFen ?? 0, from, to });
  }
}

/** The same finding at another place is told once, with both places. */
function remember(findings: Map<string, Finding>, finding: Omit<Finding, 'places'>, place: FindingPlace): void {
  const { kind, line, from, to, wantedFen, message } = finding;
  const costs = [from, to].map(({ costFen, inScopeFen }) => [costFen, inScopeFen]);
  // What a rule wants of its base is the same whatever stands beside it on the bill; a fall is one of these very amounts.
  const amounts = wantedFen === undefined ? [from, to].map((at) => [at.selfPayFen, at.sharesFen, at.hospitalFen]) : wantedFen;
  const key = JSON.stringify([kind, line, costs, amounts, message]);
  const known = findings.get(key);
  findings.set(key, { ...(known ?? finding), places: [...(known?.places ?? []), place] });
}

/** Errors first, then by kind and cost. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding): number => (severity === 'error' ? 0 : 1);
  return [...findings].sort(
    (a, b) => rank(a) - rank(b) || a.kind.localeCompare(b.kind) || a.from.costFen - b.from.costFen || a.to.costFen - b.to.costFen,
  );
}

function unsettledPoint(costFen: Fen, outOfCatalogueFen: Fen): Point {
  const none = { inScopeFen: 0, sharesFen: 0, hospitalFen: 0, hospitalExcessFen: 0, selfPayFen: 0, cut: [], isEdge: false };
  return { costFen, totalFen: costFen + outOfCatalogueFen, ...none };
}
