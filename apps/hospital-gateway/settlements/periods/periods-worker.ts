/**
 * The periods thread: parses completions, writes them in batches, answers questions. A failed write ends the thread, and
 * whoever started it begins anew from the file's own position; a damaged file is removed first, so that it is read again.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PeriodReader } from './period-reader';
import { isDamage, newPeriodsFile, openPeriodsFile, type PeriodsFile, removePeriodsFile } from './periods-file';
import type { CompletionBatch, FromPeriods, PeriodQuestion, PeriodsSettings, ToPeriods } from './protocol';

const port = parentPort!;
const settings = workerData as PeriodsSettings;
const answer = (message: FromPeriods): void => port.postMessage(message);

/** Batches wait to be written together: a page of the file that changes for several of them is then written once. */
const ROWS_OF_A_WRITE = 1_000;
const LONGEST_WAIT_MS = 250;

let file: PeriodsFile;
let reader: PeriodReader;
let waiting: CompletionBatch[] = [];
let waitingRows = 0;
let timer: NodeJS.Timeout | undefined;

function use(opened: PeriodsFile): void {
  file = opened;
  reader = new PeriodReader(file);
  answer({ opened: file.progress });
}

function take(message: ToPeriods): void {
  if ('write' in message) {
    waiting.push(message.write);
    waitingRows += message.write.texts.length;
    if (waitingRows >= ROWS_OF_A_WRITE) write();
    else timer ??= setTimeout(() => endingOnFailure(write), LONGEST_WAIT_MS);
    return;
  }
  write();
  if ('question' in message) answerQuestion(message.question);
  else if (message.command === 'start anew') {
    file.close();
    use(newPeriodsFile(settings));
  } else {
    file.close();
    port.close();
  }
}

function write(): void {
  clearTimeout(timer);
  timer = undefined;
  if (waiting.length === 0) return;
  file.write(waiting);
  answer({ written: waitingRows });
  waiting = [];
  waitingRows = 0;
}

function answerQuestion(question: PeriodQuestion): void {
  try {
    answer({ page: reader.page(question) });
  } catch (error) {
    if (isDamage(error)) throw error;
    answer({ refused: error instanceof Error ? error.message : String(error) });
  }
}

function endingOnFailure(work: () => void): void {
  try {
    work();
  } catch (error) {
    file.close();
    if (isDamage(error)) removePeriodsFile(settings.file);
    throw error;
  }
}

use(openPeriodsFile(settings));
port.on('message', (message: ToPeriods) => endingOnFailure(() => take(message)));
