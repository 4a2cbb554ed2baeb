/** A subscription's place in the log: takes the next matching event from memory when it can, else from a page of the file. */
import type { Source } from '../delivery/source';
import type { Filter } from '../event-store';
import { matches } from '../filter';
import type { Recorded } from '../recorded';
import type { Reader } from './reader';
import type { Tail } from './tail';

const PAGE_ROWS = 256;
/** Events of the tail that one call may pass over; the rest waits for the caller's next turn. */
const MAX_SKIPPED = 1_024;

export class Cursor implements Source {
  position: number;
  before: number;
  readonly #reader: Reader;
  readonly #tail: Tail;
  readonly #filter: Filter | undefined;
  #page: readonly Recorded[] = [];
  #index = 0;
  #pageEnd: number;

  constructor(reader: Reader, tail: Tail, filter: Filter | undefined, position: number) {
    this.#reader = reader;
    this.#tail = tail;
    this.#filter = filter;
    this.position = position;
    this.before = position;
    this.#pageEnd = position;
  }

  get atEnd(): boolean {
    return this.position >= this.#tail.last;
  }

  next(): Recorded | undefined {
    const event = this.#next();
    if (event) this.before = Number(event.position) - 1;
    return event;
  }

  #next(): Recorded | undefined {
    const event = this.#fromPage() ?? this.#fromTail();
    if (event || this.atEnd || this.#tail.at(this.position + 1)) return event;
    const { events, upTo } = this.#reader.logPage(this.position, this.#filter, PAGE_ROWS, this.#tail.last);
    this.#page = events;
    this.#index = 0;
    this.#pageEnd = upTo;
    return this.#fromPage();
  }

  #fromPage(): Recorded | undefined {
    if (this.#index < this.#page.length) {
      const event = this.#page[this.#index++]!;
      this.position = Number(event.position);
      if (this.#index === this.#page.length) {
        this.position = this.#pageEnd;
        this.#page = [];
      }
      return event;
    }
    this.position = Math.max(this.position, this.#pageEnd);
    return undefined;
  }

  #fromTail(): Recorded | undefined {
    for (let skipped = 0; skipped < MAX_SKIPPED; skipped++) {
      const event = this.#tail.at(this.position + 1);
      if (!event) return undefined;
      this.position += 1;
      if (matches(event, this.#filter)) return event;
    }
    return undefined;
  }
}
