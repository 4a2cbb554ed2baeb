/**
 * The periods thread: parses completions, writes them in batches, answers questions. A failed write ends the thread, and
 * whoever started it begins anew from the file's own position; a damaged file is removed first, so that it is read again.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PeriodReader } from './period-reader';
import { isDamage, newPeriodsFile, openPeriodsFile, type PeriodsFile, removePeriodsFile } from './periods-file';
import type { FromPeriods, PeriodQuestion, PeriodsSettings, ToPeriods } from './protocol';

const port = parentPort!;
const settings = workerData as PeriodsSettings;
const answer = (message: FromPeriods): void => port.postMessage(message);

let file: PeriodsFile;
let reader: PeriodReader;

function use(opened: PeriodsFile): void {
  file = opened;
  reader = new PeriodReader(file);
  answer({ opened: file.progress });
}

function take(message: ToPeriods): void {
  if ('write' in message) {
    file.write(message.write);
    answer({ written: message.write.texts.length });
  } else if ('question' in message) answerQuestion(message.question);
  else if (message.command === 'start anew') {
    file.close();
    use(newPeriodsFile(settings));
  } else {
    file.close();
    port.close();
  }
}

function answerQuestion(question: PeriodQuestion): void {
  try {
    answer({ page: reader.page(question) });
  } catch (error) {
    if (isDamage(error)) throw error;
    answer({ refused: error instanceof Error ? error.message : String(error) });
  }
}

use(openPeriodsFile(settings));
port.on('message', (message: ToPeriods) => {
  try {
    take(message);
  } catch (error) {
    file.close();
    if (isDamage(error)) removePeriodsFile(settings.file);
    throw error;
  }
});
