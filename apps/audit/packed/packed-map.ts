/**
 * A map from texts to JSON values, kept as bytes outside the heap: for a million small entries, each of which is hardly ever looked
 * at again. An entry takes its JSON and some twenty bytes; as objects and texts it would take three times as much.
 */

/** Bytes are taken by the mebibyte; an entry that is longer has a chunk of its own. */
const CHUNK_BYTES = 1_048_576;
/** Of an entry: hash of its key, length of its JSON. */
const HEAD_BYTES = 8;
const FIRST_SLOTS = 1_024;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

export class PackedMap<V> {
  readonly #chunks: Buffer[] = [];
  /** Bytes of the last chunk that are taken. */
  #taken = CHUNK_BYTES;
  /** Open addressing: 1 + place of an entry, 0 where there is none. A power of two, at most three quarters of it in use. */
  #slots = new Float64Array(FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const place = this.#slots[this.#slotOf(key, hashOf(key))]!;
    return place === 0 ? undefined : this.#entryAt(place - 1)[1];
  }

  /** An entry that is replaced keeps its bytes: for what is set once and seldom again. */
  set(key: string, value: V): void {
    if ((this.#size + 1) * 4 > this.#slots.length * 3) this.#grow();
    const hash = hashOf(key);
    const slot = this.#slotOf(key, hash);
    if (this.#slots[slot] === 0) this.#size += 1;
    this.#slots[slot] = 1 + this.#write(hash, JSON.stringify([key, value]));
  }

  /** Where a key stands, or would stand. */
  #slotOf(key: string, hash: number): number {
    const last = this.#slots.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const place = this.#slots[slot]!;
      if (place === 0 || (this.#hashAt(place - 1) === hash && this.#entryAt(place - 1)[0] === key)) return slot;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    const last = this.#slots.length - 1;
    for (const place of before) {
      if (place === 0) continue;
      let slot = this.#hashAt(place - 1) & last;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & last;
      this.#slots[slot] = place;
    }
  }

  #write(hash: number, json: string): number {
    const length = Buffer.byteLength(json);
    const bytes = HEAD_BYTES + length;
    if (this.#taken + bytes > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(bytes, CHUNK_BYTES)));
      this.#taken = 0;
    }
    const chunk = this.#chunks.at(-1)!;
    const at = this.#taken;
    chunk.writeUInt32LE(hash, at);
    chunk.writeUInt32LE(length, at + 4);
    chunk.write(json, at + HEAD_BYTES);
    this.#taken += bytes;
    return (this.#chunks.length - 1) * CHUNK_BYTES + at;
  }

  #hashAt(place: number): number {
    return this.#chunkOf(place).readUInt32LE(place % CHUNK_BYTES);
  }

  #entryAt(place: number): readonly [string, V] {
    const chunk = this.#chunkOf(place);
    const from = (place % CHUNK_BYTES) + HEAD_BYTES;
    return JSON.parse(chunk.toString('utf8', from, from + chunk.readUInt32LE(from - 4))) as [string, V];
  }

  #chunkOf(place: number): Buffer {
    return this.#chunks[Math.floor(place / CHUNK_BYTES)]!;
  }
}

/** FNV-1a over the code units: the key itself decides, so what collides costs time and nothing else. */
export function hashOf(key: string): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), FNV_PRIME);
  return (hash ^ (hash >>> 15)) >>> 0;
}
