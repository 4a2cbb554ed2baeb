/** Runs in their order with real child processes: one at a time, bounded, cancelled, interrupted, kept and cleared away. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOver, type Run, type RunOrder } from './run';
import { RunProcess } from './run-process';
import { MAX_QUEUED, QueueFull, RunQueue } from './run-queue';
import { RunShelf } from './run-shelf';

const directory = mkdtempSync(join(tmpdir(), 'oss-runs-'));
const queues: RunQueue[] = [];
let made = 0;

afterAll(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  rmSync(directory, { recursive: true, force: true });
});

const PROGRESS = '{"progress":{"what":"读取","done":1,"total":2,"ratePerSecond":1,"secondsLeft":1}}';
const SAYS = {
  clean: `console.error('${PROGRESS}'); console.error('{"summary":{"events":2}}'); console.log('{"clean":true}')`,
  findings: `console.log('[]'); process.exitCode = 1`,
  fails: `console.error('无法运行 Could not run: no store'); process.exitCode = 2`,
  forever: `console.error('${PROGRESS}'); setInterval(() => undefined, 1000)`,
  stubborn: `process.on('SIGTERM', () => undefined); console.error('${PROGRESS}'); setInterval(() => undefined, 1000)`,
  nice: `console.log(JSON.stringify(require('node:os').getPriority()))`,
} as const;

interface Shelf {
  readonly queue: RunQueue;
  readonly shelf: RunShelf;
  readonly path: string;
  readonly troubles: unknown[];
}

function queueOn(path = join(directory, String(made++)), bounds = { runs: 50, bytes: 1_000_000 }): Shelf {
  const shelf = new RunShelf(path, bounds);
  const troubles: unknown[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  const queue = new RunQueue(
    shelf,
    ({ id }, { args }, onLine) => {
      const [script = ''] = args;
      const command = { file: process.execPath, args: ['-e', script], environment: { PATH: process.env['PATH'] } };
      return new RunProcess(command, shelf.directoryOf(id), shelf.resultOf(id), onLine);
    },
    () => new Date((now += 1_000)),
    (error) => troubles.push(error),
  );
  queues.push(queue);
  return { queue, shelf, path, troubles };
}

const order = (script: string, kind: RunOrder['kind'] = 'verify'): RunOrder => ({
  kind,
  operatorCode: 'OP-1',
  options: {},
  args: [script],
  files: {},
});

/** Resolves when the run is as it is wanted. */
function until(queue: RunQueue, id: string, holds: (run: Run) => boolean): Promise<Run> {
  return new Promise((resolve) => {
    const unwatch = queue.watch(id, take);
    take(queue.find(id)!);
    function take(run: Run): void {
      if (!holds(run)) return;
      unwatch();
      resolve(run);
    }
  });
}

test('a run tells of its progress, keeps its result, and the next one begins', async () => {
  const { queue, shelf } = queueOn();
  const first = queue.add(order(SAYS.clean));
  const second = queue.add(order(SAYS.findings, 'checks'));
  const third = queue.add(order(SAYS.clean, 'what-if'));
  expect([first, second, third].map(({ id, state }) => [state, queue.ahead(id)])).toEqual([
    ['running', 0],
    ['queued', 1],
    ['queued', 2],
  ]);
  const states: string[] = [];
  queue.watch(first.id, ({ state, progress, summary }) => states.push(`${state} ${progress?.done ?? '-'} ${summary !== null}`));
  const [done, found, compared] = await Promise.all([first, second, third].map(({ id }) => until(queue, id, isOver)));
  expect(states).toEqual(['running 1 false', 'running 1 true', 'done 1 true']);
  expect(done).toMatchObject({ state: 'done', clean: true, summary: { events: 2 }, failure: null, operatorCode: 'OP-1' });
  expect(done!.keptBytes).toBeGreaterThan(0);
  expect(readFileSync(shelf.resultOf(first.id), 'utf8')).toBe('{"clean":true}\n');
  expect([found, compared].map((run) => [run?.state, run?.clean])).toEqual([
    ['done', false],
    ['done', null],
  ]);
  // One after another: each began when the one before had ended.
  expect(found!.startedAt! > done!.endedAt! && compared!.startedAt! > found!.endedAt!).toBe(true);
  expect(queue.list().map(({ id }) => id)).toEqual([third.id, second.id, first.id]);
});

test('a run goes behind everything else for the processor', async () => {
  const { queue, shelf } = queueOn();
  const { id } = queue.add(order(SAYS.nice));
  await until(queue, id, isOver);
  expect(readFileSync(shelf.resultOf(id), 'utf8').trim()).toBe('10');
});

test('a run that fails says why in its own words, one that cannot begin too', async () => {
  const { queue, shelf } = queueOn();
  const { id } = queue.add(order(SAYS.fails));
  expect(await until(queue, id, isOver)).toMatchObject({
    state: 'failed',
    failure: '无法运行 Could not run: no store',
    clean: null,
  });
  expect(readdirSync(shelf.directoryOf(id))).toEqual(['run.json']);

  const broken = new RunQueue(
    shelf,
    ({ id: run }, _, onLine) =>
      new RunProcess({ file: '/nowhere/node', args: [], environment: {} }, shelf.directoryOf(run), shelf.resultOf(run), onLine),
    () => new Date(),
    () => undefined,
  );
  const lost = broken.add(order(''));
  const ended = await until(broken, lost.id, isOver);
  expect(ended.state).toBe('failed');
  expect(ended.failure).toContain('ENOENT');
});

test('cancelled while it waits, while it is under way, and while it will not go; again it is the same', async () => {
  const { queue } = queueOn();
  const running = queue.add(order(SAYS.forever));
  const waiting = queue.add(order(SAYS.clean));
  const last = queue.add(order(SAYS.clean));
  expect(await queue.cancel(waiting.id, 'OP-2')).toMatchObject({ state: 'cancelled', cancelledBy: 'OP-2', startedAt: null });
  await until(queue, running.id, ({ progress }) => progress !== null);
  const cancelled = await queue.cancel(running.id, 'OP-3');
  expect(cancelled).toMatchObject({ state: 'cancelled', cancelledBy: 'OP-3', clean: null, failure: null });
  expect(await queue.cancel(running.id, 'OP-4')).toEqual(cancelled);
  expect((await until(queue, last.id, isOver)).state).toBe('done');
  expect((await queue.cancel(last.id, 'OP-5')).state).toBe('done');

  const stubborn = queue.add(order(SAYS.stubborn));
  await until(queue, stubborn.id, ({ progress }) => progress !== null);
  expect((await queue.cancel(stubborn.id, 'OP-6')).state).toBe('cancelled');
});

test('more than can wait is refused, and leaves nothing behind', async () => {
  const { queue, path } = queueOn();
  const running = queue.add(order(SAYS.forever));
  for (let n = 0; n < MAX_QUEUED; n++) queue.add(order(SAYS.clean));
  expect(() => queue.add(order(SAYS.clean))).toThrow(QueueFull);
  expect(readdirSync(path)).toHaveLength(1 + MAX_QUEUED);
  await queue.close();
  expect(queue.list().map(({ state }) => state)).toEqual(Array(1 + MAX_QUEUED).fill('failed'));
  expect(queue.find(running.id)?.failure).toContain('start it again');
});

test('after a crash: what was over stands, what was not has failed, what was never begun is cleared away', async () => {
  const { queue, path, shelf } = queueOn();
  const done = queue.add(order(SAYS.clean));
  await until(queue, done.id, isOver);
  const running = queue.add(order(SAYS.forever));
  const waiting = queue.add(order(SAYS.clean));
  await until(queue, running.id, ({ progress }) => progress !== null);
  const half = join(path, '00000000-0000-4000-8000-000000000000');
  shelf.make({ ...waiting, id: '00000000-0000-4000-8000-000000000000' }, {});
  writeFileSync(join(half, 'run.json'), '{"id":');

  // As the process that comes after finds it: nobody has closed the queue.
  const after = queueOn(path);
  expect(after.queue.list().map(({ id, state }) => [id, state])).toEqual([
    [waiting.id, 'failed'],
    [running.id, 'failed'],
    [done.id, 'done'],
  ]);
  expect(after.queue.find(running.id)?.failure).toContain('start it again');
  expect(existsSync(half)).toBe(false);
  expect(readFileSync(after.shelf.resultOf(done.id), 'utf8')).toBe('{"clean":true}\n');
});

test('the oldest make room, never one that is not over', async () => {
  const { queue, path } = queueOn(undefined, { runs: 2, bytes: 1_000_000 });
  const runs: Run[] = [];
  for (let n = 0; n < 4; n++) {
    runs.push(queue.add(order(SAYS.clean)));
    await until(queue, runs[n]!.id, isOver);
  }
  expect(queue.list().map(({ id }) => id)).toEqual([runs[3]!.id, runs[2]!.id]);
  expect(readdirSync(path).sort()).toEqual([runs[2]!.id, runs[3]!.id].sort());

  const small = queueOn(undefined, { runs: 50, bytes: 300 });
  const big = order(`console.log('x'.repeat(200))`);
  const kept = [small.queue.add(big), small.queue.add(big)];
  await until(small.queue, kept[1]!.id, isOver);
  expect(small.queue.list().map(({ id }) => id)).toEqual([kept[1]!.id]);
});

test('a disk that takes no record is told, and the run goes on', async () => {
  const { queue, path, troubles } = queueOn();
  const run = queue.add(order(SAYS.forever));
  await until(queue, run.id, ({ progress }) => progress !== null);
  rmSync(path, { recursive: true });
  writeFileSync(path, 'no directory');
  expect((await queue.cancel(run.id, 'OP-1')).state).toBe('cancelled');
  expect(troubles).not.toEqual([]);
});
