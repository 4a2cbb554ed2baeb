/**
 * V8 marks and sweeps its old generation in helping threads, four of them, for some 100 ms at a time. On a machine with few cores
 * they take the cores from those who settle, and every request of that moment waits. On Linux a thread can be told to give way:
 * collecting then takes what is left over.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';

const TASKS = '/proc/self/task';
/** As Node names the threads of its V8 platform. */
const COLLECTOR = 'V8Worker';
/** As `nice`: 0 is the usual, 19 the least. With 5 a thread gets a third of what an equal would. */
const NICENESS = 5;

/** Lowers the priority of V8's helping threads; answers of how many, 0 where the system has no such list or forbids it. */
export function letCollectorsGiveWay(): number {
  if (process.platform !== 'linux') return 0;
  try {
    const threads = readdirSync(TASKS).filter((thread) => nameOf(thread) === COLLECTOR);
    for (const thread of threads) setPriority(Number(thread), Math.max(getPriority(Number(thread)), NICENESS));
    return threads.length;
  } catch {
    // What settles a little less evenly still settles.
    return 0;
  }
}

/** Null for a thread that has just ended. */
function nameOf(thread: string): string | null {
  try {
    return readFileSync(join(TASKS, thread, 'comm'), 'utf8').trim();
  } catch {
    return null;
  }
}
