/**
 * A Map for what comes and goes: entries that live for milliseconds, in a map that lives as long as the process.
 *
 * V8's Map grows and shrinks by making a new table, and the outgrown one refers to the next (an iterator may still stand on it).
 * Once one such table is old garbage, every later one hangs on it, with all that was in them: keys, requests, events of a whole
 * minute then grow old with it, until a full collection. This one moves into a fresh Map, on which nothing old hangs, after every few entries.
 */

/** Entries after which it moves: a copy of the few that live costs less than any one of them. */
const ENTRIES_PER_MOVE = 128;

export class PassingMap<K, V> {
  #map: Map<K, V>;
  #entered = 0;

  constructor(entries?: Iterable<readonly [K, V]>) {
    this.#map = new Map(entries);
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  set(key: K, value: V): void {
    this.#map.set(key, value);
    this.#entered += 1;
    if (this.#entered < ENTRIES_PER_MOVE || this.#entered < this.#map.size) return;
    this.#entered = 0;
    this.#map = new Map(this.#map);
  }

  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  /** In the order of entering. What is set meanwhile may or may not come by. */
  values(): MapIterator<V> {
    return this.#map.values();
  }

  /** In the order of entering. What is set meanwhile may or may not come by. */
  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#map[Symbol.iterator]();
  }
}
