/**
 * The writer's side of the checkpoint thread: one copy at a time, asked for when the write-ahead log has grown. The thread is
 * started by the first of them: a store that is written little never has one.
 */
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { workerFile } from './worker-file';

export type ToCheckpoints = 'copy' | 'close';
export type FromCheckpoints = 'copied';

export interface CheckpointSettings {
  readonly file: string;
  /** Of the same file, open for writing: what was copied is brought to the disk through it. */
  readonly descriptor: number;
}

/** The thread allocates next to nothing. */
const MEMORY = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 };

export class Checkpoints {
  readonly #file: string;
  readonly #onCopied: () => void;
  #worker: Worker | null = null;
  #descriptor: number | null = null;
  #copying = false;
  #stopped = false;

  /** @param onCopied told when a copy has ended; it may ask for the next */
  constructor(file: string, onCopied: () => void) {
    this.#file = file;
    this.#onCopied = onCopied;
  }

  get copying(): boolean {
    return this.#copying;
  }

  /** Begins a copy, unless one runs. */
  begin(): void {
    if (this.#copying || this.#stopped) return;
    this.#copying = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage('copy' satisfies ToCheckpoints);
  }

  /** Lets the copy that runs end, and closes the thread's connection. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#worker === null) return;
    const ended = once(this.#worker, 'exit');
    this.#worker.postMessage('close' satisfies ToCheckpoints);
    await ended;
  }

  /** Only when the writer's own connection is closed: POSIX lets go of all locks of a process when any descriptor of the file is closed. */
  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #start(): Worker {
    this.#descriptor = openSync(this.#file, 'r+');
    const settings: CheckpointSettings = { file: this.#file, descriptor: this.#descriptor };
    const worker = new Worker(workerFile('checkpoint-worker'), { workerData: settings, resourceLimits: MEMORY });
    worker.on('message', () => {
      this.#copying = false;
      this.#onCopied();
    });
    // A disk that fails here fails the writer, too: it ends, and says so to everybody who waits.
    worker.on('error', (error: Error) => {
      throw error;
    });
    return worker;
  }
}
