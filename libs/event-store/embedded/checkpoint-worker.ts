/**
 * The checkpoint thread: copies what the write-ahead log holds into the file, through a connection of its own, while the
 * writer goes on committing. It says so when it is done; what was committed meanwhile is left for the next time.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromCheckpoints, ToCheckpoints } from './checkpoints';
import { checkpointStatement, openForCheckpoints } from './schema';

const port = parentPort!;
const db = openForCheckpoints(workerData as string);
const copy = checkpointStatement(db);

port.on('message', (message: ToCheckpoints) => {
  if (message === 'close') {
    db.close();
    port.close();
  } else {
    copy();
    port.postMessage('copied' satisfies FromCheckpoints);
  }
});
