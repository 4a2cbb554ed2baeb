/**
 * Whose turn is it, and what does he say? A turn is (case, attempt, line). Both follow from the year's state alone, so a
 * duplicate, late or lost nudge changes nothing.
 */
import { ratioBp, type Fen } from '@oss/money';
import type { ChainEntry, Pack, Payer } from '@oss/policy';
import { decideLine } from '../lines/decide-line';
import type { LineContext, LineInput } from '../lines/line-input';
import { withOpening } from '../lines/opening';
import { accountsAfter, type BenefitYear, type OpenCase, standing } from './benefit-year';
import { SETTLEMENT_COMPLETED, type SettlementCompleted, SHARE_EVENT_TYPES, type ShareSettled } from './events';
import { eventIdOf } from './ids';

/** Who acts: a payer for its lines; the settlement app for the hospital's lines and for the completion. */
export type Actor = Exclude<Payer, 'hospital'> | 'settlement';

export interface Turn {
  readonly actor: Actor;
  readonly settlementId: string;
  readonly attempt: number;
  /** Null when all lines have spoken and the settlement is to be completed. */
  readonly line: string | null;
}

/** What a decision says, before it has an id: enough to go on with, not to be appended. */
export interface Said {
  readonly type: string;
  readonly data: ShareSettled | SettlementCompleted;
}

/** A decision's fact, ready to be appended. */
export interface DecidedEvent extends Said {
  readonly id: string;
}

/** Thrown when the pack that a case names is not at hand: load it by digest and ask again; never substitute another. */
export class PackMissing extends Error {
  constructor(
    readonly region: string,
    readonly digest: string,
  ) {
    super(`pack ${digest} of region ${region} is not loaded`);
    this.name = 'PackMissing';
  }
}

/** The earliest open case by first recording, its next line; null when no case is open. */
export function whoseTurn(year: BenefitYear): Turn | null {
  const open = year.open[0];
  if (open === undefined) return null;
  const { settlementId, attempt } = open;
  const line = open.snapshot.chain[open.shares.length]?.line ?? null;
  return { actor: actorOf(open), settlementId, attempt, line };
}

/** Who is due, without what for: asked at every append and every nudge. Null when no case is open. */
export function actorDue(year: BenefitYear): Actor | null {
  const open = year.open[0];
  return open === undefined ? null : actorOf(open);
}

function actorOf(open: OpenCase): Actor {
  const due = open.snapshot.chain[open.shares.length];
  return due === undefined || due.payer === 'hospital' ? 'settlement' : due.payer;
}

/**
 * What an actor says when it is its turn, else null. Pure.
 * @param packOf the pack with a digest, or null
 * @throws PackMissing, or RangeError when an invariant would break: the case is then stuck
 */
export function decideTurn(year: BenefitYear, actor: Actor, packOf: (digest: string) => Pack | null): DecidedEvent | null {
  return actorDue(year) === actor ? decideDue(year, packOf) : null;
}

/**
 * What is due next, whoever says it; null when no case is open. Pure.
 * @throws as `decideTurn`
 */
export function decideDue(year: BenefitYear, packOf: (digest: string) => Pack | null): DecidedEvent | null {
  const said = sayDue(year, packOf);
  if (said === null) return null;
  const { type, data } = said;
  return { id: eventIdOf(data.settlementId, data.attempt, 'line' in data ? data.line : '', type), type, data };
}

/**
 * The same without its id, for what is settled in memory alone: an id is a quarter of a turn's work. Pure.
 * @throws as `decideTurn`
 */
export function sayDue(year: BenefitYear, packOf: (digest: string) => Pack | null): Said | null {
  const open = year.open[0];
  if (open === undefined) return null;
  const due = open.snapshot.chain[open.shares.length];
  if (due === undefined) return completion(year, open);
  const pack = packOf(open.snapshot.pack.digest);
  if (pack === null) throw new PackMissing(open.snapshot.pack.id.slice(0, 6), open.snapshot.pack.digest);
  const entry = pack.chains[open.care.type]?.[open.shares.length];
  if (entry === undefined || entry.line !== due.line) {
    throw new RangeError(`pack ${pack.id} has no line ${due.line} at its place for ${open.care.type}`);
  }
  return shareOfTurn(year, open, entry, pack);
}

function shareOfTurn(year: BenefitYear, open: OpenCase, entry: ChainEntry, pack: Pack): Said {
  const { scope, snapshot, care, settlementId, attempt } = open;
  const { inScopeRestFen, outOfScopeRestFen, hospitalFen } = standing(open);
  const input: LineInput = {
    scope,
    date: care.dischargedOn,
    inScopeRestFen,
    outOfScopeRestFen,
    hospitalFen,
    accounts: year.accounts,
    cutOffs: cutOffsOf(open),
    siblings: siblingsOf(open, entry.part),
  };
  const context = contextOf(open);
  const { accounts, cutOffFen, inScopeFen, outOfScopeFen, paidFen, workings } = decideLine(
    entry,
    pack,
    snapshot.categories,
    context,
    input,
  );
  const type = SHARE_EVENT_TYPES[entry.payer];
  const data: ShareSettled = {
    accounts,
    attempt,
    cutOffFen,
    inScopeFen,
    line: entry.line,
    outOfScopeFen,
    paidFen,
    payer: entry.payer,
    settlementId,
    workings: open.shares.length === 0 ? withOpening(scope, workings) : workings,
  };
  return { type, data };
}

/** The context made last, and of which case: an open case keeps these three from turn to turn. */
let last: (Pick<OpenCase, 'care' | 'scope' | 'snapshot'> & { readonly context: LineContext }) | null = null;

function contextOf({ scope, snapshot, care }: OpenCase): LineContext {
  if (last !== null && last.scope === scope && last.snapshot === snapshot && last.care === care) return last.context;
  const context: LineContext = {
    careType: care.type,
    level: snapshot.hospital.level,
    transfer: care.transfer,
    designated: snapshot.hospital.designated,
    programme: scope.programme?.id ?? null,
    amountSet: scope.programme?.amountFen !== undefined,
    ageMonths: snapshot.ageMonths,
    hospitalRegion: snapshot.hospital.region,
  };
  last = { care, context, scope, snapshot };
  return context;
}

/** What the caps of the lines so far cut off, where a later line asks. */
function cutOffsOf({ shares }: OpenCase): LineInput['cutOffs'] {
  let cutOffs: Record<string, Fen> | null = null;
  for (const { line, cutOffFen } of shares) if (cutOffFen !== undefined) (cutOffs ??= {})[line] = cutOffFen;
  return cutOffs ?? NO_CUT_OFFS;
}

const NO_CUT_OFFS: LineInput['cutOffs'] = {};

/** What the earlier payers of a shared line took, and the year's accounts before the first of them. */
function siblingsOf(open: OpenCase, part: number): LineInput['siblings'] {
  if (part === 0) return NO_SIBLINGS;
  let inScopeFen = 0;
  let outOfScopeFen = 0;
  const accountsBefore: Record<string, Fen> = {};
  for (const share of open.shares.slice(-part)) {
    inScopeFen += share.inScopeFen;
    outOfScopeFen += share.outOfScopeFen;
    for (const { name, beforeFen } of share.accounts) accountsBefore[name] ??= beforeFen;
  }
  return { inScopeFen, outOfScopeFen, accountsBefore };
}

const NO_SIBLINGS: LineInput['siblings'] = { inScopeFen: 0, outOfScopeFen: 0, accountsBefore: {} };

function completion(year: BenefitYear, open: OpenCase): Said {
  const { settlementId, attempt, correction, hospitalCode, encounterNo, region, care, scope } = open;
  const { inScopeRestFen, outOfScopeRestFen, hospitalFen } = standing(open);
  const selfPayFen = inScopeRestFen + outOfScopeRestFen;
  const paidFen = open.shares.reduce<Fen>((sum, share) => sum + share.paidFen, 0);
  // The invariant that outranks all others, asserted before anything is written.
  if (paidFen + selfPayFen !== scope.totalFen) {
    throw new RangeError(`${settlementId}: ${paidFen} paid + ${selfPayFen} self-pay is not the total of ${scope.totalFen} fen`);
  }
  const data: SettlementCompleted = {
    accounts: accountsAfter(year, open),
    attempt,
    correction,
    dischargedOn: care.dischargedOn,
    encounterNo,
    hospitalCode,
    hospitalFen,
    inScopeFen: scope.inScopeFen,
    openCases: year.open.length - 1,
    region,
    selfPayBp: ratioBp(selfPayFen, scope.totalFen),
    selfPayFen,
    settlementId,
    shares: open.shares.map(({ line, paidFen: fen, payer }) => ({ line, paidFen: fen, payer })),
    totalFen: scope.totalFen,
  };
  return { type: SETTLEMENT_COMPLETED, data };
}
