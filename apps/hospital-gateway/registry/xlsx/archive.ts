/**
 * A spreadsheet file as the ZIP archive that it is: its parts by name, each inflated as a stream, no further than its bound.
 * The file is held in memory, never on disk, where a temporary copy of a roster would outlive whoever may read it.
 */
import { crc32 } from 'node:zlib';
import { Problem } from '@oss/host';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';

/** A sheet of Excel's most rows (1 048 576) with the roster's columns is smaller. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** A workbook has a few dozen parts. */
const MAX_PARTS = 2_000;

/** @throws Problem `unreadable-spreadsheet` whatever is wrong with the file: nothing of it can be trusted then */
export function unreadable(detail: string, cause?: unknown): Problem {
  return new Problem('unreadable-spreadsheet', detail, { cause });
}

/** Gathers the bytes of an upload. @throws Problem `spreadsheet-too-large` */
export async function wholeFile(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > MAX_FILE_BYTES) {
      throw new Problem('spreadsheet-too-large', `the file is larger than ${MAX_FILE_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export class Archive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws Problem `unreadable-spreadsheet` */
  static async open(file: Buffer): Promise<Archive> {
    try {
      const zip = await fromBufferPromise(file, { lazyEntries: true });
      if (zip.entryCount > MAX_PARTS) throw new Error(`${zip.entryCount} parts are no workbook`);
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName.toLowerCase(), entry);
      return new Archive(zip, entries);
    } catch (error) {
      throw unreadable('the file is no XLSX workbook: damaged, an old .xls, or protected by a password', error);
    }
  }

  /** Names of parts are compared without case, as the format wants it. */
  has(name: string): boolean {
    return this.entries.has(name.toLowerCase());
  }

  /** Bytes of a part when inflated, as the archive claims; `part` holds it to that. */
  sizeOf(name: string): number {
    return this.entries.get(name.toLowerCase())?.uncompressedSize ?? 0;
  }

  /**
   * The part's bytes, chunk by chunk.
   * @throws Problem `unreadable-spreadsheet` when it is missing, damaged, or inflates beyond `maxBytes` or its own claim
   */
  async *part(name: string, maxBytes: number): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name.toLowerCase());
    if (entry === undefined) throw unreadable(`the workbook has no part ${name}`);
    if (entry.uncompressedSize > maxBytes) throw unreadable(`${name} inflates to more than ${maxBytes} bytes`);
    let sum = 0;
    try {
      for await (const chunk of await this.zip.openReadStreamPromise(entry)) {
        sum = crc32(chunk as Buffer, sum);
        yield chunk as Buffer;
      }
    } catch (error) {
      throw error instanceof Problem ? error : unreadable(`${name} is damaged`, error);
    }
    if (sum !== entry.crc32) throw unreadable(`${name} is damaged: its checksum differs`);
  }

  /** Reads a part to its end and keeps nothing: so that a damaged file is refused before its first row is recorded. */
  async check(name: string, maxBytes: number): Promise<void> {
    const chunks = this.part(name, maxBytes);
    while (!(await chunks.next()).done);
  }
}
