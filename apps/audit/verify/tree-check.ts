/**
 * (b) The tree over the whole log in commit order, made again and compared with every checkpoint and, leaf by leaf, with the
 * leaf file. It says how far the log is vouched for and where it begins to differ; which events those are is another step.
 */
import type { RecordedEvent } from '@oss/event-store';
import type { LeafFile } from '../checkpoints/leaf-file';
import { Frontier } from '../merkle/frontier';
import { leafHash } from '../merkle/hashing';
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

export class TreeCheck {
  readonly #frontier = new Frontier();
  readonly #checkpoints: readonly Checkpoint[];
  readonly #leaves: LeafFile | null;
  #next = 0;
  #last: RecordedEvent | null = null;
  #vouched: Place | null = null;
  #disagrees: Checkpoint | null = null;
  #differsAt: number | null = null;

  /** @param checkpoints one for each size, smallest first */
  constructor(checkpoints: readonly Checkpoint[], leaves: LeafFile | null) {
    this.#checkpoints = checkpoints;
    this.#leaves = leaves;
    while (this.#checkpoints[this.#next]?.size === 0) this.#next += 1;
  }

  take(event: RecordedEvent): void {
    const leaf = leafHash(event.hash);
    const index = this.#frontier.size;
    if (this.#differsAt === null && this.#leaves !== null && index < this.#leaves.size) {
      if (!leaf.equals(this.#leaves.leaf(index))) this.#differsAt = index;
    }
    this.#frontier.append(leaf);
    this.#last = event;
    const checkpoint = this.#checkpoints[this.#next];
    if (checkpoint?.size !== this.#frontier.size) return;
    this.#next += 1;
    if (this.#frontier.root().equals(checkpoint.root)) this.#vouched = placeOf(event, checkpoint.size);
    else this.#disagrees ??= checkpoint;
  }

  finish(): TreeOutcome {
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

function placeOf({ stream, revision, recordedAt }: RecordedEvent, place: number): Place {
  return { place, stream, revision, recordedAt };
}
