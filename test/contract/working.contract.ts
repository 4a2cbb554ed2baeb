/** `work`: shared work at least once, retries, time-outs, parking, and redelivery after an interruption. */
import type { RecordedEvent } from '@oss/event-store';
import type { Under } from './store-under-test';
import { gate, sample, samples, until } from './samples';

const key = (event: RecordedEvent): string => `${event.stream}${event.revision}`;

export function describeWorking(under: Under): void {
  describe('work', () => {
    it('begins at the beginning of the log and gets every matching event', async () => {
      const seen = new Set<string>();
      await under.store.append('a', 'no_stream', samples(3));
      const filter = { streamPrefixes: ['a', 'c'] };
      const working = under.store.work({ group: 'g', filter }, async (event) => void seen.add(key(event)));
      await under.store.append('b', 'no_stream', samples(2));
      await under.store.append('c', 'no_stream', samples(1));
      await working.caughtUp();
      expect([...seen].sort()).toEqual(['a0', 'a1', 'a2', 'c0']);
    });

    it('does not get what it has handled again after a restart; another group gets everything', async () => {
      const again: string[] = [];
      const other: string[] = [];
      await under.store.append('a', 'no_stream', samples(2));
      await under.store.work({ group: 'g' }, () => {}).caughtUp();
      under.store = await under.life.reopen();
      const first = under.store.work({ group: 'g' }, (event) => void again.push(key(event)));
      const second = under.store.work({ group: 'h' }, (event) => void other.push(key(event)));
      await Promise.all([first.caughtUp(), second.caughtUp()]);
      expect([again, other.sort()]).toEqual([[], ['a0', 'a1']]);
    });

    it('handles streams side by side, two events of one stream never at once', async () => {
      const running = new Map<string, number>();
      let most = 0;
      // However slowly events come in, four are in work at some time: none ends before.
      const four = gate();
      const working = under.store.work({ group: 'g', concurrency: 4 }, async ({ stream }) => {
        running.set(stream, (running.get(stream) ?? 0) + 1);
        expect(running.get(stream)).toBe(1);
        most = Math.max(most, [...running.values()].filter(Boolean).length);
        if (most === 4) four.open();
        await four.opened;
        await new Promise((resolve) => setImmediate(resolve));
        running.set(stream, 0);
      });
      await Promise.all(Array.from({ length: 10 }, (_, i) => under.store.append(`s${i}`, 'no_stream', samples(3))));
      await working.caughtUp();
      expect(most).toBe(4);
    });

    it('a handler that throws for one stream delays no other, is retried, then parked; replay brings it back', async () => {
      const seen: string[] = [];
      let broken = true;
      const working = under.store.work({ group: 'g', maxAttempts: 3, retryDelayMs: 1, concurrency: 1 }, (event) => {
        if (broken && event.stream === 'bad') throw new Error('cannot');
        seen.push(key(event));
      });
      const bad = sample();
      await under.store.append('bad', 'no_stream', [bad]);
      await under.store.append('good', 'no_stream', samples(2));
      await working.caughtUp();
      expect(seen.sort()).toEqual(['good0', 'good1']);
      expect(await under.store.listParked('g')).toMatchObject([{ stream: 'bad', id: bad.id, attempts: 3, error: 'cannot' }]);
      broken = false;
      expect(await under.store.replayParked('g')).toBe(1);
      // KurrentDB clears its list when it begins to deliver again, SQLite when the event was handled: neither waits for the other.
      await until(async () => seen.includes('bad0') && (await under.store.listParked('g')).length === 0);
    });

    it('a handler that takes too long counts as failed; its late success changes nothing', async () => {
      const late = gate();
      let calls = 0;
      const working = under.store.work({ group: 'g', timeoutMs: 20, maxAttempts: 2, retryDelayMs: 1 }, () => {
        calls += 1;
        return calls < 3 ? late.opened : undefined;
      });
      await under.store.append('a', 'no_stream', [sample()]);
      await working.caughtUp();
      expect(calls).toBe(2);
      expect(await under.store.listParked('g')).toMatchObject([
        { attempts: 2, error: expect.stringContaining('20 ms') as string },
      ]);
      late.open();
      expect(await under.store.listParked('g')).toHaveLength(1);
      await under.store.replayParked('g');
      await until(async () => (await under.store.listParked('g')).length === 0);
    });

    it('an event in work when the store is closed is delivered again, without counting as a failure', async () => {
      const held = gate();
      const begun = gate();
      const seen: string[] = [];
      await under.store.append('a', 'no_stream', samples(2));
      under.store.work({ group: 'g', maxAttempts: 1 }, async () => {
        begun.open();
        await held.opened;
        throw new Error('interrupted');
      });
      await begun.opened;
      const reopened = under.life.reopen();
      held.open();
      under.store = await reopened;
      await under.store.work({ group: 'g' }, (event) => void seen.push(key(event))).caughtUp();
      expect(seen).toEqual(['a0', 'a1']);
      expect(await under.store.listParked()).toEqual([]);
    });

    it('many events under appends that go on while handlers append too: each is handled at least once', async () => {
      const seen = new Set<string>();
      const working = under.store.work({ group: 'g', filter: { streamPrefixes: ['in-'] } }, async (event) => {
        await under.store.append(`out-${key(event)}`, 'any', [sample()]);
        seen.add(key(event));
      });
      await Promise.all(Array.from({ length: 150 }, (_, i) => under.store.append(`in-${i}`, 'no_stream', samples(4))));
      await working.caughtUp();
      expect(seen.size).toBe(600);
    });
  });
}
