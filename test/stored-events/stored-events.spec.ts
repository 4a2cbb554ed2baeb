/**
 * The golden history: events of every shape ever stored, committed once and never changed. Each run verifies their hashes,
 * folds them, derives every amount again to the fen, and stores them again under the same seals.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_HEAD, openEmbeddedStore, type RecordedEvent, seal } from '@oss/event-store';
import { ContentLibrary, TurnTaker } from '@oss/host';
import type { Pack } from '@oss/policy';
import { isShareEvent, type Bill, BENEFIT_YEAR_PREFIX, BENEFIT_YEAR_TURNS, type BenefitYear, type DischargeAccepted, EMPTY_YEAR, SHARE_EVENT_TYPES } from '@oss/settlement';
import { auditEvents } from '../support/history';
import { freshDirectory } from '../support/in-process';
import { lineOf, storedLog } from '../support/stored-log';

const FILES = readdirSync(__dirname).filter((name) => name.endsWith('.ndjson'));
const logs = new Map(FILES.map((name) => [name, storedLog(join(__dirname, name))]));
const all = [...logs.values()].flat();

/** Every type that the product has ever stored. It grows; nothing is taken away. */
const TYPES = [
  'CheckpointSigned',
  'DischargeAccepted',
  'DischargeRecorded',
  'HospitalRegistered',
  'IdentityAccessed',
  'ListRecorded',
  'PackAdopted',
  'PaymentRecorded',
  'PersonErased',
  'PersonRegistered',
  'ResettlementOpened',
  'SettlementCompleted',
  'SettlementReversed',
  'TurnFailed',
  'TurnNudged',
  'YearEndReversed',
  'YearEndSettled',
  ...Object.values(SHARE_EVENT_TYPES),
];

test('holds events of every stored type, bills with lines and with a summary, every payer, every kind of care', () => {
  const types = new Set(all.map(({ type }) => type));
  expect(TYPES.filter((type) => !types.has(type))).toEqual([]);
  const accepted = all.filter(({ type }) => type === 'DischargeAccepted').map(({ data }) => data as DischargeAccepted);
  const kinds = accepted.map(({ bill }: { bill: Bill }) => (bill.lines === undefined ? 'summary' : 'lines'));
  expect(new Set(kinds)).toEqual(new Set(['lines', 'summary']));
  expect(new Set(accepted.map(({ care }) => care.type))).toEqual(new Set(['inpatient', 'outpatient-chronic']));
  expect(accepted.some(({ care }) => care.transfer !== 'none')).toBe(true);
});

describe.each([...logs])('%s', (name, events) => {
  test('the file is as it was written, byte for byte', () => {
    expect(events.map((event) => `${lineOf(event)}\n`).join('')).toBe(readFileSync(join(__dirname, name), 'utf8'));
  });

  test('every chain verifies, every fact follows again from those before it, all sums close', async () => {
    const { completed, accepted, open } = await auditEvents(events);
    expect(accepted.size).toBeGreaterThan(0);
    expect(open).toEqual([]);
    // Every acceptance was settled at least once; corrections settle some of them again.
    expect([...accepted.keys()].filter((key) => !completed.has(key))).toEqual([]);
  });

  test('a share that is changed by one fen is found out, also by somebody who seals the whole stream again', async () => {
    for (const [at, event] of events.entries()) {
      if (!isShareEvent(event.type)) continue;
      const forged = event.text.replace(/"paidFen":(\d+)/, (_, fen: string) => `"paidFen":${Number(fen) + 1}`);
      const changed = events.map((each, index) => (index === at ? { ...each, text: forged, data: JSON.parse(forged) as unknown } : each));
      await expect(auditEvents(changed)).rejects.toThrow(`the chain of ${event.stream} is broken`);
      await expect(auditEvents(sealedAgain(changed, event.stream))).rejects.toThrow(`${event.stream}@${event.revision} is not what`);
    }
  });

  test('stored again, event by event at its instant, it gets the same seals; read from its end, each year stands the same', async () => {
    const directory = freshDirectory();
    let now = 0;
    const store = await openEmbeddedStore({ directory: directory.path, clock: () => now });
    try {
      for (const { stream, revision, id, type, data, due, recordedAt, hash } of events) {
        now = Date.parse(recordedAt);
        const stored = await store.append(stream, revision === 0 ? 'no_stream' : revision - 1, [{ id, type, data: data as object, ...(due === undefined ? {} : { due }) }]);
        expect([stream, revision, stored.events[0]?.hash]).toEqual([stream, revision, hash]);
      }
      const library = new ContentLibrary<Pack>(store, (event) => BENEFIT_YEAR_TURNS.contentIn(event));
      const taker = new TurnTaker<BenefitYear, Pack>(store, BENEFIT_YEAR_TURNS, library);
      for (const [stream, facts] of yearsOf(events)) {
        const folded = facts.reduce((year, fact) => BENEFIT_YEAR_TURNS.fold.evolve(year, fact), EMPTY_YEAR);
        const { accounts, open } = await taker.load(stream);
        expect({ accounts: { ...accounts }, open }).toEqual({ accounts: { ...folded.accounts }, open: [] });
      }
    } finally {
      await store.close();
      directory.remove();
    }
  });
});

function yearsOf(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  return Map.groupBy(
    events.filter(({ stream }) => stream.startsWith(BENEFIT_YEAR_PREFIX)),
    ({ stream }) => stream,
  );
}

/** The stream's events under new seals, as a forger would write them. */
function sealedAgain(events: readonly RecordedEvent[], stream: string): RecordedEvent[] {
  let head = NO_HEAD;
  return events.map((event) => {
    if (event.stream !== stream) return event;
    head = seal(head, stream, [event], Date.parse(event.recordedAt))[0]!;
    return { ...event, hash: head.hash };
  });
}
