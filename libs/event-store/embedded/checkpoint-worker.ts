/**
 * Copies the write-ahead log into the file, in a thread of its own: a commit need not wait for the megabytes that an
 * earlier one left behind. The log starts over when a copy has caught up with it between two commits.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openForWriting } from './schema';

const LOOK_EVERY_MS = 50;
/** Frames (of one page each) worth a copy. */
const MIN_FRAMES = 512;
/** While commits go on, each round copies what came during the one before; after so many the rest waits for the next look. */
const MAX_ROUNDS = 4;

interface LogSize {
  readonly log: number;
  readonly checkpointed: number;
}

const db = openForWriting(workerData as string);
const size = db.prepare('PRAGMA wal_checkpoint(NOOP)');
const copy = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');

const look = setInterval(() => {
  const { log, checkpointed } = size.get() as unknown as LogSize;
  if (log - checkpointed < MIN_FRAMES) return;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const now = copy.get() as unknown as LogSize;
    if (now.log === now.checkpointed) return;
  }
}, LOOK_EVERY_MS);

parentPort!.once('message', () => {
  clearInterval(look);
  db.close();
});
