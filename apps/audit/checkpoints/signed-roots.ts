/**
 * What the checkpoints of the log must say: each, whoever appended it, is signed with the log's key and gives the root that the
 * tree had at its size. The tree as it stood at the last one that did is kept, so that the next costs the leaves between them.
 */
import type { RecordedEvent } from '@oss/event-store';
import { Frontier } from '../merkle/frontier';
import { type Checkpoint, parseCheckpoint, trustedCheckpoint } from '../notes/checkpoint';
import type { VerifierKey } from '../notes/note-keys';
import { BadNote } from '../notes/signed-note';
import type { CheckpointSigned } from './checkpoint-fact';
import type { LeafFile } from './leaf-file';

/** Leaves that are taken from the file at once. */
const LEAVES_AT_ONCE = 4_096;

/** The log is not the one that was signed before. Nothing more is signed until an auditor has looked (`audit verify`). */
export class LogContradicts extends Error {
  override readonly name = 'LogContradicts';
}

export class SignedRoots {
  #own: { readonly note: string; readonly tree: Frontier } | null = null;

  constructor(
    private readonly key: VerifierKey,
    private readonly leaves: LeafFile,
    /** The tree at a size that is proven, or the empty one. */
    public proven: Frontier,
  ) {}

  /** Our own, about to be appended, and the tree that it covers: it need not be found true again. */
  expect(note: string, tree: Frontier): void {
    this.#own = { note, tree };
  }

  /**
   * A checkpoint that the log holds. @param tree what stands before it
   * @returns it, when it is true @throws LogContradicts
   */
  take(event: RecordedEvent<CheckpointSigned>, tree: Frontier): Checkpoint {
    if (event.data.checkpoint === this.#own?.note) {
      this.proven = this.#own.tree;
      return parseCheckpoint(this.#own.note);
    }
    const where = `${event.stream}@${event.revision}`;
    const checkpoint = this.#trusted(event.data.checkpoint, where);
    const { size, root } = checkpoint;
    if (size > tree.size) throw new LogContradicts(`${where} covers ${size} events, and ${tree.size} stand before it`);
    const then = size === tree.size ? tree.copy() : this.#treeAt(size);
    if (!then.root().equals(root)) {
      throw new LogContradicts(`the first ${size} events are not those that the checkpoint ${where} was signed over`);
    }
    this.proven = then;
    return checkpoint;
  }

  #trusted(note: string, where: string): Checkpoint {
    try {
      return trustedCheckpoint(note, this.key);
    } catch (error) {
      if (!(error instanceof BadNote)) throw error;
      throw new LogContradicts(
        `${where} cannot be trusted (${error.message}): one log has one key; give every process that signs the same OSS_CHECKPOINT_KEY_FILE`,
      );
    }
  }

  #treeAt(size: number): Frontier {
    return grown(size < this.proven.size ? new Frontier() : this.proven.copy(), this.leaves, size);
  }
}

/** A tree and the leaves that come after it, up to `size`. */
export function grown(tree: Frontier, leaves: LeafFile, size: number): Frontier {
  while (tree.size < size) {
    tree.appendAll(leaves.read(tree.size, Math.min(LEAVES_AT_ONCE, size - tree.size)));
  }
  return tree;
}
