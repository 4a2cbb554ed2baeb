/** Adopted content by digest, read from its streams when first asked for and kept: it never changes under its digest. */
import type { EventStore, RecordedEvent } from '@oss/event-store';
import { LRUCache } from 'lru-cache';

/** More versions of law than a province has; beyond, the least used is read again when needed. */
const MAX_CONTENTS = 2_000;

export class ContentLibrary<C extends object> {
  readonly #contents = new LRUCache<string, C>({ max: MAX_CONTENTS });
  /** Events already read, by "stream@revision". */
  readonly #digests = new LRUCache<string, string>({ max: MAX_CONTENTS });

  constructor(
    private readonly store: EventStore,
    private readonly contentIn: (event: RecordedEvent) => { readonly digest: string; readonly content: C } | null,
  ) {}

  /** The content with a digest, if it has been loaded. */
  get(digest: string): C | null {
    return this.#contents.get(digest) ?? null;
  }

  /** Reads a stream of content; answers how many versions it holds. @throws when one cannot be used */
  async load(stream: string): Promise<number> {
    let count = 0;
    for await (const event of this.store.readStream(stream)) {
      const key = `${event.stream}@${event.revision}`;
      const known = this.#digests.get(key);
      if (known !== undefined && this.#contents.has(known)) {
        count += 1;
        continue;
      }
      const found = this.contentIn(event);
      if (found === null) continue;
      this.#contents.set(found.digest, found.content);
      this.#digests.set(key, found.digest);
      count += 1;
    }
    return count;
  }
}
