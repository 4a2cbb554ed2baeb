/**
 * Why the files of a store cannot be opened. The writer thread finds out and the calling thread must tell the cases apart, but
 * an error loses its class and its codes on the way between them: so it crosses as plain fields, and is made anew.
 */
import { DirectoryLocked } from './directory-lock';
import { resultCode } from './schema';

/** SQLite's primary result codes that are no fault of the program, and what to do about each. */
const CURES: Readonly<Record<number, string>> = {
  3: 'give this user the right to the file',
  8: 'the file may only be read: give this user the right to write it, or work on a copy',
  10: 'the disk failed, or the file is none: look at both, then start again',
  11: 'the file is damaged: restore it from your backup',
  13: 'the disk is full: make room',
  14: 'see that this user has a right to the directory and its files, and that no folder stands in place of a file',
  26: 'the file is none of a store, or its beginning is damaged: restore it from your backup',
};

/** What to do about an error of SQLite; null for one of another kind. */
export function cureOf(error: unknown): string | null {
  return CURES[resultCode(error)] ?? null;
}

/** The files are there and cannot be used; the message names the directory, the reason and, where one is known, the cure. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';

  constructor(
    directory: string,
    purpose: 'reading' | 'writing',
    reason: string,
    /** SQLite's primary result code; 0 for a reason of another kind. */
    readonly resultCode: number,
  ) {
    const cure = CURES[resultCode];
    super(`the event store in ${directory} cannot be opened for ${purpose}: ${reason}${cure === undefined ? '' : ` (${cure})`}`);
  }
}

/** An error on its way between threads. */
export interface Refusal {
  readonly isLocked: boolean;
  readonly message: string;
  readonly resultCode: number;
}

export function refusalOf(error: unknown): Refusal {
  const message = (error as Partial<Error> | null)?.message ?? String(error);
  return { isLocked: error instanceof DirectoryLocked, message, resultCode: resultCode(error) };
}

export function errorOf(
  directory: string,
  { isLocked, message, resultCode: code }: Refusal,
  purpose: 'reading' | 'writing' = 'writing',
): DirectoryLocked | StoreUnusable {
  return isLocked ? new DirectoryLocked(message) : new StoreUnusable(directory, purpose, message, code);
}
