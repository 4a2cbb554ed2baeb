/**
 * A run as server-sent events: first how it stands, then each change, until it is over. An event is the whole run, so a slow
 * reader misses nothing by getting the last one only, and one that comes back needs nothing but the present.
 */
import { Readable } from 'node:stream';
import { isOver, type Run } from './run';
import type { RunListener } from './run-queue';

/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** How long a reader waits before it comes back. */
const RETRY = 'retry: 2000\n\n';

/** What an event shows of a run. */
export type RunShown = (run: Run) => object;

export class RunEvents extends Readable {
  #latest: Run | null;
  #wanted = false;
  readonly #show: RunShown;
  readonly #unwatch: () => void;
  readonly #heartbeat: NodeJS.Timeout;

  /** @param seen id of the last event that the reader has: then the present is not told again until it changes */
  constructor(run: Run, seen: number | null, watch: (listener: RunListener) => () => void, show: RunShown) {
    super();
    this.#show = show;
    this.#latest = run.sequence === seen ? null : run;
    this.#unwatch = watch((changed) => this.#take(changed));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.push(RETRY);
  }

  override _read(): void {
    this.#wanted = true;
    this.#flush();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#heartbeat);
    this.#unwatch();
    done(error);
  }

  #take(run: Run): void {
    this.#latest = run;
    this.#flush();
  }

  #beat(): void {
    if (this.#wanted) this.#wanted = this.push(': heartbeat\n\n');
  }

  #flush(): void {
    const run = this.#latest;
    if (run === null || !this.#wanted) return;
    this.#latest = null;
    this.#wanted = this.push(eventText(run, this.#show(run)));
    if (isOver(run)) this.push(null);
  }
}

/** The name of the event is the run's state; of a run under way `progress`. */
function eventText(run: Run, shown: object): string {
  const name = run.state === 'running' ? 'progress' : run.state;
  return `id: ${run.sequence}\nevent: ${name}\ndata: ${JSON.stringify(shown)}\n\n`;
}
