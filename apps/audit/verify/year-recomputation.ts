/**
 * (c) One benefit year derived again from its beginning: the scope sums from the accepted bills, every share working by
 * working, every completion, with the packs that the cases name. Facts are compared as texts, to the byte. It goes on with
 * what it derived itself, so that one false amount is one finding and not everything after it.
 */
import { canonicalJson, type Fact, type SealedFact } from '@oss/event-store';
import type { Pack } from '@oss/policy';
import {
  type BenefitYear,
  benefitYearStream,
  caseKey,
  decideDue,
  decideYearEnd,
  DISCHARGE_RECORDED,
  type DischargeAccepted,
  type DischargeRecorded,
  EMPTY_HISTORY,
  eventIdOf,
  evolveHistory,
  isShareEvent,
  recordDischarge,
  RESETTLEMENT_OPENED,
  type ResettlementOpened,
  scopeOf,
  SETTLEMENT_COMPLETED,
  YEAR_END_REVERSED,
  YEAR_END_SETTLED,
  type YearEndReversed,
  type YearEndSettled,
  yearEndTakenBack,
  type YearHistory,
} from '@oss/settlement';
import { differingPaths } from './differing-paths';
import { type Finding, whereIs } from './finding';
import { once, type Soon } from './soon';
import { type Selection, selectsCase, selectsPayer } from './selection';

/** Where the recomputation finds what a year's facts refer to. */
export interface YearSources {
  /** The accepted discharge of a case that is meant, or null. */
  acceptance(settlementId: string, isMeant: (event: SealedFact) => boolean): Soon<SealedFact | null>;
  pack(named: { readonly id: string; readonly digest: string }): Soon<Pack | null>;
}

export interface YearOutcome {
  /** Facts of the year that could be read. */
  readonly events: number;
  /** Cases whose record was derived again and compared. */
  readonly cases: number;
  /** Facts compared: records, shares, completions. */
  readonly compared: number;
  readonly findings: readonly Finding[];
  /** A pack that is not in the log: the rest of the year cannot be derived. */
  readonly missingPack: string | null;
}

interface Derived {
  readonly id: string;
  readonly type: string;
  readonly data: object;
}

/** Derives one year again. Never throws on what the log holds: whatever cannot follow is a finding. */
export async function recomputeYear(
  facts: Iterable<Fact>,
  sources: YearSources,
  selection: Selection = {},
): Promise<YearOutcome> {
  const year = new YearAgain(sources, selection);
  for (const fact of facts) {
    const goesOn = year.take(fact);
    if (!(typeof goesOn === 'boolean' ? goesOn : await goesOn)) break;
  }
  return year.outcome();
}

class YearAgain {
  readonly #sources: YearSources;
  readonly #selection: Selection;
  readonly #findings: Finding[] = [];
  /** Packs of the year's cases, by digest. */
  readonly #packs = new Map<string, Pack>();
  /** A case's pack was loaded when the case was opened. */
  readonly #packOf = (digest: string): Pack | null => this.#packs.get(digest) ?? null;
  #history: YearHistory = EMPTY_HISTORY;
  #events = 0;
  #cases = 0;
  #compared = 0;
  #missingPack: string | null = null;

  constructor(sources: YearSources, selection: Selection) {
    this.#sources = sources;
    this.#selection = selection;
  }

  outcome(): YearOutcome {
    const [events, cases, compared] = [this.#events, this.#cases, this.#compared];
    return { events, cases, compared, findings: this.#findings, missingPack: this.#missingPack };
  }

  /** @returns false when the year cannot be followed further */
  take(fact: Fact): Soon<boolean> {
    this.#events += 1;
    try {
      // A server can be told to hide a stream's beginning: the log still has it, whoever reads the stream has not.
      if (this.#events === 1 && fact.revision !== 0) throw new RangeError('nothing can be read of what stands before it');
      const derived = this.#derive(fact);
      if (!(derived instanceof Promise)) return this.#follow(fact, derived);
      return derived.then((found) => this.#follow(fact, found)).catch((error: unknown) => this.#cannotFollow(fact, error));
    } catch (error) {
      return this.#cannotFollow(fact, error);
    }
  }

  #follow(fact: Fact, derived: Derived | null): boolean {
    if (this.#missingPack !== null) return false;
    if (derived !== null) this.#compare(fact, derived);
    // Of a reversal the fold itself asserts its order and every account that it gives back.
    this.#history = evolveHistory(this.#history, derived ?? fact);
    return true;
  }

  #cannotFollow(fact: Fact, error: unknown): false {
    this.#findings.push(underivable(fact, error instanceof Error ? error.message : String(error)));
    return false;
  }

  get #year(): BenefitYear {
    return this.#history.year;
  }

  /** The fact as it follows again; null for one that begins something of its own (a reversal) and is taken as it is. */
  #derive(fact: Fact): Soon<Derived | null> {
    if (fact.type === DISCHARGE_RECORDED) return this.#recordAgain(fact);
    if (fact.type === RESETTLEMENT_OPENED) return this.#reopenAgain(fact);
    if (fact.type === YEAR_END_SETTLED) return this.#yearEndAgain(fact);
    if (fact.type === YEAR_END_REVERSED) {
      return yearEndTakenBack(this.#year, fact.stream, (fact.data as YearEndReversed).because)[0] ?? null;
    }
    if (!isShareEvent(fact.type) && fact.type !== SETTLEMENT_COMPLETED) return null;
    const due = decideDue(this.#year, this.#packOf);
    if (due === null) throw new RangeError('no case is open, so it was nobody’s turn');
    return due;
  }

  #recordAgain(fact: Fact): Soon<Derived | null> {
    const { settlementId, attempt } = namedCase(fact);
    const acceptance = this.#sources.acceptance(settlementId, ({ data }) => (data as DischargeAccepted).attempt === attempt);
    return once(acceptance, (found) => this.#recordOf(fact, found));
  }

  #recordOf(fact: Fact, acceptance: SealedFact | null): Soon<Derived | null> {
    if (acceptance === null) throw new RangeError('its acceptance is not in the log');
    const accepted = acceptance.data as DischargeAccepted;
    const stream = benefitYearStream(accepted.personKey, accepted.care.dischargedOn);
    if (stream !== fact.stream) throw new RangeError(`it belongs to ${stream}`);
    if (acceptance.position > fact.position) throw new RangeError('it was recorded before it was accepted');
    const pack = this.#pack(accepted.snapshot.pack);
    return once(pack, (found) => (found === null ? null : recordDischarge(accepted, acceptance.hash, found)));
  }

  /** A case that is settled again: the attempt before it was superseded, and the scope follows again from the accepted bill. */
  async #reopenAgain(fact: Fact): Promise<Derived | null> {
    const data = fact.data as ResettlementOpened;
    const { settlementId, attempt, supersedes, snapshot } = data;
    const before = this.#history.ended.get(caseKey(settlementId, supersedes));
    if (supersedes !== attempt - 1 || before?.superseded !== true)
      throw new RangeError(`attempt ${supersedes} was not superseded`);
    const acceptance = await this.#sources.acceptance(settlementId, ({ hash }) => hash === data.acceptance);
    if (acceptance === null) throw new RangeError('its acceptance is not in the log');
    const { bill, care } = acceptance.data as DischargeAccepted;
    const pack = await this.#pack(snapshot.pack);
    if (pack === null) return null;
    const id = eventIdOf(settlementId, attempt, '', RESETTLEMENT_OPENED);
    return { id, type: RESETTLEMENT_OPENED, data: { ...data, scope: scopeOf(bill, care, snapshot, pack) } };
  }

  async #yearEndAgain(fact: Fact): Promise<Derived | null> {
    const last = this.#history.live.at(-1)?.case;
    const pack = last === undefined ? null : await this.#pack(last.snapshot.pack);
    if (this.#missingPack !== null) return null;
    const again = decideYearEnd(this.#history, fact.stream, (fact.data as YearEndSettled).operatorCode, () => pack);
    if ('nothing' in again) throw new RangeError(`at the end of the year nothing is to be settled (${again.nothing})`);
    return again.event;
  }

  #pack(named: { readonly id: string; readonly digest: string }): Soon<Pack | null> {
    return this.#packs.get(named.digest) ?? once(this.#sources.pack(named), (pack) => this.#keep(named, pack));
  }

  #keep({ id, digest }: { readonly id: string; readonly digest: string }, pack: Pack | null): Pack | null {
    if (pack === null) this.#missingPack = `${id} ${digest}`;
    else this.#packs.set(digest, pack);
    return pack;
  }

  #compare(fact: Fact, derived: Derived): void {
    if (!this.#isSelected(derived.data as SelectedFact)) return;
    this.#compared += 1;
    if (fact.type === DISCHARGE_RECORDED) this.#cases += 1;
    if (fact.type !== derived.type || fact.id !== derived.id) {
      throw new RangeError(`${derived.type} should stand here (event id ${derived.id})`);
    }
    // Facts are built in canonical order, so the engine's own text is nearly always the stored one; only the rest is walked.
    if (fact.text === JSON.stringify(derived.data) || fact.text === canonicalJson(derived.data)) return;
    this.#findings.push(differs(fact, derived));
  }

  #isSelected(data: SelectedFact): boolean {
    const open = data.care === undefined ? this.#year.open[0] : data;
    if (open?.care === undefined) return true;
    const { hospitalCode = '', region = '', care } = open;
    return (
      selectsCase(this.#selection, { hospitalCode, region, dischargedOn: care.dischargedOn }) &&
      selectsPayer(this.#selection, data)
    );
  }
}

/** A year of the log of which its stream gives nothing. */
export function hiddenYear(stream: string): Finding {
  return {
    check: 'recomputation',
    what: 'removed',
    stream,
    message:
      `${stream} 的事件在日志中，但该流已读不到：已被删除或隐藏。 ` +
      `The log holds events of ${stream}, and nothing can be read of that stream: it was deleted, or hidden.`,
  };
}

/**
 * Which case a record is of, from its text: parsing a kilobyte for two values is not worth it, because the whole text is
 * compared afterwards, and a text that is no JSON, or says it twice, is not what is derived.
 */
function namedCase(fact: Fact): Pick<DischargeRecorded, 'settlementId' | 'attempt'> {
  const { text } = fact;
  const named = text.indexOf(NAMED);
  const settlementId = named < 0 ? undefined : UUID.exec(text.slice(named + NAMED.length))?.[1];
  const attempt = /"attempt":(\d{1,9}),/.exec(text)?.[1];
  if (settlementId === undefined || attempt === undefined) return fact.data as DischargeRecorded;
  return { settlementId, attempt: Number(attempt) };
}

const NAMED = '"settlementId":"';
const UUID = /^([0-9a-f-]{36})"/;

/** What a record holds itself, and a share or a completion leaves to its open case. */
interface SelectedFact {
  readonly payer?: string;
  readonly hospitalCode?: string;
  readonly region?: string;
  readonly care?: { readonly dischargedOn: string };
}

function differs(fact: Fact, derived: Derived): Finding {
  const { settlementId } = fact.data as { settlementId: string };
  const places = differingPaths(fact.data, JSON.parse(canonicalJson(derived.data))).join('; ') || 'bytes';
  const name = `${fact.type} ${fact.stream}@${fact.revision}`;
  return {
    check: 'recomputation',
    what: 'changed',
    ...whereIs(fact),
    settlementId,
    message: `${name} 与重新计算的结果不符（记录 → 应为）：${places}。 ${name} is not what follows again (recorded → derived): ${places}.`,
  };
}

/** Of a fact whose text cannot be read any more: undefined. */
function settlementOf(fact: Fact): string | undefined {
  try {
    return (fact.data as { settlementId?: string } | null)?.settlementId;
  } catch {
    return undefined;
  }
}

function underivable(fact: Fact, reason: string): Finding {
  const settlementId = settlementOf(fact);
  const name = `${fact.type} ${fact.stream}@${fact.revision}`;
  return {
    check: 'recomputation',
    what: 'underivable',
    ...whereIs(fact),
    ...(settlementId === undefined ? {} : { settlementId }),
    message:
      `${name} 无法由之前的事实推出（${reason}），该年度其后未再核对。 ` +
      `${name} does not follow from the facts before it (${reason}); the rest of that year was not compared.`,
  };
}
