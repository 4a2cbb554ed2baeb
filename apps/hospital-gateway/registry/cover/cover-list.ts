/**
 * Persons' cover and categories, followed from the log into a file of its own (DATA_DIR/cover.sqlite), whose position names
 * how far it is. Delete the file: the next start reads the log again. The registry changes seldom, so the main thread writes
 * it, in small batches; reports read it in short slices, between which other requests get their turn.
 */
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { eventAt, type EventStore, type RecordedEvent, type Subscription } from '@oss/event-store';
import { EVENT_STORE, Health, LOGGER, Metrics, Problem, Settings } from '@oss/host';
import type { Logger } from 'pino';
import type { PersonRegistered } from '../records';
import { CoverFile, type PersonPlace, type PersonVersion, type RegionRange, type StandingPerson } from './cover-file';

export const COVER_FILE = 'cover.sqlite';
const PERSON_PREFIX = 'person-';
const PERSONS = { streamPrefixes: [PERSON_PREFIX], types: ['PersonRegistered', 'PersonErased'] };
/** Versions of one transaction, about 3 ms of the main loop; what waits for more is written after so long. */
const BATCH = 128;
const BATCH_MS = 250;
/** Persons of one slice of a report, about 3 ms. */
const SLICE = 500;
/** How long a report waits for the list to reach the head of the log; behind a large import that takes a while. */
const PATIENCE_MS = 30_000;
/** Pause before a list that failed is opened again. */
const PAUSE_MS = 5_000;

@Injectable()
export class CoverList implements OnApplicationBootstrap, OnApplicationShutdown {
  #file: CoverFile | null = null;
  #subscription: Subscription | null = null;
  #waiting: PersonVersion[] = [];
  #lastHash = '';
  #failure: string | null = null;
  #opening: Promise<void> = Promise.resolve();
  #flushTimer: NodeJS.Timeout | null = null;
  #openTimer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly settings: Settings,
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  /** Opens in the background: the start does not wait for it. */
  onApplicationBootstrap(): void {
    this.health.register('cover list', () => this.#failure ?? true);
    this.metrics.registerGauge('oss_cover_list_position', 'log position that the cover list has reached', () =>
      Number(this.#subscription?.checkpoint ?? 0n),
    );
    this.#opening = this.#open((path) => CoverFile.open(path));
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    if (this.#openTimer !== null) clearTimeout(this.#openTimer);
    await this.#opening;
    await this.#subscription?.stop();
    this.#flush();
    this.#close();
  }

  /**
   * The log position that reports of this instant rest on: everything registered before the call is in them.
   * @throws Problem `store-unavailable` (503) when the list cannot reach the head of the log in time
   */
  async caughtUp(): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, false)));
    const caught = this.#opening.then(() => this.#subscription?.caughtUp()).then(() => true);
    const inTime = await Promise.race([late, caught.catch(() => false)]).finally(() => clearTimeout(timer));
    this.#flush();
    if (!inTime || this.#file === null) throw behind();
    return this.#file.progress.position;
  }

  /**
   * Persons of the regions after a place, in the order of region and key, as they stood at a log position; slice by slice.
   * @throws Problem `store-unavailable` (503) when the file fails
   */
  async *persons(regions: RegionRange, after: PersonPlace | null, upTo: number): AsyncGenerator<readonly StandingPerson[]> {
    let place = after;
    for (;;) {
      const slice = this.#slice(regions, place, upTo);
      yield slice;
      if (slice.length < SLICE) return;
      place = slice.at(-1)!;
      await nextTurn();
    }
  }

  #slice(regions: RegionRange, after: PersonPlace | null, upTo: number): StandingPerson[] {
    if (this.#file === null) throw behind();
    try {
      return this.#file.persons(regions, after, upTo, SLICE);
    } catch (error) {
      this.#fail(error);
      throw behind();
    }
  }

  async #open(opened: (path: string) => CoverFile): Promise<void> {
    const path = join(this.settings.dataDir, COVER_FILE);
    try {
      this.#file = opened(path);
      const from = await this.#start(path);
      this.#subscription = this.store.follow({ filter: PERSONS, from }, (event) => this.#take(event));
      this.#failure = null;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Where to follow from. A file that has read another log than this one is emptied. */
  async #start(path: string): Promise<bigint | 'start'> {
    const { position, hash } = this.#file!.progress;
    if (position === 0) return 'start';
    const at = BigInt(position);
    if ((await eventAt(this.store, at))?.hash === hash) return at;
    this.logger.warn({ position }, 'the cover list was read from another log: it is made anew');
    this.#file!.close();
    this.#file = CoverFile.anew(path);
    return 'start';
  }

  #take(event: RecordedEvent): void {
    if (this.#file === null) return;
    this.#waiting.push(versionOf(event));
    this.#lastHash = event.hash;
    if (this.#waiting.length >= BATCH) this.#flush();
    else this.#flushTimer ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  #flush(): void {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#flushTimer = null;
    const versions = this.#waiting.splice(0);
    if (this.#file === null || versions.length === 0) return;
    try {
      this.#file.write(versions, { position: versions.at(-1)!.position, hash: this.#lastHash });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Whatever went wrong, the file is only a copy: it is made anew after a pause, and reports are refused until then. */
  #fail(error: unknown): void {
    this.#close();
    if (this.#stopped) return;
    this.logger.error({ err: error }, 'the cover list failed; it is made anew');
    this.#failure = `down: ${(error as Error | null)?.name ?? 'stopped'}`;
    const subscription = this.#subscription;
    this.#subscription = null;
    this.#openTimer = setTimeout(() => {
      this.#opening = Promise.resolve(subscription?.stop()).then(() => this.#open((path) => CoverFile.anew(path)));
    }, PAUSE_MS);
  }

  #close(): void {
    this.#waiting = [];
    this.#file?.close();
    this.#file = null;
  }
}

function versionOf({ position, stream, type, data }: RecordedEvent): PersonVersion {
  const at = { position: Number(position), personKey: stream.slice(PERSON_PREFIX.length) };
  if (type === 'PersonErased') return { ...at, region: '', facts: null };
  const { categories, cover, diedOn, region } = data as PersonRegistered;
  return { ...at, region, facts: { categories, cover, ...(diedOn === undefined ? {} : { diedOn }) } };
}

function behind(): Problem {
  return new Problem('store-unavailable', 'the cover list is behind the log');
}
