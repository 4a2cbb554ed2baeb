/** `--threads`: how many threads of its own a long command works with. */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';

const MAX_THREADS = 16;

/** @param what they do, in English: "threads that …" */
export function threadsOption(what: string): Option {
  return new Option('--threads <n>', `线程数 threads that ${what}`)
    .argParser(threads)
    .default(Math.min(MAX_THREADS, availableParallelism()));
}

function threads(given: string): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1 || number > MAX_THREADS)
    throw new InvalidArgumentError(`a whole number from 1 to ${MAX_THREADS}`);
  return number;
}
