/**
 * The texts that a workbook's cells share: most rosters keep every text here, two or three per person. They are kept as bytes
 * in one buffer, a third of what strings of their own would take, and no more than a bound.
 */
import { type Archive, unreadable } from './archive';
import { plainText, RichText } from './rich-text';
import { readXml } from './xml';

/** Inflated bytes of the part, markup included. */
export const MAX_STRINGS_BYTES = 512 * 1024 * 1024;
/** Bytes of the texts alone: a full sheet of persons has about 60 MB. */
const MAX_KEPT_BYTES = 96 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;
const FIRST_COUNT = 4_096;

export class SharedStrings {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  /** Where each text ends. */
  #ends = new Uint32Array(FIRST_COUNT);
  #count = 0;
  #length = 0;

  /** @throws Problem `unreadable-spreadsheet` */
  static async read(archive: Archive, part: string): Promise<SharedStrings> {
    const strings = new SharedStrings();
    const text = new RichText();
    await readXml(part, archive.part(part, MAX_STRINGS_BYTES), {
      open: (name) => (name === 'si' ? text.begin() : text.open(name)),
      text: (piece) => text.add(piece),
      close: (name) => (name === 'si' ? strings.#add(text.end()) : text.close(name)),
    });
    return strings;
  }

  /** @throws Problem `unreadable-spreadsheet` when a cell names a text that is not there */
  at(index: number): string {
    if (!(index >= 0 && index < this.#count)) throw unreadable('a cell names a shared text that is not there');
    const text = this.#bytes.toString('utf8', index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]);
    return plainText(text);
  }

  #add(text: string): void {
    const end = this.#length + Buffer.byteLength(text);
    if (end > MAX_KEPT_BYTES) throw unreadable(`the workbook's texts take more than ${MAX_KEPT_BYTES} bytes`);
    if (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], Math.max(end, this.#bytes.length * 2));
    if (this.#count === this.#ends.length) {
      const more = new Uint32Array(this.#ends.length * 2);
      more.set(this.#ends);
      this.#ends = more;
    }
    this.#bytes.write(text, this.#length);
    this.#ends[this.#count] = end;
    this.#count += 1;
    this.#length = end;
  }
}
