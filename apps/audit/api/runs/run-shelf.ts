/**
 * The runs on disk, AUDIT_DIR/runs: a directory each, with its record, what it was given and its result. Bounded in number and
 * in bytes: the oldest that are over make room. Made when the first run comes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isOver, type Run } from './run';

const RECORD_FILE = 'run.json';
export const RESULT_FILE = 'result.json';
const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface ShelfBounds {
  readonly runs: number;
  /** Of all runs together. */
  readonly bytes: number;
}

export class RunShelf {
  readonly #directory: string;
  readonly #bounds: ShelfBounds;

  constructor(directory: string, bounds: ShelfBounds) {
    this.#directory = directory;
    this.#bounds = bounds;
  }

  /** The runs that were kept, oldest first. A directory without a whole record was never begun and is cleared away. */
  load(): Run[] {
    if (!existsSync(this.#directory)) return [];
    const runs = readdirSync(this.#directory)
      .filter((name) => RUN_ID.test(name))
      .flatMap((id) => {
        const run = recordIn(this.directoryOf(id));
        if (run === null) this.remove(id);
        return run ?? [];
      });
    return runs.sort((a, b) => (a.createdAt === b.createdAt ? 0 : a.createdAt < b.createdAt ? -1 : 1));
  }

  directoryOf(id: string): string {
    return join(this.#directory, id);
  }

  resultOf(id: string): string {
    return join(this.directoryOf(id), RESULT_FILE);
  }

  /** Makes a run's directory with the files that it is given. */
  make(run: Run, files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = join(this.directoryOf(run.id), name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    this.save(run);
  }

  /** Puts the record down, whole or not at all. */
  save(run: Run): void {
    const directory = this.directoryOf(run.id);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${RECORD_FILE}.new`), JSON.stringify(run), { flush: true });
    renameSync(join(directory, `${RECORD_FILE}.new`), join(directory, RECORD_FILE));
  }

  /** Bytes of everything that a run has on disk. */
  bytesOf(id: string): number {
    const directory = this.directoryOf(id);
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(directory, name)));
    return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  }

  remove(id: string): void {
    rmSync(this.directoryOf(id), { recursive: true, force: true });
  }

  /** Which of the runs (oldest first) must go so that the others fit: never one that is not over, nor the last one that is. */
  surplus(runs: readonly Run[]): Run[] {
    const over = runs.filter(isOver);
    let count = runs.length;
    let bytes = over.reduce((sum, { keptBytes }) => sum + keptBytes, 0);
    const gone: Run[] = [];
    for (const run of over.slice(0, -1)) {
      if (count <= this.#bounds.runs && bytes <= this.#bounds.bytes) break;
      count -= 1;
      bytes -= run.keptBytes;
      gone.push(run);
    }
    return gone;
  }
}

function recordIn(directory: string): Run | null {
  try {
    return JSON.parse(readFileSync(join(directory, RECORD_FILE), 'utf8')) as Run;
  } catch {
    return null;
  }
}
