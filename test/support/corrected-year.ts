/**
 * A person's year under a random sequence of settlements, reversals, cascades, corrected bills and late entitlements, on the
 * pure domain; and beside it the plain list of what must survive, kept by the words of the rules alone. In the end the year
 * must equal a fresh settlement of that list.
 */
import assert from 'node:assert/strict';
import type { Category, Pack } from '@oss/policy';
import {
  acceptedDischarge,
  type BenefitYear,
  benefitYearStream,
  caseKey,
  type CorrectionDecision,
  type CorrectionRefusal,
  decideResettlement,
  decideReversal,
  decideTurn,
  decideYearEnd,
  type DischargeAccepted,
  EMPTY_HISTORY,
  EMPTY_YEAR,
  evolveHistory,
  evolveYear,
  type FreshBasis,
  liveFrom,
  recordDischarge,
  type RecordedFact,
  scopeOf,
  SETTLEMENT_COMPLETED,
  type SettlementCompleted,
  settleOpenCases,
  whoseTurn,
  yearEndTakenBack,
  type YearHistory,
} from '@oss/settlement';
import type { ArbitraryCase } from './arbitrary-pack';
import { aloneInput } from './settled-year';

export type Step =
  | { readonly do: 'settle'; readonly of: ArbitraryCase; readonly turns: number }
  | { readonly do: 'reverse'; readonly nth: number; readonly cascade: boolean; readonly turns: number }
  | { readonly do: 'correct bill'; readonly nth: number; readonly of: ArbitraryCase; readonly turns: number }
  | { readonly do: 'year end' }
  | { readonly do: 'resettle'; readonly nth: number; readonly categories: readonly Category[]; readonly turns: number };

interface Survivor {
  readonly accepted: DischargeAccepted;
  readonly attempt: number;
  readonly basis: FreshBasis;
}

const STREAM = benefitYearStream('a'.repeat(32), '2018-06-01');
const ORDER = { operatorCode: 'OP', reason: '测试', stream: STREAM };

export class CorrectedYear {
  history: YearHistory = EMPTY_HISTORY;
  readonly completed = new Map<string, SettlementCompleted>();
  readonly done = { settle: 0, reverse: 0, cascade: 0, 'correct bill': 0, resettle: 0, refused: 0, 'year end': 0 };
  #survivors: Survivor[] = [];
  #reversed: Survivor[] = [];
  #cases = 0;

  constructor(private readonly pack: Pack) {}

  take(step: Step): void {
    if (step.do === 'settle') this.#enter(step.of, `E${this.#cases++}`, 1);
    else if (step.do === 'year end') return this.#yearEnd();
    else if (step.do === 'correct bill') this.#correctBill(step.of, step.nth);
    else if (step.do === 'reverse') this.#reverse(step.nth, step.cascade);
    else this.#resettle(step.nth, step.categories);
    this.turn(step.turns);
  }

  /** Some turns of whoever is due: corrections meet cases that are half decided, too. */
  turn(most = Infinity): void {
    for (let turns = 0; turns < most; turns += 1) {
      const actor = whoseTurn(this.history.year)?.actor;
      if (actor === undefined) return;
      const event = decideTurn(this.history.year, actor, () => this.pack);
      assert.ok(event !== null);
      this.#fold(event);
    }
  }

  #fold(event: { readonly type: string; readonly data: unknown }): void {
    this.history = evolveHistory(this.history, event);
    if (event.type !== SETTLEMENT_COMPLETED) return;
    const completed = event.data as SettlementCompleted;
    this.completed.set(caseKey(completed.settlementId, completed.attempt), completed);
  }

  #enter(of: ArbitraryCase, encounterNo: string, attempt: number): void {
    const accepted = acceptedDischarge({ ...aloneInput(this.pack, of, encounterNo), attempt });
    const { data } = this.#record(accepted);
    this.#takeYearEndBack({ attempt, settlementId: accepted.settlementId });
    this.#fold(this.#record(accepted));
    this.#survivors.push({ accepted, attempt, basis: { scope: data.scope, snapshot: data.snapshot } });
    this.done.settle += 1;
  }

  /** When all cases are settled: what the year-end lines pay, or nothing; a second time nothing. */
  #yearEnd(): void {
    this.turn();
    const decision = decideYearEnd(this.history, STREAM, 'OP', () => this.pack);
    if (!('event' in decision)) return;
    const { data } = decision.event;
    this.#fold(decision.event);
    this.done['year end'] += 1;
    assert.deepEqual(
      decideYearEnd(this.history, STREAM, 'OP', () => this.pack),
      { nothing: 'settled-before' },
    );
    const yearEndFen = data.payments.reduce((sum, { paidFen }) => sum + paidFen, 0);
    const leftFen = this.history.year.accounts['year.self-pay'] ?? 0;
    const totals = this.#survivors.reduce((sum, { accepted }) => sum + accepted.bill.totalFen, 0);
    assert.equal(data.sums.paidFen + data.sums.hospitalFen + yearEndFen + leftFen, totals);
  }

  #takeYearEndBack(because: { readonly attempt: number; readonly settlementId: string }): void {
    const before = this.history.live.length;
    for (const event of yearEndTakenBack(this.history.year, STREAM, because)) this.#fold(event);
    assert.equal(this.history.live.length, before);
  }

  #record(accepted: DischargeAccepted): RecordedFact {
    return recordDischarge(accepted, 'ab'.repeat(32), this.pack);
  }

  #reverse(nth: number, cascade: boolean): void {
    const target = this.#survivors[nth % Math.max(1, this.#survivors.length)];
    if (target === undefined) return;
    const { attempt, accepted } = target;
    const order = { ...ORDER, settlementId: accepted.settlementId, attempt, cascade };
    const at = this.#survivors.indexOf(target);
    const later = this.#survivors.slice(at + 1);
    const decision = decideReversal(this.history, order);
    if (later.length > 0 && !cascade) {
      this.done.refused += 1;
      const refused = refusalIn(decision);
      assert.ok(refused.code === 'later-cases');
      const named = refused.cases.map((each) => caseKey(each.settlementId, each.attempt));
      assert.deepEqual(
        named,
        later.map((each) => caseKey(each.accepted.settlementId, each.attempt)),
      );
      return;
    }
    this.#apply(decision);
    this.done[later.length > 0 ? 'cascade' : 'reverse'] += 1;
    this.#survivors = [...this.#survivors.slice(0, at), ...later.map(again)];
    this.#reversed.push(target);
    // The clerk asks once more: nothing new; an attempt that was replaced does not count any more.
    assert.equal(refusalIn(decideReversal(this.history, order)).code, 'already-reversed');
    for (const each of later) {
      const old = { ...ORDER, settlementId: each.accepted.settlementId, attempt: each.attempt, cascade };
      const live = { code: 'attempt-not-live', liveAttempt: each.attempt + 1 };
      assert.deepEqual(refusalIn(decideReversal(this.history, old)), live);
    }
  }

  /** At the end of the person's order, as the next attempt of its case. */
  #correctBill(of: ArbitraryCase, nth: number): void {
    const target = this.#reversed[nth % Math.max(1, this.#reversed.length)];
    if (target === undefined) return;
    this.#reversed.splice(this.#reversed.indexOf(target), 1);
    this.#enter(of, target.accepted.encounterNo, target.attempt + 1);
    this.done['correct bill'] += 1;
  }

  #resettle(nth: number, categories: readonly Category[]): void {
    const target = this.#survivors[nth % Math.max(1, this.#survivors.length)];
    if (target === undefined) return;
    const { settlementId } = target.accepted;
    const at = this.#survivors.indexOf(target);
    const fresh = ({ accepted, attempt, basis }: Survivor): Survivor => {
      const snapshot = { ...basis.snapshot, categories: [...categories].sort() };
      return { accepted, attempt, basis: { snapshot, scope: scopeOf(accepted.bill, accepted.care, snapshot, this.pack) } };
    };
    const anew = this.#survivors.slice(at).map(fresh);
    const bases = new Map(anew.map((each) => [caseKey(each.accepted.settlementId, each.attempt), each.basis]));
    const order = { ...ORDER, settlementId, attempt: target.attempt };
    assert.deepEqual(
      liveFrom(this.history, settlementId, target.attempt).map((each) => caseKey(each.settlementId, each.attempt)),
      [...bases.keys()],
    );
    bases.delete(caseKey(settlementId, target.attempt));
    assert.equal(refusalIn(decideResettlement(this.history, order, bases)).code, 'basis-missing');
    bases.set(caseKey(settlementId, target.attempt), anew[0]!.basis);
    this.#apply(decideResettlement(this.history, order, bases));
    this.done.resettle += 1;
    this.#survivors = [...this.#survivors.slice(0, at), ...anew.map(again)];
  }

  #apply(decision: CorrectionDecision): void {
    assert.ok('events' in decision, JSON.stringify(decision));
    for (const event of decision.events) this.#fold(event);
    assert.deepEqual(this.history, decision.after);
  }

  /** All turns taken, the year must stand as if only the survivors had ever been settled, in their order. */
  assertEqualsFresh(): void {
    this.turn();
    this.#takeYearEndBack({ attempt: 1, settlementId: 'any' });
    let year: BenefitYear = EMPTY_YEAR;
    for (const { accepted, attempt, basis } of this.#survivors) {
      const { type, data } = this.#record(accepted);
      year = evolveYear(year, { type, data: { ...data, ...basis, attempt } });
      const { year: after, events } = settleOpenCases(year, () => this.pack);
      year = after;
      const expected = events.at(-1)?.data as SettlementCompleted;
      const found = this.completed.get(caseKey(accepted.settlementId, attempt));
      assert.ok(found !== undefined, `${accepted.encounterNo}/${attempt} was never settled`);
      assert.deepEqual(amounts(found), amounts(expected));
    }
    assert.deepEqual(standing(this.history.year), standing(year));
    const live = this.history.live.map((each) => caseKey(each.case.settlementId, each.case.attempt));
    assert.deepEqual(
      live,
      this.#survivors.map((each) => caseKey(each.accepted.settlementId, each.attempt)),
    );
  }
}

function again({ accepted, attempt, basis }: Survivor): Survivor {
  return { accepted, attempt: attempt + 1, basis };
}

function refusalIn(decision: CorrectionDecision): CorrectionRefusal {
  assert.ok('refused' in decision, 'it should have been refused');
  return decision.refused;
}

function amounts({ accounts, correction: _, openCases: __, ...rest }: SettlementCompleted): unknown {
  return { ...rest, accounts: withoutZeros(accounts) };
}

function standing({ accounts, open }: BenefitYear): unknown {
  return { accounts: withoutZeros(accounts), open };
}

/** An account that was never touched and one that is back at 0 are the same account. */
function withoutZeros(accounts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(accounts).filter(([, fen]) => fen !== 0));
}
