/**
 * The auditor that ends every test: reads the whole log, trusts nothing of it, verifies the hash chains, folds every benefit
 * year again with the packs in the log, derives every fact a second time, and compares text with text.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { canonicalJson, type RecordedEvent, verifyStream } from '@oss/event-store';
import { checkedPack, type Pack } from '@oss/policy';
import {
  BENEFIT_YEAR_PREFIX,
  type BenefitYear,
  benefitYearStream,
  caseKey,
  DISCHARGE_ACCEPTED,
  DISCHARGE_RECORDED,
  type DischargeAccepted,
  type DischargeRecorded,
  decideTurn,
  decideYearEnd,
  ENCOUNTER_PREFIX,
  EMPTY_HISTORY,
  encounterStream,
  evolveHistory,
  isShareEvent,
  PACK_ADOPTED,
  type PackAdopted,
  recordDischarge,
  RESETTLEMENT_OPENED,
  type ResettlementOpened,
  resumeYear,
  scopeOf,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
  settlementIdOf,
  type ShareSettled,
  whoseTurn,
  YEAR_END_REVERSED,
  YEAR_END_SETTLED,
  type YearEndReversed,
  type YearEndSettled,
  yearEndTakenBack,
  type YearHistory,
} from '@oss/settlement';
import { wholeLog } from './whole-log';
import { YearSums } from './year-sums';

export interface Audited {
  readonly events: readonly RecordedEvent[];
  /** Accepted discharges, by "<settlementId>/<attempt>". */
  readonly accepted: ReadonlyMap<string, DischargeAccepted>;
  readonly completed: ReadonlyMap<string, SettlementCompleted>;
  /** Accepted cases that are not completed. */
  readonly open: readonly string[];
}

export interface AuditOptions {
  /** Cases may still be on their way; default no: every accepted discharge must be settled. */
  readonly mayBeOpen?: boolean;
}

/** @throws AssertionError naming the event that does not follow from the others */
export async function assertHistory(dataDir: string, options: AuditOptions = {}): Promise<Audited> {
  return auditEvents(await wholeLog(dataDir), options);
}

/** The same of a log in memory. */
export async function auditEvents(events: readonly RecordedEvent[], options: AuditOptions = {}): Promise<Audited> {
  await verifyChains(events);
  const packs = adoptedPacks(events);
  const acceptances = acceptancesIn(events);
  const completed = new Map<string, SettlementCompleted>();
  const recorded = new Set<string>();
  const years = Map.groupBy(
    events.filter(({ stream }) => stream.startsWith(BENEFIT_YEAR_PREFIX)),
    ({ stream }) => stream,
  );
  const standingOpen: string[] = [];
  for (const [stream, facts] of years) {
    const { open } = refold(stream, facts, { packs, acceptances, recorded, completed });
    standingOpen.push(...open.map(({ settlementId, attempt }) => caseKey(settlementId, attempt)));
  }
  const accepted = new Map([...acceptances].map(([key, event]) => [key, event.data as DischargeAccepted]));
  const open = [...accepted.keys()].filter((key) => !recorded.has(key)).concat(standingOpen);
  if (options.mayBeOpen !== true) assert.deepEqual(open, [], 'accepted and never settled');
  return { events, accepted, completed, open };
}

async function verifyChains(events: readonly RecordedEvent[]): Promise<void> {
  let before = -1n;
  for (const { position } of events) {
    assert.ok(position > before, `position ${position} comes after ${before}`);
    before = position;
  }
  for (const [stream, facts] of Map.groupBy(events, (event) => event.stream)) {
    const { broken } = await verifyStream(facts);
    assert.equal(broken, null, `the chain of ${stream} is broken: ${JSON.stringify(broken)}`);
    for (const fact of facts)
      assert.equal(fact.text, canonicalJson(fact.data as object), `${stream} stores other than canonical bytes`);
  }
}

/** Packs by digest, each checked again; a digest must be that of its content. */
function adoptedPacks(events: readonly RecordedEvent[]): Map<string, Pack> {
  const packs = new Map<string, Pack>();
  for (const event of events) {
    if (event.type !== PACK_ADOPTED) continue;
    const { content, digest, id } = event.data as PackAdopted;
    const expected = `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
    assert.equal(digest, expected, `pack ${id} is not what its digest says`);
    packs.set(digest, checkedPack(content, id));
  }
  return packs;
}

function acceptancesIn(events: readonly RecordedEvent[]): Map<string, RecordedEvent> {
  const acceptances = new Map<string, RecordedEvent>();
  for (const event of events) {
    if (!event.stream.startsWith(ENCOUNTER_PREFIX)) continue;
    assert.equal(event.type, DISCHARGE_ACCEPTED);
    const { settlementId, attempt, hospitalCode, encounterNo } = event.data as DischargeAccepted;
    assert.equal(settlementId, settlementIdOf(hospitalCode, encounterNo));
    assert.equal(event.stream, encounterStream(settlementId));
    const key = caseKey(settlementId, attempt);
    assert.ok(!acceptances.has(key), `${key} is accepted twice: two live settlements of one discharge`);
    acceptances.set(key, event);
  }
  return acceptances;
}

interface Known {
  readonly packs: ReadonlyMap<string, Pack>;
  readonly acceptances: ReadonlyMap<string, RecordedEvent>;
  readonly recorded: Set<string>;
  readonly completed: Map<string, SettlementCompleted>;
}

/** Folds one benefit year; every fact must be the one that follows from those before it. */
function refold(stream: string, facts: readonly RecordedEvent[], known: Known): BenefitYear {
  let history: YearHistory = EMPTY_HISTORY;
  let lastAcceptance = -1n;
  const sums = new YearSums();
  for (const fact of facts) {
    if (fact.type === DISCHARGE_RECORDED) {
      const acceptance = assertRecordFollows(stream, fact, known);
      assert.ok(
        acceptance.position > lastAcceptance,
        `${stream}@${fact.revision} enters the year out of the order of acceptance`,
      );
      lastAcceptance = acceptance.position;
    } else if (fact.type === RESETTLEMENT_OPENED) assertReopeningFollows(history, fact, known);
    else if (fact.type === YEAR_END_SETTLED) assertYearEndFollows(history, fact, known);
    else if (fact.type === YEAR_END_REVERSED) {
      const [again] = yearEndTakenBack(history.year, stream, (fact.data as YearEndReversed).because);
      assert.equal(fact.text, canonicalJson(again?.data));
    } else if (fact.type !== SETTLEMENT_REVERSED) assertTurnFollows(history.year, fact, known.packs);
    // Of a reversal the fold itself asserts the order and every account that is given back.
    history = evolveHistory(history, fact);
    const { year } = history;
    if (isShareEvent(fact.type)) sums.takeShare(fact.data as ShareSettled, packOf(known, year));
    if (fact.type === SETTLEMENT_REVERSED) sums.takeReversal(fact.data as SettlementReversed);
    if (fact.type === SETTLEMENT_COMPLETED) takeCompletion(fact.data as SettlementCompleted, known, sums);
    if (fact.type === SETTLEMENT_COMPLETED || fact.type === SETTLEMENT_REVERSED) assertResumesAlike(year, fact);
  }
  return history.year;
}

function takeCompletion(completed: SettlementCompleted, known: Known, sums: YearSums): void {
  sums.takeCompletion(completed);
  const key = caseKey(completed.settlementId, completed.attempt);
  assert.ok(!known.completed.has(key), `${key} is settled twice`);
  known.completed.set(key, completed);
}

/** A year-end settlement is what the year's history gives again. */
function assertYearEndFollows(history: YearHistory, fact: RecordedEvent, { packs }: Known): void {
  const { operatorCode } = fact.data as YearEndSettled;
  const again = decideYearEnd(history, fact.stream, operatorCode, (digest) => packs.get(digest) ?? null);
  assert.ok('event' in again, `${fact.stream}@${fact.revision} settles a year that has nothing due`);
  assert.equal(fact.id, again.event.id);
  assert.equal(fact.text, canonicalJson(again.event.data));
}

/** A case that is settled again: the attempt before it was superseded, and the scope follows again from the accepted bill. */
function assertReopeningFollows(history: YearHistory, fact: RecordedEvent, { packs, acceptances }: Known): void {
  const { settlementId, attempt, supersedes, acceptance, scope, snapshot } = fact.data as ResettlementOpened;
  assert.equal(supersedes, attempt - 1);
  assert.equal(history.ended.get(caseKey(settlementId, supersedes))?.superseded, true, `${fact.stream}@${fact.revision}`);
  const accepted = [...acceptances.values()].find(({ hash }) => hash === acceptance)?.data as DischargeAccepted | undefined;
  assert.equal(accepted?.settlementId, settlementId, `${fact.stream}@${fact.revision} names an acceptance of another case`);
  const pack = packs.get(snapshot.pack.digest);
  assert.ok(pack !== undefined, `${fact.stream}@${fact.revision} names a pack that is not in the log`);
  assert.equal(canonicalJson(scope), canonicalJson(scopeOf(accepted.bill, accepted.care, snapshot, pack)));
}

function packOf({ packs }: Known, year: BenefitYear): Pack {
  return packs.get(year.open[0]?.snapshot.pack.digest ?? '') as Pack;
}

/** The record copies its acceptance: same hash, same year, and the scope sums that the bill gives again. */
function assertRecordFollows(stream: string, fact: RecordedEvent, { packs, acceptances, recorded }: Known): RecordedEvent {
  const data = fact.data as DischargeRecorded;
  const key = caseKey(data.settlementId, data.attempt);
  const acceptance = acceptances.get(key);
  assert.ok(acceptance !== undefined, `${key} was recorded without having been accepted`);
  assert.ok(!recorded.has(key), `${key} is recorded twice`);
  recorded.add(key);
  assert.ok(acceptance.position < fact.position, `${key} was recorded before it was accepted`);
  const accepted = acceptance.data as DischargeAccepted;
  assert.equal(stream, benefitYearStream(accepted.personKey, accepted.care.dischargedOn));
  const pack = packs.get(accepted.snapshot.pack.digest);
  assert.ok(pack !== undefined, `${key} names a pack that is not in the log`);
  const again = recordDischarge(accepted, acceptance.hash, pack);
  assert.equal(fact.id, again.id);
  assert.equal(fact.text, canonicalJson(again.data), `${key}: the scope sums do not follow from the bill`);
  return acceptance;
}

/** A share or a completion is what its actor would say again, to the fen, working by working. */
function assertTurnFollows(year: BenefitYear, fact: RecordedEvent, packs: ReadonlyMap<string, Pack>): void {
  const turn = whoseTurn(year);
  assert.ok(turn !== null, `${fact.type} on ${fact.stream} when it was nobody's turn`);
  const again = decideTurn(year, turn.actor, (digest) => packs.get(digest) ?? null);
  assert.ok(again !== null);
  assert.equal(fact.type, again.type);
  assert.equal(fact.id, again.id);
  assert.equal(fact.text, canonicalJson(again.data), `${fact.stream}@${fact.revision} is not what ${turn.actor} says again`);
}

/** A reader that begins at a completion stands where one stands that read everything. */
function assertResumesAlike(year: BenefitYear, fact: RecordedEvent): void {
  const resumed = resumeYear(fact);
  assert.equal(resumed !== null, year.open.length === 0, `${fact.stream}@${fact.revision} miscounts the open cases`);
  if (resumed !== null) assert.deepEqual({ ...resumed.accounts }, { ...year.accounts });
}
