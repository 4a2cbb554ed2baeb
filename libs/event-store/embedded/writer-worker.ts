/**
 * The writer thread. Requests that arrive while a commit runs wait in the port and go into the next commit together:
 * one fdatasync for many. An answer leaves only after the commit has returned.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { refusalOf } from './opening';
import type { FromWriter, ToWriter, WriteRequest, WriterSettings } from './protocol';
import { Writer } from './writer';

/** Bound on one transaction; what is above it waits for the next. */
const MAX_REQUESTS_PER_COMMIT = 256;
/** So long without a request counts as an idle moment. */
const IDLE_MS = 200;

const port = parentPort!;
const waiting: WriteRequest[] = [];
let scheduled = false;
let closing = false;
let writer: Writer | undefined;

const idle = setTimeout(() => writer?.tidyUp('idle'), IDLE_MS).unref();

const answer = (message: FromWriter): void => port.postMessage(message);

function run(): void {
  scheduled = false;
  if (!writer) return;
  const batch = waiting.splice(0, MAX_REQUESTS_PER_COMMIT);
  if (batch.length > 0) {
    answer(writer.commit(batch));
    writer.tidyUp('busy');
    idle.refresh();
  }
  if (waiting.length > 0) schedule();
  else if (closing) {
    clearTimeout(idle);
    void writer.close().then(() => port.close());
  }
}

/** After the port has handed over everything that has arrived. */
function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(run);
}

try {
  writer = new Writer(workerData as WriterSettings);
  port.on('message', (message: ToWriter) => {
    if ('close' in message) closing = true;
    else waiting.push(message);
    schedule();
  });
  answer({ ready: true });
} catch (error) {
  answer({ refused: refusalOf(error) });
}
