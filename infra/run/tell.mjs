/** What the set-up files share: where the project stands, one line of progress, and an error that carries its cure. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** One line on stderr, so that a command's stdout stays clean for pipes. */
export function say(line) {
  process.stderr.write(`[one-stop] ${line}\n`);
}

/** Set-up cannot go on; the message says what happened and what to do. */
export class SetupError extends Error {}
