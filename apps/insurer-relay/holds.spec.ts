/** What waits and what is let go: facts of one benefit year as the log may hold them, corrections crossing each other included. */
import type { RecordedEvent } from '@oss/event-store';
import { eventIdOf } from '@oss/settlement';
import { Holds } from './holds';
import { settlementEvents } from './translate';

const STREAM = `benefit-year-${'a'.repeat(32)}-2018`;
const OTHER = `benefit-year-${'b'.repeat(32)}-2018`;

/** Facts of a stream, one after another; the data is what the relay looks at. */
class Log {
  readonly facts: RecordedEvent[] = [];

  constructor(private readonly stream = STREAM) {}

  #say(type: string, data: object): RecordedEvent {
    const revision = this.facts.length;
    const id = eventIdOf('5a0d4b0e-7c0b-5f0a-9a6e-360222018404', revision, this.stream, type);
    const fact = { stream: this.stream, revision, position: BigInt(revision), id, type, data, text: '', hash: '' };
    this.facts.push({ ...fact, recordedAt: '2018-05-01T00:00:00.000Z' });
    return this.facts.at(-1)!;
  }

  recorded = (settlementId: string) => this.#say('DischargeRecorded', { settlementId, attempt: 1 });

  completed = (settlementId: string, attempt = 1, correction?: string) =>
    this.#say('SettlementCompleted', {
      settlementId,
      attempt,
      shares: [],
      ...(correction === undefined ? {} : { correction: { id: correction, index: 1, size: 1 } }),
    });

  reversed = (
    settlementId: string,
    attempt: number,
    correction: string,
    more: { superseded?: boolean; wasOpen?: boolean } = {},
  ) =>
    this.#say('SettlementReversed', {
      settlementId,
      attempt,
      correction,
      shares: [],
      superseded: more.superseded ?? false,
      wasOpen: more.wasOpen ?? false,
    });

  yearEnd = (times: number) => this.#say('YearEndSettled', { times, payments: [], region: '360222' });
  yearEndReversed = (times: number) => this.#say('YearEndReversed', { times });
}

/** For each fact the revision from which the stream is let go, or null. */
const releases = (holds: Holds, facts: readonly RecordedEvent[]) => facts.map((fact) => holds.take(fact));

/** What is published of facts let go together: type, case, attempt, correction with its place. */
const words = (facts: readonly RecordedEvent[]) =>
  settlementEvents(facts, () => ({ payments: [], region: '360222' }) as never).map(({ type, data }) => {
    const { settlementId, attempt, cascadeId, cascadeIndex, cascadeSize } = data as unknown as Record<string, unknown>;
    return [type.split('.')[3], settlementId ?? '-', attempt ?? '-', cascadeId ?? '-', cascadeIndex ?? '-', cascadeSize ?? '-'];
  });

test('what no correction touches is let go at once', () => {
  const log = new Log();
  log.recorded('x');
  log.completed('x');
  log.reversed('x', 1, 'A');
  log.yearEnd(1);
  const holds = new Holds();
  expect(releases(holds, log.facts)).toEqual([0, 1, 2, 3]);
  expect(holds.list()).toEqual([]);
});

test('a cascade waits for its last completion, and nobody else waits for it', () => {
  const log = new Log();
  const facts = [
    log.reversed('z', 1, 'A', { superseded: true }),
    log.reversed('y', 1, 'A', { superseded: true }),
    log.reversed('x', 1, 'A'),
    log.completed('y', 2, 'A'),
    log.recorded('w'),
  ];
  const holds = new Holds();
  expect(releases(holds, facts)).toEqual([null, null, null, null, null]);
  expect(holds.list()).toEqual([{ stream: STREAM, from: 0, since: '2018-05-01T00:00:00.000Z', awaits: ['z/2'] }]);
  expect(holds.take(new Log(OTHER).completed('q'))).toBe(0);
  expect(holds.take(log.completed('z', 2, 'A'))).toBe(0);
  expect(holds.list()).toEqual([]);
  expect(words(log.facts)).toEqual([
    ['reversed', 'z', 1, 'A', 1, 5],
    ['reversed', 'y', 1, 'A', 2, 5],
    ['reversed', 'x', 1, 'A', 3, 5],
    ['resettled', 'y', 2, 'A', 4, 5],
    ['resettled', 'z', 2, 'A', 5, 5],
  ]);
});

test('a second correction that overtakes the first is waited for, too; what never completed is never spoken of', () => {
  const log = new Log();
  log.reversed('y', 1, 'A', { superseded: true });
  log.reversed('x', 1, 'A');
  log.reversed('y', 2, 'B', { superseded: true, wasOpen: true });
  log.completed('y', 3, 'B');
  const holds = new Holds();
  expect(releases(holds, log.facts)).toEqual([null, null, null, 0]);
  expect(words(log.facts)).toEqual([
    ['reversed', 'y', 1, 'A', 1, 2],
    ['reversed', 'x', 1, 'A', 2, 2],
    ['resettled', 'y', 3, 'B', 1, 1],
  ]);
});

test('a year-end settlement that a correction takes back comes out with it; one that a discharge takes back comes out alone', () => {
  const log = new Log();
  log.yearEndReversed(1);
  log.reversed('y', 1, 'A', { superseded: true });
  log.completed('y', 2, 'A');
  log.yearEndReversed(2);
  log.recorded('w');
  const holds = new Holds();
  expect(releases(holds, log.facts)).toEqual([null, null, 0, null, 3]);
  expect(words(log.facts.slice(0, 3))).toEqual([
    ['year-end-reversed', '-', '-', 'A', 1, 3],
    ['reversed', 'y', 1, 'A', 2, 3],
    ['resettled', 'y', 2, 'A', 3, 3],
  ]);
  expect(words(log.facts.slice(3))).toEqual([['year-end-reversed', '-', '-', '-', '-', '-']]);
});
