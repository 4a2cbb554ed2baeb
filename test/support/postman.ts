/**
 * The post office of a simulation: takes the place of the store's delivery and brings messages as badly as the promise "at
 * least once, in no order" allows: twice, late, crossed, side by side, or, when asked, not at all. Appends stay the store's.
 */
import type { EventStore, Filter, Handler, RecordedEvent, Subscription } from '@oss/event-store';
import type { Seeded } from './seeded';

interface Addressee {
  readonly filter: Filter | undefined;
  readonly handler: Handler;
}

export class Postman {
  readonly #addressees: Addressee[] = [];
  readonly #letters: { readonly to: Addressee; readonly event: RecordedEvent; delivered: boolean }[] = [];
  #read = 0n;

  constructor(
    private readonly real: EventStore,
    private readonly random: Seeded,
  ) {}

  /** The store as actors see it: everything is real but `work`. */
  get store(): EventStore {
    const work = (options: { filter?: Filter }, handler: Handler): Subscription => {
      this.#addressees.push({ filter: options.filter, handler });
      return { stop: () => Promise.resolve(), closed: Promise.resolve(), checkpoint: 0n, caughtUp: () => Promise.resolve() };
    };
    return new Proxy(this.real, {
      get: (target, name) => {
        if (name === 'work') return work;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  }

  /**
   * Delivers until every letter has been brought once.
   * @param lossPercent so many of a hundred letters are thrown away instead
   * @returns how often a handler was called
   */
  async deliver(lossPercent = 0): Promise<number> {
    let calls = 0;
    for (;;) {
      await this.#collect();
      const waiting = this.#letters.filter(({ delivered }) => !delivered);
      if (waiting.length === 0) return calls;
      const round = Array.from({ length: this.random.whole(1, 4) }, () =>
        this.random.pick(this.random.whole(0, 2) === 0 ? this.#letters : waiting),
      );
      await Promise.all(
        round.map(async (letter) => {
          const lost = !letter.delivered && this.random.whole(1, 100) <= lossPercent;
          letter.delivered = true;
          if (lost) return;
          calls += 1;
          await letter.to.handler(letter.event);
        }),
      );
    }
  }

  async #collect(): Promise<void> {
    for await (const event of this.real.readAll({ after: this.#read })) {
      this.#read = event.position;
      for (const to of this.#addressees) if (isFor(event, to.filter)) this.#letters.push({ to, event, delivered: false });
    }
  }
}

function isFor(event: RecordedEvent, filter: Filter | undefined): boolean {
  const { streamPrefixes, types, due } = filter ?? {};
  if (streamPrefixes !== undefined && !streamPrefixes.some((prefix) => event.stream.startsWith(prefix))) return false;
  if (types !== undefined && !types.includes(event.type)) return false;
  return due === undefined || (event.due !== undefined && due.includes(event.due));
}
