/** The events of a run as a reader gets them: the present first, each change, the end; a slow one gets the last state alone. */
import type { Run } from './run';
import { RunEvents } from './run-events';
import type { RunListener } from './run-queue';

const RUN: Run = {
  ...{ id: 'R', kind: 'verify', state: 'queued', operatorCode: 'OP-1', options: {}, createdAt: '2026-01-01T00:00:00.000Z' },
  ...{ startedAt: null, endedAt: null, progress: null, clean: null, summary: null, failure: null, cancelledBy: null },
  ...{ keptBytes: 0, sequence: 1 },
};
const running = (sequence: number): Run => ({ ...RUN, state: 'running', sequence });
const done = (sequence: number): Run => ({ ...RUN, state: 'done', sequence });

interface Told {
  readonly events: RunEvents;
  tell(run: Run): void;
  readonly unwatched: () => boolean;
}

function eventsOf(run: Run, seen: number | null = null): Told {
  let listener: RunListener | null = null;
  const events = new RunEvents(
    run,
    seen,
    (given) => {
      listener = given;
      return () => (listener = null);
    },
    ({ state, sequence }) => ({ state, sequence }),
  );
  events.setEncoding('utf8');
  return { events, tell: (changed) => listener?.(changed), unwatched: () => listener === null };
}

async function read(events: RunEvents): Promise<string[]> {
  let text = '';
  for await (const chunk of events) text += String(chunk);
  return text.split('\n\n').filter(Boolean);
}

const event = (id: number, name: string, state: string): string =>
  `id: ${id}\nevent: ${name}\ndata: {"state":"${state}","sequence":${id}}`;

test('the present first, then each change, until it is over', async () => {
  const { events, tell, unwatched } = eventsOf(RUN);
  const reading = read(events);
  for (const run of [running(2), running(3), done(4)]) {
    await new Promise((resolve) => setImmediate(resolve));
    tell(run);
  }
  expect(await reading).toEqual([
    'retry: 2000',
    event(1, 'queued', 'queued'),
    event(2, 'progress', 'running'),
    event(3, 'progress', 'running'),
    event(4, 'done', 'done'),
  ]);
  expect(unwatched()).toBe(true);
});

test('of a run that is over, its end alone', async () => {
  expect(await read(eventsOf(done(7)).events)).toEqual(['retry: 2000', event(7, 'done', 'done')]);
});

test('whoever has the present already gets only what comes', async () => {
  const { events, tell } = eventsOf(running(5), 5);
  const reading = read(events);
  await new Promise((resolve) => setImmediate(resolve));
  tell(done(6));
  expect(await reading).toEqual(['retry: 2000', event(6, 'done', 'done')]);
});

test('a reader that reads no further gets the last state when it does: nothing piles up', async () => {
  const { events, tell } = eventsOf(RUN);
  // It has begun to read, as a connection does.
  events.read(0);
  for (let sequence = 2; sequence < 20_000; sequence++) tell(running(sequence));
  expect(events.readableLength).toBeLessThan(2 * events.readableHighWaterMark);
  tell(done(20_000));
  const told = await read(events);
  expect(told[1]).toBe(event(1, 'queued', 'queued'));
  expect(told.at(-1)).toBe(event(20_000, 'done', 'done'));
});

test('a reader that goes away is told no more', () => {
  const { events, unwatched } = eventsOf(RUN);
  events.destroy();
  expect(unwatched()).toBe(true);
});
