/** The decider runner on a real store: conflicts, concurrency, whole states, answers that get lost. */
import { AppendOutcomeUnknown, collect, DeciderRunner, type FoldDefinition, resolveUnknownAppend } from '@oss/event-store';
import type { NewEvent, RecordedEvent } from '@oss/event-store';
import type { Under } from './store-under-test';
import { lossy } from './lossy-store';
import { sample, samples } from './samples';

const counting: FoldDefinition<number> = { initial: () => 0, evolve: (count) => count + 1 };
const one = (count: number): NewEvent[] => [sample(count)];

export function describeRunner(under: Under): void {
  describe('decider runner', () => {
    it('decides one after another on one stream, each on the state that the one before left', async () => {
      const runner = new DeciderRunner(under.store, counting);
      const executions = await Promise.all(Array.from({ length: 50 }, () => runner.execute('s', one)));
      expect(executions.map(({ state }) => state)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
      expect((await collect(under.store.readStream('s'))).map(({ data }) => data)).toEqual(
        Array.from({ length: 50 }, (_, i) => ({ n: i })),
      );
    });

    it('a stale state costs a conflict, never a wrong decision', async () => {
      const [mine, theirs] = [new DeciderRunner(under.store, counting), new DeciderRunner(under.store, counting)];
      await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? mine : theirs).execute('s', one)));
      expect((await collect(under.store.readStream('s'))).map(({ data }) => data)).toEqual(
        Array.from({ length: 20 }, (_, i) => ({ n: i })),
      );
    });

    it('"nothing to do" and a refusal are said of the present, not of a stale state', async () => {
      const runner = new DeciderRunner(under.store, counting);
      await runner.execute('s', one);
      await under.store.append('s', 0, [sample()]);
      expect(await runner.execute('s', (count) => (count === 1 ? [] : one(count)))).toMatchObject({ state: 3, revision: 2 });
      await under.store.append('s', 2, [sample()]);
      const refuseThree = (count: number): NewEvent[] => {
        if (count === 3) throw new Error('three is too few');
        return [];
      };
      expect(await runner.execute('s', refuseThree)).toEqual({ state: 4, revision: 3, events: [] });
      await expect(
        runner.execute('s', () => {
          throw new Error('refused');
        }),
      ).rejects.toThrow('refused');
      expect(await runner.load('s')).toEqual({ state: 4, revision: 3 });
    });

    it('gives up after so many conflicts, and leaves nothing behind', async () => {
      let asked = 0;
      const { store, loseNextAnswer } = lossy(under.store);
      const runner = new DeciderRunner(store, counting, { maxConflicts: 2 });
      const unlucky = (): NewEvent[] => {
        asked += 1;
        loseNextAnswer('before it was stored');
        return [sample()];
      };
      await expect(runner.execute('s', unlucky)).rejects.toThrow(/read it again/);
      expect(asked).toBe(3);
      expect((await runner.load('s')).revision).toBe('no_stream');
    });

    it('loads back to the last whole state only', async () => {
      const evolved: number[] = [];
      const fold: FoldDefinition<number> = {
        initial: () => 0,
        evolve: (sum, event) => (evolved.push(event.revision), sum + 1),
        resume: (event: RecordedEvent) => (event.type === 'Whole' ? 100 : null),
      };
      await under.store.append('s', 'no_stream', [...samples(40), sample(0, { type: 'Whole' }), ...samples(2)]);
      const runner = new DeciderRunner(under.store, fold);
      expect(await runner.load('s')).toEqual({ state: 102, revision: 42 });
      const { state } = await runner.execute('s', (sum) => {
        expect(sum).toBe(102);
        return [sample()];
      });
      expect([state, evolved]).toEqual([103, [41, 42, 43]]);
      expect(await runner.load('new')).toEqual({ state: 0, revision: 'no_stream' });
    });
  });

  describe('an append whose outcome is unknown', () => {
    it('is found when it was stored, and not found when it was not', async () => {
      const { store, loseNextAnswer } = lossy(under.store);
      const events = samples(2);
      loseNextAnswer('before it was stored');
      await expect(store.append('s', 'no_stream', events)).rejects.toBeInstanceOf(AppendOutcomeUnknown);
      expect(await resolveUnknownAppend(store, 's', 'no_stream', events)).toBeNull();
      loseNextAnswer('after it was stored');
      await expect(store.append('s', 'no_stream', events)).rejects.toBeInstanceOf(AppendOutcomeUnknown);
      const found = await resolveUnknownAppend(store, 's', 'no_stream', events);
      expect(found!.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(await resolveUnknownAppend(store, 's', 'any', events)).toHaveLength(2);
      expect(await resolveUnknownAppend(store, 's', 0, events)).toBeNull();
      const other = [events[0]!, { ...events[1]!, data: { n: 'other' } }];
      expect(await resolveUnknownAppend(store, 's', 'no_stream', other)).toBeNull();
    });

    it.each(['after it was stored', 'before it was stored'] as const)('the runner brings it to an end: lost %s', async (loss) => {
      const { store, loseNextAnswer } = lossy(under.store);
      const runner = new DeciderRunner(store, counting);
      await runner.execute('s', one);
      loseNextAnswer(loss);
      expect(await runner.execute('s', one)).toMatchObject({ state: 2, revision: 1 });
      expect(await runner.execute('s', one)).toMatchObject({ state: 3, revision: 2 });
      expect(await collect(under.store.readStream('s'))).toHaveLength(3);
    });
  });
}
