/**
 * The embedded store takes an acceptance and what its year makes of it in one write. What follows must be as if they had been two:
 * the same facts, each case once, a person's cases in the order of their acceptance, whatever goes wrong in between.
 */
import { AppendOutcomeUnknown, collect, type PairWriter, type RecordedEvent } from '@oss/event-store';
import { TurnFailed, TurnTaker } from '@oss/host';
import {
  DISCHARGE_ACCEPTED,
  DISCHARGE_RECORDED,
  type DischargeAccepted,
  type DischargeRecorded,
  SETTLEMENT_COMPLETED,
  type SettlementView,
} from '@oss/settlement';
import { until } from '../contract/samples';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson, type PersonBody } from '../support/county';
import { assertHistory } from '../support/history';
import type { Answer } from '../support/http-client';
import { freshDirectory, inProcess, type System } from '../support/in-process';

jest.setTimeout(60_000);
const directory = freshDirectory();
const people = Array.from({ length: 6 }, (_, n) => madeUpPerson(700 + n, { category: 'registered-poor' }));
let system: System;
let pairs: PairWriter;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, connections: 64 });
  pairs = system.store.pairs!;
  await system.client.registerHospitals(HOSPITALS);
  for (const person of people) await system.client.register(person);
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await system.stop();
  const { accepted, completed } = await assertHistory(directory.path);
  expect(completed.size).toBe(accepted.size);
  directory.remove();
});

const post = (person: PersonBody, encounterNo: string, wait = 30): Promise<Answer> =>
  system.client.discharge(dischargeOf(person, { encounterNo, bill: inScopeBill(1_234_567) }), { prefer: `wait=${wait}` });

/** What the log holds of a case, from its acceptance on. */
async function factsOf(settlementId: string): Promise<RecordedEvent[]> {
  const all = await collect(system.store.readAll());
  return all.filter(({ data }) => (data as Partial<DischargeRecorded>).settlementId === settlementId);
}

test('the acceptance and its year stand one behind the other; the year names the hash that the acceptance has', async () => {
  const writes = jest.spyOn(pairs, 'append');
  const { status, ...answer } = await post(people[0]!, 'G-1');
  expect([status, writes.mock.calls.length]).toEqual([201, 1]);
  const facts = await factsOf(answer.json<SettlementView>().settlementId);
  const [acceptance, recorded] = facts as [RecordedEvent, RecordedEvent<DischargeRecorded>];
  expect(facts.map(({ position }) => position - acceptance.position)).toEqual(facts.map((_, n) => BigInt(n)));
  expect([acceptance.type, recorded.type, facts.at(-1)!.type]).toEqual([
    DISCHARGE_ACCEPTED,
    DISCHARGE_RECORDED,
    SETTLEMENT_COMPLETED,
  ]);
  expect(recorded.data.acceptance).toBe(acceptance.hash);
});

test('some waited for and some not, all at once: recorded in the order of acceptance, each once', async () => {
  const writes = jest.spyOn(pairs, 'append');
  const answers = await Promise.all(
    Array.from({ length: 240 }, (_, n) => post(people[n % people.length]!, `G-M${n}`, n % 20 === 0 ? 0 : 30)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 202]));
  expect(writes.mock.calls.length).toBeGreaterThan(0);
  const accepted = new Map<string, string[]>();
  const recorded = new Map<string, string[]>();
  const put = (into: Map<string, string[]>, person: string, id: string): void =>
    void into.set(person, [...(into.get(person) ?? []), id]);
  for (const answer of answers) {
    const { settlementId } = answer.json<SettlementView>();
    await until(
      async () => (await system.client.get(`/v1/settlements/${settlementId}`)).json<SettlementView>().status === 'completed',
    );
  }
  for await (const { type, stream, data } of system.store.readAll()) {
    if (type === DISCHARGE_ACCEPTED)
      put(accepted, (data as DischargeAccepted).personKey, (data as DischargeAccepted).settlementId);
    if (type === DISCHARGE_RECORDED) put(recorded, stream.split('-')[2]!, (data as DischargeRecorded).settlementId);
  }
  expect(recorded).toEqual(accepted);
});

test('a bill that nobody waited for and that is not in its year yet is not overtaken', async () => {
  const taker = system.app.get<TurnTaker<unknown, object>>(TurnTaker);
  const take = taker.take.bind(taker);
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  jest.spyOn(taker, 'take').mockImplementationOnce(async (...args) => {
    await gate;
    return take(...args);
  });
  const writes = jest.spyOn(pairs, 'append');
  const before = (await system.store.headPosition())!;
  const first = await post(people[4]!, 'G-FIRST', 0);
  const second = post(people[4]!, 'G-SECOND');
  await until(async () => (await system.store.headPosition())! === before + 2n);
  open();
  expect([first.status, (await second).status, writes.mock.calls.length]).toEqual([202, 201, 0]);
  const ids = [first, await second].map((answer) => answer.json<SettlementView>().settlementId);
  const recorded = (await collect(system.store.readAll({ after: before }))).filter(({ type }) => type === DISCHARGE_RECORDED);
  expect(recorded.map(({ data }) => (data as DischargeRecorded).settlementId)).toEqual(ids);
});

test('a year that cannot be decided now: the discharge is accepted all the same, and the copier enters it', async () => {
  const taker = system.app.get<TurnTaker<unknown, object>>(TurnTaker);
  jest.spyOn(taker, 'take').mockRejectedValueOnce(new TurnFailed('benefit-year', 'basic-insurance', null, new Error('not now')));
  const { status, ...answer } = await post(people[1]!, 'G-FAIL');
  expect(status).toBe(201);
  const facts = await factsOf(answer.json<SettlementView>().settlementId);
  expect(facts.filter(({ type }) => type === DISCHARGE_ACCEPTED || type === DISCHARGE_RECORDED)).toHaveLength(2);
});

test.each(['after it was stored', 'before it was stored'])(
  'an answer of the store that is lost %s: accepted and settled once',
  async (when) => {
    const append = pairs.append.bind(pairs);
    jest.spyOn(pairs, 'append').mockImplementationOnce(async (draft, stream, expected, events) => {
      if (when === 'after it was stored') await append(draft, stream, expected, events);
      throw new AppendOutcomeUnknown(draft.stream);
    });
    const { status, ...answer } = await post(people[2]!, `G-LOST ${when}`);
    expect(status).toBe(201);
    const facts = await factsOf(answer.json<SettlementView>().settlementId);
    const types = facts.map(({ type }) => type);
    for (const once of [DISCHARGE_ACCEPTED, DISCHARGE_RECORDED, SETTLEMENT_COMPLETED])
      expect([once, types.filter((type) => type === once).length]).toEqual([once, 1]);
  },
);

test('the year moved on between: the acceptance stands, and the year is decided anew behind it', async () => {
  const append = pairs.append.bind(pairs);
  const spy = jest.spyOn(pairs, 'append').mockImplementationOnce((draft, stream, expected, events, both) => {
    const stale = expected === 'no_stream' ? 0 : (expected as number) + 1;
    return append(draft, stream, stale, events, both);
  });
  const { status, ...answer } = await post(people[3]!, 'G-STALE');
  expect([status, spy.mock.calls.length]).toEqual([201, 1]);
  const types = (await factsOf(answer.json<SettlementView>().settlementId)).map(({ type }) => type);
  expect(types.filter((type) => type === DISCHARGE_ACCEPTED || type === DISCHARGE_RECORDED)).toHaveLength(2);
});
