/** `follow`: order, checkpoints, lanes, retries, parking and replay. */
import { type RecordedEvent, StoreUnavailable } from '@oss/event-store';
import type { Under } from './store-under-test';
import { gate, sample, samples, until } from './samples';

const n = (event: RecordedEvent): number => (event.data as { n: number }).n;
const order = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

export function describeFollowing(under: Under): void {
  describe('follow', () => {
    it('delivers what was there and what comes, in the order of the log', async () => {
      const seen: number[] = [];
      await under.store.append('a', 'no_stream', samples(300));
      const following = under.store.follow({}, (event) => void seen.push(n(event)));
      await following.caughtUp();
      for (let i = 300; i < 310; i++) await under.store.append('a', i - 1, [sample(i)]);
      await following.caughtUp();
      expect(seen).toEqual(order(310));
      expect(following.checkpoint).toBe(await under.store.headPosition());
      await following.stop();
      await following.closed;
    });

    it('one lane: the next event waits until the handler is done', async () => {
      let running = 0;
      const seen: number[] = [];
      const following = under.store.follow({}, async (event) => {
        expect(++running).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        seen.push(n(event));
      });
      await under.store.append('a', 'no_stream', samples(20));
      await following.caughtUp();
      expect(seen).toEqual(order(20));
    });

    it('starts at the end, or behind a position, when told so', async () => {
      const { events } = await under.store.append('a', 'no_stream', samples(5));
      const fromEnd: number[] = [];
      const fromMiddle: number[] = [];
      const atEnd = under.store.follow({ from: 'end' }, (event) => void fromEnd.push(n(event)));
      const inMiddle = under.store.follow({ from: events[2]!.position }, (event) => void fromMiddle.push(n(event)));
      await under.store.append('a', 4, [sample(5)]);
      await Promise.all([atEnd.caughtUp(), inMiddle.caughtUp()]);
      expect([fromEnd, fromMiddle]).toEqual([[5], [3, 4, 5]]);
    });

    it('filters, and its checkpoint passes what does not match', async () => {
      const seen: string[] = [];
      const following = under.store.follow(
        { name: 'f', filter: { streamPrefixes: ['a'] } },
        ({ stream }) => void seen.push(stream),
      );
      await under.store.append('a', 'no_stream', [sample()]);
      await under.store.append('b', 'no_stream', samples(3));
      await following.caughtUp();
      expect(seen).toEqual(['a']);
      expect(following.checkpoint).toBe(await under.store.headPosition());
    });

    it('goes on from its checkpoint after stop and after a restart, without repeating', async () => {
      const seen: number[] = [];
      const start = () => under.store.follow({ name: 'f' }, (event) => void seen.push(n(event)));
      await under.store.append('a', 'no_stream', samples(3));
      const first = start();
      await first.caughtUp();
      await first.stop();
      await under.store.append('a', 2, [sample(3)]);
      const second = start();
      await second.caughtUp();
      under.store = await under.life.reopen();
      await under.store.append('a', 3, [sample(4)]);
      await start().caughtUp();
      expect(seen).toEqual(order(5));
    });

    it('an event whose handling was not finished is delivered again after a restart', async () => {
      const stuck = gate();
      const seen: number[] = [];
      await under.store.append('a', 'no_stream', samples(2));
      const begun = gate();
      under.store.follow({ name: 'f' }, () => (begun.open(), stuck.opened.then(() => Promise.reject(new Error('interrupted')))));
      await begun.opened;
      const reopened = under.life.reopen();
      stuck.open();
      under.store = await reopened;
      await under.store.follow({ name: 'f' }, (event) => void seen.push(n(event))).caughtUp();
      expect(seen).toEqual([0, 1]);
    });

    it('refuses to run the same name twice', () => {
      under.store.follow({ name: 'f' }, () => {});
      expect(() => under.store.follow({ name: 'f' }, () => {})).toThrow(/already runs/);
    });
  });

  describe('lanes', () => {
    it('keep their own order and do not wait for each other', async () => {
      const held = gate();
      const seen: string[] = [];
      const following = under.store.follow({ lane: ({ stream }) => stream }, async (event) => {
        if (event.stream === 'slow') await held.opened;
        seen.push(`${event.stream}${n(event)}`);
      });
      await under.store.append('slow', 'no_stream', samples(3));
      await under.store.append('quick', 'no_stream', samples(3));
      await until(() => seen.length === 3);
      expect(seen).toEqual(['quick0', 'quick1', 'quick2']);
      expect(following.checkpoint).toBeLessThan((await under.store.readLast('slow'))!.position);
      held.open();
      await following.caughtUp();
      expect(seen.slice(3)).toEqual(['slow0', 'slow1', 'slow2']);
    });

    it('run at most `concurrency` handlers at once', async () => {
      let running = 0;
      let most = 0;
      // However slowly events come in, three are in work at some time: none ends before.
      const three = gate();
      const following = under.store.follow({ lane: ({ stream }) => stream, concurrency: 3 }, async () => {
        most = Math.max(most, ++running);
        if (most === 3) three.open();
        await three.opened;
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      });
      await Promise.all(order(20).map((i) => under.store.append(`s${i}`, 'no_stream', samples(2))));
      await following.caughtUp();
      expect(most).toBe(3);
    });

    it('a failing event is tried again in its lane, in order, and delays no other lane', async () => {
      const seen: string[] = [];
      let failures = 0;
      const good = gate();
      const options = { name: 'f', lane: ({ stream }: RecordedEvent) => stream, retryDelayMs: 20, maxAttempts: 4 };
      const following = under.store.follow(options, async (event) => {
        if (event.stream === 'bad' && failures < 3) {
          failures += 1;
          // The last time not before the other lane is through, however long that takes.
          if (failures === 3) await good.opened;
          throw new Error('not yet');
        }
        seen.push(`${event.stream}${n(event)}`);
        if (seen.length === 2) good.open();
      });
      await under.store.append('bad', 'no_stream', samples(2));
      await under.store.append('good', 'no_stream', samples(2));
      await following.caughtUp();
      expect(seen).toEqual(['good0', 'good1', 'bad0', 'bad1']);
      expect(await under.store.listParked()).toEqual([]);
    });
  });

  describe('parking', () => {
    const failing = (broken: { now: boolean }, seen: number[]) => (event: RecordedEvent) => {
      if (broken.now && n(event) === 1) throw new Error('cannot');
      seen.push(n(event));
    };

    it('an event that fails for good is parked durably before the checkpoint passes it; the rest goes on', async () => {
      const seen: number[] = [];
      const following = under.store.follow({ name: 'f', maxAttempts: 2, retryDelayMs: 1 }, failing({ now: true }, seen));
      const { events } = await under.store.append('a', 'no_stream', samples(3));
      await following.caughtUp();
      expect(seen).toEqual([0, 2]);
      under.store = await under.life.reopen();
      const parked = await under.store.listParked('f');
      const parkedAt = expect.stringMatching(/Z$/) as string;
      const { id, position } = events[1]!;
      const what = { stream: 'a', revision: 1, id, type: 'Sampled', attempts: 2, error: 'cannot' };
      expect(parked).toEqual([{ subscription: 'f', position, ...what, parkedAt }]);
      expect(await under.store.listParked('other')).toEqual([]);
    });

    it('that the store could not be reached is no attempt: the event is tried again and not parked', async () => {
      let outages = 0;
      const following = under.store.follow({ name: 'f', maxAttempts: 1 }, () => {
        outages += 1;
        if (outages === 1) throw new StoreUnavailable('ordered by the test');
      });
      await under.store.append('a', 'no_stream', samples(1));
      await following.caughtUp();
      expect(outages).toBe(2);
      expect(await under.store.listParked()).toEqual([]);
    });

    it('replay delivers it again: handled, it leaves the list; failing, it is parked again with attempts added up', async () => {
      const seen: number[] = [];
      const broken = { now: true };
      const following = under.store.follow({ name: 'f', maxAttempts: 2, retryDelayMs: 1 }, failing(broken, seen));
      await under.store.append('a', 'no_stream', samples(3));
      await following.caughtUp();
      expect(await under.store.replayParked('f', [999_999n])).toBe(0);
      expect(await under.store.replayParked('f')).toBe(1);
      await until(async () => (await under.store.listParked('f'))[0]?.attempts === 4);
      broken.now = false;
      const { position } = (await under.store.listParked('f'))[0]!;
      expect(await under.store.replayParked('f', [position])).toBe(1);
      await until(async () => (await under.store.listParked('f')).length === 0);
      expect(seen).toEqual([0, 2, 1]);
      expect(await under.store.replayParked('f')).toBe(0);
    });

    it('without a running subscription of that name it stays parked', async () => {
      const following = under.store.follow({ name: 'f', maxAttempts: 1 }, failing({ now: true }, []));
      await under.store.append('a', 'no_stream', samples(2));
      await following.caughtUp();
      await following.stop();
      expect(await under.store.replayParked('f')).toBe(0);
      expect(await under.store.listParked()).toHaveLength(1);
    });
  });
}
