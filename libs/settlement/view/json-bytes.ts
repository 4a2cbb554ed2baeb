/** JSON text put together as UTF-8 bytes: pieces that were encoded once are copied, numbers are written digit by digit. */

const FIRST_BYTES = 16_384;
const MOST_BYTES_PER_UNIT = 3;
/** Digits of 2^53 − 1. */
const MOST_DIGITS = 16;
/** Below it a number is divided as a 32-bit integer. */
const SMALL = 2 ** 31;
const ASCII_0 = 0x30;

export class JsonBytes {
  /** Kept from one text to the next: as long as the longest one so far. */
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #end = 0;

  /** A new text begins; one that an error broke off is forgotten. */
  begin(): void {
    this.#end = 0;
  }

  /** A piece of JSON, encoded already. */
  piece(piece: Uint8Array): void {
    this.#reserve(piece.length);
    this.#bytes.set(piece, this.#end);
    this.#end += piece.length;
  }

  /** A number as JSON writes it. */
  number(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value >= SMALL || Object.is(value, -0)) {
      this.text(JSON.stringify(value));
      return;
    }
    this.#reserve(MOST_DIGITS);
    let digits = 1;
    for (let rest = (value / 10) | 0; rest > 0; rest = (rest / 10) | 0) digits += 1;
    let at = this.#end + digits;
    this.#end = at;
    let rest = value;
    do {
      at -= 1;
      this.#bytes[at] = ASCII_0 + (rest % 10);
      rest = (rest / 10) | 0;
    } while (rest > 0);
  }

  /** JSON text that varies. */
  text(json: string): void {
    this.#reserve(json.length * MOST_BYTES_PER_UNIT);
    this.#end += this.#bytes.write(json, this.#end, 'utf8');
  }

  /** All that was put since the text began, as bytes of their own. */
  take(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#end));
  }

  #reserve(more: number): void {
    const needed = this.#end + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }
}
