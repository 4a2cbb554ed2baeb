/** A row of the file as a fact: what a column holds is made readable when somebody asks for it, for most is never asked. */
import type { RecordedEvent } from '../event-store';
import { instantText } from '../sealing';
import { dashed } from './schema';

/** What a fact says and where it stands; its seal is left unread. */
export type Fact = Omit<RecordedEvent, 'hash' | 'due' | 'trace'>;

/** A fact and its seal; what stands outside the seal is left unread. */
export interface SealedFact extends Omit<RecordedEvent, 'due' | 'trace'> {
  /** The bytes of `text`, where they are at hand: quicker to hash than the text, and the very ones that are stored. */
  readonly bytes?: Uint8Array | undefined;
}

type Columns = [position: number, revision: number, id: string, type: string, data: string | Uint8Array, recordedAt: number];
/** Columns in the order of `FACT`, and what a statement adds to them. */
export type FactRow = readonly [...Columns, ...unknown[]];
/** The same of `SEALED_FACT`. */
export type SealedRow = readonly [...Columns, hash: string, ...unknown[]];

/**
 * A text is read as bytes when it is long: SQLite's way to a text costs by the character where one of them is not ASCII, as in
 * every bill, and hashing it would turn it into bytes again. Bytes cost more than a short text, and the same whatever their number.
 */
const LONG_TEXT_BYTES = 1_536;

export const FACT = 'e.position, e.revision, lower(hex(e.id)), e.type, e.data, e.recorded_at';
export const SEALED_FACT = `e.position, e.revision, lower(hex(e.id)), e.type,
  iif(octet_length(e.data) > ${LONG_TEXT_BYTES}, CAST(e.data AS BLOB), e.data), e.recorded_at, lower(hex(e.hash))`;

export class StoredFact implements Fact {
  #data: unknown;
  #text: string | undefined;

  constructor(
    readonly stream: string,
    protected readonly row: FactRow,
  ) {}

  get position(): bigint {
    return BigInt(this.row[0]);
  }

  get revision(): number {
    return this.row[1];
  }

  get id(): string {
    return dashed(this.row[2]);
  }

  get type(): string {
    return this.row[3];
  }

  get text(): string {
    const stored = this.row[4];
    return typeof stored === 'string' ? stored : (this.#text ??= textOf(stored));
  }

  get recordedAt(): string {
    return instantText(this.row[5]);
  }

  get data(): unknown {
    return (this.#data ??= JSON.parse(this.text));
  }
}

export class StoredSealedFact extends StoredFact implements SealedFact {
  readonly hash: string;

  constructor(stream: string, row: SealedRow) {
    super(stream, row);
    this.hash = row[6];
  }

  get bytes(): Uint8Array | undefined {
    const stored = this.row[4];
    return typeof stored === 'string' ? undefined : stored;
  }
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}
