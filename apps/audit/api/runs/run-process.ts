/**
 * One run as a process of its own, behind every other one in the queue for the processor (nice): whatever an auditor asks for,
 * the discharge window does not wait for it. Its result goes to a file without passing through us; it tells of its progress on stderr.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { ProgressLine } from '../../cli/progress-lines';

/** The lowest but nine, as `nice` has it by default. */
const NICE = 10;
/** Of what it says beside its progress, the last so many characters are kept. */
const MAX_WORDS = 4_000;
/** After this time a process that was asked to end is killed. */
const PATIENCE_MS = 3_000;

export interface RunCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

export interface ProcessEnd {
  /** Exit code; null when a signal ended it, or when it could not be started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said last beside its progress. */
  readonly words: string;
}

export class RunProcess {
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  #words = '';

  /** @param resultFile takes its stdout @param onLine is told of its progress and of its summary */
  constructor(command: RunCommand, directory: string, resultFile: string, onLine: (line: ProgressLine) => void) {
    const result = openSync(resultFile, 'w', 0o600);
    try {
      this.#child = spawn(command.file, command.args, {
        cwd: directory,
        env: command.environment,
        stdio: ['ignore', result, 'pipe'],
      });
    } finally {
      closeSync(result);
    }
    this.#yieldToOthers();
    createInterface({ input: this.#child.stderr! }).on('line', (text) => this.#take(text, onLine));
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve({ code: null, signal: null, words: error.message }));
      this.#child.once('close', (code, signal) => resolve({ code, signal, words: this.#words }));
    });
  }

  /** Ends it, and waits until it has ended. */
  async kill(): Promise<void> {
    this.#child.kill('SIGTERM');
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    await this.ended;
    clearTimeout(hard);
  }

  /** Before it has begun a thread: they inherit it. */
  #yieldToOthers(): void {
    try {
      if (this.#child.pid !== undefined) setPriority(this.#child.pid, NICE);
    } catch {
      // It has ended already, or the system knows no priorities: then it runs as we do.
    }
  }

  #take(text: string, onLine: (line: ProgressLine) => void): void {
    const line = progressLine(text);
    if (line !== null) onLine(line);
    else this.#words = `${this.#words}${text}\n`.slice(-MAX_WORDS);
  }
}

function progressLine(text: string): ProgressLine | null {
  if (!text.startsWith('{"progress":') && !text.startsWith('{"summary":')) return null;
  try {
    return JSON.parse(text) as ProgressLine;
  } catch {
    return null;
  }
}
