/** Appending: expected revisions, repeats, refusals, the hash chain, concurrency and durability. */
import { AppendTooLarge, collect, InvalidEvent, StoreClosed, verifyStream, WrongExpectedRevision } from '@oss/event-store';
import type { ExpectedRevision, NewEvent } from '@oss/event-store';
import type { Under } from './store-under-test';
import { sample, samples } from './samples';

export function describeAppending(under: Under): void {
  const texts = async (stream: string): Promise<string[]> =>
    (await collect(under.store.readStream(stream))).map(({ text }) => text);
  const append = (stream: string, expected: ExpectedRevision, events: readonly NewEvent[]) =>
    under.store.append(stream, expected, events);
  const refusal = (actual: number | 'no_stream') => expect.objectContaining({ name: 'WrongExpectedRevision', actual }) as object;

  describe('expected revisions', () => {
    it.each<[ExpectedRevision, number, number]>([
      ['no_stream', 0, 1],
      ['any', 0, 1],
      ['any', 2, 3],
      ['stream_exists', 2, 3],
      [1, 2, 3],
    ])('%s is right for a stream of %i events', async (expected, before, after) => {
      if (before > 0) await append('s', 'no_stream', samples(before));
      expect((await append('s', expected, [sample()])).revision).toBe(after - 1);
      expect(await texts('s')).toHaveLength(after);
    });

    it.each<[ExpectedRevision, number, number | 'no_stream']>([
      ['no_stream', 2, 1],
      ['stream_exists', 0, 'no_stream'],
      [0, 0, 'no_stream'],
      [0, 2, 1],
      [2, 2, 1],
      [7, 2, 1],
    ])('%s is refused for a stream of %i events, and nothing is written', async (expected, before, actual) => {
      if (before > 0) await append('s', 'no_stream', samples(before));
      await expect(append('s', expected, [sample()])).rejects.toEqual(refusal(actual));
      await expect(append('s', expected, [sample()])).rejects.toBeInstanceOf(WrongExpectedRevision);
      expect(await texts('s')).toHaveLength(before);
    });

    it.each([-1, 0.5, Number.NaN])('the number %d is no revision', async (expected) => {
      await expect(append('s', expected, [sample()])).rejects.toBeInstanceOf(InvalidEvent);
    });

    it('an append of nothing succeeds at a matching revision and writes nothing', async () => {
      expect(await append('s', 'no_stream', [])).toEqual({ revision: -1, events: [] });
      await append('s', 'no_stream', samples(2));
      expect(await append('s', 1, [])).toEqual({ revision: 1, events: [] });
      await expect(append('s', 0, [])).rejects.toEqual(refusal(1));
      await expect(append('s', 'no_stream', [])).rejects.toEqual(refusal(1));
      expect(await texts('s')).toHaveLength(2);
    });
  });

  describe('a repeated append', () => {
    it.each<[ExpectedRevision, ExpectedRevision]>([
      ['no_stream', 'no_stream'],
      ['no_stream', 'any'],
      ['no_stream', 'stream_exists'],
    ])('first at %s, again at %s: answers as the first time and writes nothing', async (first, again) => {
      const events = samples(3);
      const recorded = await append('s', first, events);
      await append('s', 2, [sample()]);
      const repeated = await append('s', again, events);
      expect(repeated.revision).toBe(2);
      expect(repeated.events.map((event) => ({ ...event, data: event.data }))).toEqual(
        recorded.events.map((event) => ({ ...event, data: event.data })),
      );
      expect(await texts('s')).toHaveLength(4);
    });

    it('at a number: answers from behind that revision', async () => {
      await append('s', 'no_stream', samples(2));
      const events = samples(2);
      const first = await append('s', 1, events);
      const again = await append('s', 1, events);
      expect(again.events.map(({ hash }) => hash)).toEqual(first.events.map(({ hash }) => hash));
    });

    it('compares ids, not content: what stood first is answered', async () => {
      const event = sample(1);
      await append('s', 'no_stream', [event]);
      const again = await append('s', 'no_stream', [{ ...event, data: { n: 2 } }]);
      expect(again.events[0]!.text).toBe('{"n":1}');
    });

    it('a shorter repeat is a repeat; a longer, a shifted or a mixed one is refused', async () => {
      const [a, b, c] = [sample(1), sample(2), sample(3)];
      await append('s', 'no_stream', [a, b]);
      expect((await append('s', 'no_stream', [a])).revision).toBe(0);
      await expect(append('s', 'no_stream', [a, b, c])).rejects.toEqual(refusal(1));
      await expect(append('s', 'no_stream', [b])).rejects.toEqual(refusal(1));
      await expect(append('s', 'no_stream', [a, c])).rejects.toEqual(refusal(1));
      await expect(append('s', 'any', [a, c])).rejects.toEqual(refusal(1));
      expect(await texts('s')).toHaveLength(2);
    });

    it('of the same ids in another stream is no repeat', async () => {
      const events = samples(2);
      await append('s', 'no_stream', events);
      expect((await append('t', 'no_stream', events)).revision).toBe(1);
    });

    it('may be a hundred at once: one write, one answer', async () => {
      const events = samples(2);
      const answers = await Promise.all(Array.from({ length: 100 }, () => append('s', 'no_stream', events)));
      expect(new Set(answers.map((answer) => answer.events[1]!.hash)).size).toBe(1);
      expect(await texts('s')).toHaveLength(2);
    });

    it('one id may stand twice in one append: both are stored, as KurrentDB does', async () => {
      const event = sample();
      expect((await append('s', 'no_stream', [event, event])).revision).toBe(1);
      expect((await append('s', 'no_stream', [event, event])).revision).toBe(1);
      expect(await texts('s')).toHaveLength(2);
    });
  });

  describe('refusals before writing', () => {
    it.each<[string, string, Partial<NewEvent>]>([
      ['an id that is no UUID', 's', { id: 'x' }],
      ['an empty type', 's', { type: '' }],
      ['a type of the system', 's', { type: '$type' }],
      ['an empty stream name', '', {}],
      ['a stream of the system', '$s', {}],
      ['a number without a JSON form', 's', { data: { n: Number.NaN } }],
      ['a bigint', 's', { data: { n: 1n } }],
      ['a function', 's', { data: { n: () => 1 } }],
      ['a Date', 's', { data: { n: new Date(0) } }],
      ['half a surrogate pair', 's', { data: { n: '\ud800' } }],
      ['data that is no object', 's', { data: 'text' as never }],
    ])('%s', async (_, stream, flaw) => {
      await expect(append(stream, 'no_stream', [sample(), { ...sample(), ...flaw }])).rejects.toBeInstanceOf(InvalidEvent);
      expect(await under.store.headPosition()).toBeNull();
    });

    it('an append above the limit, of one event or of many, and takes one just below it', async () => {
      const big = (bytes: number): NewEvent => sample(0, { data: { text: 'x'.repeat(bytes) } });
      await expect(append('s', 'no_stream', [big(1_048_576)])).rejects.toBeInstanceOf(AppendTooLarge);
      await expect(append('s', 'no_stream', [big(600_000), big(600_000)])).rejects.toBeInstanceOf(AppendTooLarge);
      await expect(append('s', 'no_stream', [sample(0, { data: { text: '费'.repeat(400_000) } })])).rejects.toBeInstanceOf(
        AppendTooLarge,
      );
      expect((await append('s', 'no_stream', [big(1_040_000)])).revision).toBe(0);
    });
  });

  describe('what is recorded', () => {
    it('carries everything given, in canonical text, and the chain holds', async () => {
      const id = 'A3BB189E-8BF9-4888-9912-ACE4E6543002';
      const event: NewEvent = { id, type: 'Kind', data: { b: '二', a: undefined, A: [1] }, due: 'payer', trace: '00-trace' };
      const [first, second] = (await append('s', 'no_stream', [event, sample()])).events;
      const expected = { stream: 's', revision: 0, id: id.toLowerCase(), type: 'Kind', text: '{"A":[1],"b":"二"}' };
      expect(first).toMatchObject({ ...expected, due: 'payer', trace: '00-trace' });
      expect(first!.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(second!.position).toBeGreaterThan(first!.position);
      const read = await collect(under.store.readStream('s'));
      expect(read.map((each) => ({ ...each }))).toEqual([{ ...first }, { ...second }]);
      expect(read[0]!.data).toEqual({ A: [1], b: '二' });
      expect(await verifyStream(read)).toEqual({ events: 2, broken: null, head: second!.hash });
    });

    it('a clock that goes backwards does not take recordedAt along', async () => {
      under.store = await under.life.reopenAt(2_000);
      await append('s', 'no_stream', [sample()]);
      under.store = await under.life.reopenAt(1_000);
      await append('s', 0, [sample()]);
      await append('t', 'no_stream', [sample()]);
      const instants = (await collect(under.store.readAll())).map(({ recordedAt }) => recordedAt);
      expect(instants).toEqual(['1970-01-01T00:00:02.000Z', '1970-01-01T00:00:02.000Z', '1970-01-01T00:00:01.000Z']);
      expect((await verifyStream(under.store.readStream('s'))).broken).toBeNull();
    });
  });

  it('of many appends at the same revision exactly one wins', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 200 }, (_, n) => append('s', 'no_stream', [sample(n)])));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await texts('s')).toHaveLength(1);
  });

  it('a refused append disturbs none of those written with it', async () => {
    await append('s', 'no_stream', [sample()]);
    const mixed = Array.from({ length: 60 }, (_, n) => append(n % 3 === 0 ? 's' : `t${n}`, 'no_stream', samples(2)));
    const outcomes = await Promise.allSettled(mixed);
    expect(outcomes.map(({ status }) => status)).toEqual(mixed.map((_, n) => (n % 3 === 0 ? 'rejected' : 'fulfilled')));
    expect(await collect(under.store.readAll())).toHaveLength(81);
  });

  it('what was acknowledged is there after the store is opened again, and goes on from there', async () => {
    const { events } = await append('s', 'no_stream', samples(3));
    under.store = await under.life.reopen();
    const read = await collect(under.store.readStream('s'));
    expect(read.map((event) => ({ ...event }))).toEqual(events.map((event) => ({ ...event })));
    const next = (await append('s', 2, [sample()])).events[0]!;
    expect(next.position).toBeGreaterThan(events[2]!.position);
    expect((await verifyStream(under.store.readStream('s'))).events).toBe(4);
  });

  it('close finishes what was begun and refuses what comes later', async () => {
    const begun = Array.from({ length: 50 }, (_, n) => append(`s${n}`, 'no_stream', [sample()]));
    const closed = under.store.close();
    await expect(append('late', 'no_stream', [sample()])).rejects.toBeInstanceOf(StoreClosed);
    await closed;
    expect((await Promise.all(begun)).map(({ revision }) => revision)).toEqual(begun.map(() => 0));
    await under.store.close();
    under.store = await under.life.reopen();
    expect(await collect(under.store.readAll())).toHaveLength(50);
  });
}
