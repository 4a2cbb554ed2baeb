/**
 * (b) The tree over the whole log in commit order, made again and compared with every checkpoint and, leaf by leaf, with the
 * leaf file. It says how far the log is vouched for and where it begins to differ; which events those are is another step.
 */
import type { SealedFact } from '@oss/event-store';
import type { LeafFile } from '../checkpoints/leaf-file';
import { Frontier } from '../merkle/frontier';
import { HASH_BYTES, writeLeafHash } from '../merkle/hashing';
import type { Checkpoint } from '../notes/checkpoint';

/** An event as the last one that a checkpoint covers. */
export interface Place {
  /** From 1. */
  readonly place: number;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
}

export interface TreeOutcome {
  readonly size: number;
  readonly last: Place | null;
  readonly checked: number;
  /** The last event up to which a checkpoint agrees with the log; null when none does. */
  readonly vouched: Place | null;
  /** The first checkpoint with another root than the log gives. */
  readonly disagrees: Checkpoint | null;
  /** The largest checkpoint, when the log ends before it. */
  readonly beyond: Checkpoint | null;
  /** Place in the log, from 0, of the first leaf that is not that of the leaf file. */
  readonly differsAt: number | null;
}

const PAGE_LEAVES = 512;

export class TreeCheck {
  readonly #frontier = new Frontier();
  readonly #checkpoints: readonly Checkpoint[];
  readonly #leaves: LeafFile | null;
  /** Leaves that are not in the frontier yet. */
  readonly #page = Buffer.alloc(PAGE_LEAVES * HASH_BYTES);
  #waiting = 0;
  #next = 0;
  #last: SealedFact | null = null;
  #vouched: Place | null = null;
  #disagrees: Checkpoint | null = null;
  #differsAt: number | null = null;

  /** @param checkpoints one for each size, smallest first */
  constructor(checkpoints: readonly Checkpoint[], leaves: LeafFile | null) {
    this.#checkpoints = checkpoints;
    this.#leaves = leaves;
    while (this.#checkpoints[this.#next]?.size === 0) this.#next += 1;
  }

  take(event: SealedFact): void {
    writeLeafHash(event.hash, this.#page, this.#waiting * HASH_BYTES);
    this.#waiting += 1;
    this.#last = event;
    const checkpoint = this.#checkpoints[this.#next];
    const isSigned = checkpoint?.size === this.#frontier.size + this.#waiting;
    if (isSigned || this.#waiting === PAGE_LEAVES) this.#flush();
    if (!isSigned) return;
    this.#next += 1;
    if (this.#frontier.root().equals(checkpoint.root)) this.#vouched = placeOf(event, checkpoint.size);
    else this.#disagrees ??= checkpoint;
  }

  /** Leaves are compared with the file's, and hashed, many at a time: half the work for each. */
  #flush(): void {
    const leaves = this.#page.subarray(0, this.#waiting * HASH_BYTES);
    if (this.#differsAt === null && this.#leaves !== null)
      this.#differsAt = firstDifference(this.#leaves, this.#frontier.size, leaves);
    this.#frontier.appendAll(leaves);
    this.#waiting = 0;
  }

  finish(): TreeOutcome {
    this.#flush();
    const { size } = this.#frontier;
    const largest = this.#checkpoints.at(-1);
    return {
      size,
      last: this.#last === null ? null : placeOf(this.#last, size),
      checked: this.#next,
      vouched: this.#vouched,
      disagrees: this.#disagrees,
      beyond: largest !== undefined && largest.size > size ? largest : null,
      differsAt: this.#differsAt,
    };
  }
}

function placeOf({ stream, revision, recordedAt }: SealedFact, place: number): Place {
  return { place, stream, revision, recordedAt };
}

/** Place of the first of these leaves that is not the file's, which may end before them; null when none differs. */
function firstDifference(file: LeafFile, from: number, leaves: Buffer): number | null {
  const count = Math.max(0, Math.min(file.size - from, leaves.length / HASH_BYTES));
  const kept = file.read(from, count);
  if (kept.equals(leaves.subarray(0, kept.length))) return null;
  for (let at = 0; at < kept.length; at += HASH_BYTES) {
    if (kept.compare(leaves, at, at + HASH_BYTES, at, at + HASH_BYTES) !== 0) return from + at / HASH_BYTES;
  }
  return null;
}
