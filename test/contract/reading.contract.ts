/** Reading: a stream in both directions, the whole log with filters, checkpoints by name. */
import { collect, eventAt, type ReadOptions } from '@oss/event-store';
import type { Under } from './store-under-test';
import { sample, samples } from './samples';

export function describeReading(under: Under): void {
  describe('reading a stream', () => {
    it.each<[string, ReadOptions, number[]]>([
      ['from the start', {}, [0, 1, 2, 3]],
      ['backwards from the end', { direction: 'backwards' }, [3, 2, 1, 0]],
      ['from a revision', { from: 2 }, [2, 3]],
      ['backwards from a revision', { direction: 'backwards', from: 1 }, [1, 0]],
      ['forwards from the end', { from: 'end' }, []],
      ['backwards from the start', { direction: 'backwards', from: 'start' }, [0]],
      ['with a limit', { limit: 2 }, [0, 1]],
      ['backwards with a limit', { direction: 'backwards', limit: 1 }, [3]],
      ['with a limit of nothing', { limit: 0 }, []],
      ['beyond its end', { from: 9 }, []],
    ])('%s', async (_, options, revisions) => {
      await under.store.append('other', 'no_stream', samples(2));
      await under.store.append('s', 'no_stream', samples(4));
      const read = await collect(under.store.readStream('s', options));
      expect(read.map(({ revision }) => revision)).toEqual(revisions);
    });

    it('a stream that does not exist is empty', async () => {
      expect(await collect(under.store.readStream('nothing'))).toEqual([]);
      expect(await under.store.readLast('nothing')).toBeNull();
    });

    it('a long one comes whole, in order, both ways', async () => {
      await under.store.append('s', 'no_stream', samples(700));
      const revisions = Array.from({ length: 700 }, (_, n) => n);
      expect((await collect(under.store.readStream('s'))).map(({ revision }) => revision)).toEqual(revisions);
      const backwards = await collect(under.store.readStream('s', { direction: 'backwards' }));
      expect(backwards.map(({ revision }) => revision)).toEqual(revisions.toReversed());
    });

    it('readLast answers the last event', async () => {
      const { events } = await under.store.append('s', 'no_stream', samples(3));
      expect({ ...(await under.store.readLast('s')) }).toEqual({ ...events[2] });
    });

    it.each([
      ['never asked before', false, false],
      ['asked for its event before', true, false],
      ['asked for its revision before', false, true],
      ['asked for both before', true, true],
    ])('of a stream that was %s, the last event and its revision move on with every append', async (_, event, revision) => {
      const look = async () => [event && (await under.store.readLast('s')), revision && (await under.store.lastRevision('s'))];
      expect(await look()).toEqual([event ? null : false, revision ? 'no_stream' : false]);
      for (const [expected, last] of [['no_stream', 1] as const, [1, 3] as const, [3, 5] as const]) {
        await under.store.append('s', expected, samples(2));
        await look();
        expect(await under.store.lastRevision('s')).toBe(last);
        expect((await under.store.readLast('s'))!.revision).toBe(last);
      }
    });
  });

  describe('reading the whole log', () => {
    it('comes in the order of commits, each append in one piece', async () => {
      await Promise.all(Array.from({ length: 40 }, (_, n) => under.store.append(`s${n}`, 'no_stream', samples(3))));
      const log = await collect(under.store.readAll());
      expect(log).toHaveLength(120);
      for (let i = 0; i < log.length; i++) {
        expect(log[i]!.revision).toBe(i % 3);
        if (i % 3 > 0) expect(log[i]!.stream).toBe(log[i - 1]!.stream);
        if (i > 0) expect(log[i]!.position).toBeGreaterThan(log[i - 1]!.position);
      }
      expect(await under.store.headPosition()).toBe(log.at(-1)!.position);
    });

    it('takes a place to start after, a limit, prefixes and types, all of which must hold', async () => {
      const { store } = under;
      await store.append('a-1', 'no_stream', [sample(1, { type: 'X' }), sample(2, { type: 'Y' })]);
      await store.append('b-1', 'no_stream', [sample(3, { type: 'X' }), sample(4, { type: 'Z' })]);
      await store.append('a%1', 'no_stream', [sample(5, { type: 'X' })]);
      const numbers = async (options: Parameters<typeof store.readAll>[0]) =>
        (await collect(store.readAll(options))).map(({ data }) => (data as { n: number }).n);
      const [first, second] = await collect(store.readAll());
      expect(await numbers({ after: first!.position })).toEqual([2, 3, 4, 5]);
      expect(await numbers({ after: first!.position, limit: 2 })).toEqual([2, 3]);
      expect(await numbers({ from: second!.position, limit: 2 })).toEqual([2, 3]);
      expect(await numbers({ filter: { streamPrefixes: ['a-'] } })).toEqual([1, 2]);
      expect(await numbers({ filter: { streamPrefixes: ['a-', 'b'] } })).toEqual([1, 2, 3, 4]);
      expect(await numbers({ filter: { types: ['X', 'Z'] } })).toEqual([1, 3, 4, 5]);
      expect(await numbers({ filter: { types: ['X'], streamPrefixes: ['a'] }, after: second!.position })).toEqual([5]);
      expect(await numbers({ filter: { types: [] } })).toEqual([]);
      expect(await numbers({ filter: { streamPrefixes: [] } })).toEqual([]);
    });

    it('tells which event stands at a place, and where none does', async () => {
      const { events } = await under.store.append('s', 'no_stream', samples(3));
      const { position } = events[1]!;
      expect({ ...(await eventAt(under.store, position)) }).toEqual({ ...events[1] });
      const head = events[2]!.position;
      expect(await eventAt(under.store, head + 1n)).toBeNull();
      expect(await eventAt(under.store, head + 1_000_000n)).toBeNull();
    });

    it('an empty log has no head', async () => {
      expect(await under.store.headPosition()).toBeNull();
      expect(await collect(under.store.readAll())).toEqual([]);
    });
  });

  it('a checkpoint is kept with its state, by name, over a restart', async () => {
    expect(await under.store.loadCheckpoint('c')).toBeNull();
    await under.store.saveCheckpoint('c', { position: 7n, state: '{"a":1}' });
    await under.store.saveCheckpoint('d', { position: 8n });
    await under.store.saveCheckpoint('c', { position: 9n, state: '{"a":2}' });
    under.store = await under.life.reopen();
    expect(await under.store.loadCheckpoint('c')).toEqual({ position: 9n, state: '{"a":2}' });
    expect(await under.store.loadCheckpoint('d')).toEqual({ position: 8n });
  });
}
