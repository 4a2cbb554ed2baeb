/** A text in pieces of several fonts, as one text without them; how to pronounce it (`rPh`) is not part of it. */

/** Excel's own limit of a cell; what is longer is cut, and too long for every column of a roster. */
export const MAX_CELL_CHARS = 32_767;

export class RichText {
  #text = '';
  #inText = false;
  #pronounced = false;

  begin(): void {
    this.#text = '';
    this.#inText = false;
    this.#pronounced = false;
  }

  open(name: string): void {
    if (name === 'rPh') this.#pronounced = true;
    if (name === 't') this.#inText = !this.#pronounced;
  }

  add(piece: string): void {
    if (this.#inText && this.#text.length <= MAX_CELL_CHARS) this.#text += piece.slice(0, MAX_CELL_CHARS + 1);
  }

  close(name: string): void {
    if (name === 'rPh') this.#pronounced = false;
    if (name === 't') this.#inText = false;
  }

  end(): string {
    return this.#text;
  }
}

/** With the characters that XML cannot hold, which spreadsheets write as `_x000D_`. */
export function plainText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
