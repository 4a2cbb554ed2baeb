/**
 * The leaf hashes of the log, 32 bytes each, in a file beside it. A checkpoint proves them genuine, and then they tell which
 * event of a changed log is not the one that was signed. Appended to, compared with, never rewritten.
 */
import { closeSync, fsyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { HASH_BYTES } from '../merkle/hashing';

/** Leaves that wait to be written together, and that one read of the file takes. */
const LEAVES_AT_ONCE = 4_096;

export class LeafFile {
  readonly #file: number;
  /** Leaves in the file, those that wait included. */
  #size: number;
  /** Leaves that wait, one after another: copies, so that none of them lives on as an object of its own. */
  #waiting = Buffer.alloc(0);
  #waitingBytes = 0;
  #page: Buffer = Buffer.alloc(0);
  #pageStart = 0;

  private constructor(file: number) {
    this.#file = file;
    this.#size = Math.floor(fstatSync(file).size / HASH_BYTES);
  }

  /** For the one that appends: half a leaf, left by a crash, is cut off. */
  static forWriting(path: string): LeafFile {
    const file = openSync(path, 'a+');
    const opened = new LeafFile(file);
    ftruncateSync(file, opened.#size * HASH_BYTES);
    return opened;
  }

  /** Null when there is no such file. */
  static forReading(path: string): LeafFile | null {
    try {
      return new LeafFile(openSync(path, 'r'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Buffer): void {
    if (this.#waiting.length === 0) this.#waiting = Buffer.alloc(LEAVES_AT_ONCE * HASH_BYTES);
    // Full still: the last write failed.
    if (this.#waitingBytes === this.#waiting.length) this.#write();
    this.#waitingBytes += leaf.copy(this.#waiting, this.#waitingBytes);
    this.#size += 1;
    if (this.#waitingBytes === this.#waiting.length) this.#write();
  }

  /** The leaf at a place below `size`. */
  leaf(index: number): Buffer {
    this.#write();
    const inPage = (index - this.#pageStart) * HASH_BYTES;
    if (inPage < 0 || inPage + HASH_BYTES > this.#page.length) {
      this.#page = this.read(index, Math.min(LEAVES_AT_ONCE, this.#size - index));
      this.#pageStart = index;
      return this.#page.subarray(0, HASH_BYTES);
    }
    return this.#page.subarray(inPage, inPage + HASH_BYTES);
  }

  /** `count` leaves from a place on, one after another. */
  read(from: number, count: number): Buffer {
    this.#write();
    const bytes = Buffer.alloc(count * HASH_BYTES);
    for (let done = 0; done < bytes.length;) {
      const read = readSync(this.#file, bytes, done, bytes.length - done, from * HASH_BYTES + done);
      if (read === 0) throw new RangeError(`the leaf file ends before leaf ${from + count}`);
      done += read;
    }
    return bytes;
  }

  /** What was appended is on disk. */
  sync(): void {
    this.#write();
    fsyncSync(this.#file);
  }

  close(): void {
    this.#write();
    closeSync(this.#file);
  }

  #write(): void {
    if (this.#waitingBytes === 0) return;
    writeSync(this.#file, this.#waiting, 0, this.#waitingBytes);
    this.#waitingBytes = 0;
  }
}
