/** JSON text put together as UTF-8 bytes: pieces that were encoded once are copied, only what varies is encoded. */

const FIRST_BYTES = 16_384;
const MOST_BYTES_PER_UNIT = 3;

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
