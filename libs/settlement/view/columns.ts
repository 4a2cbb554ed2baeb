/**
 * Text in columns where a Chinese character takes two places and a Latin one takes one: what the patient's statement and
 * the summary table are laid out with. Lays out only; knows no money.
 */
import { type Bp, shareOf } from '@oss/money';
import stringWidth from 'string-width';

/** Widest line of anything printed for people. */
export const PAGE_COLUMNS = 98;

/** Columns that a text takes on a terminal or on paper with a fixed pitch. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

export function padRight(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

export function padLeft(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - columnsOf(text))) + text;
}

/** Breaks a text into lines: between words of Latin script, between any two Chinese characters. */
export function wrap(text: string, columns: number): string[] {
  const pieces = text.match(/[\x21-\x7e]+|\s+|[^\x21-\x7e\s]/g) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line !== '' && columnsOf(line + piece.trimEnd()) > columns) {
      // A line never begins with the mark that closes the one before.
      if (/^[，。；：、）”]$/.test(piece)) {
        line += piece;
        continue;
      }
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else {
      line += piece;
    }
  }
  return line.trim() === '' ? lines : [...lines, line.trimEnd()];
}

/** A bar of whole blocks, as long as a share is of the whole; a share above zero is never invisible. */
export function bar(shareBp: Bp, cells: number): string {
  if (shareBp === 0) return '';
  const filled = shareOf(cells, shareBp);
  return filled === 0 ? '▏' : '█'.repeat(filled);
}
