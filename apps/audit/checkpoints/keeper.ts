/**
 * Keeps the tree of the log as the log grows, and signs checkpoints: a subscriber with its own place and a state of O(log n).
 * It never signs a log that contradicts what was signed before: then it stops, says so, and leaves settling alone. Several
 * may look at one log with one key: a checkpoint is appended only behind the last one that its signer has found true.
 */
import {
  type EventStore,
  type RecordedEvent,
  StoreUnavailable,
  type Subscription,
  WrongExpectedRevision,
} from '@oss/event-store';
import { uuidv5 } from '@oss/host';
import { Frontier } from '../merkle/frontier';
import { leafHash } from '../merkle/hashing';
import { type Checkpoint, parseCheckpoint, signedCheckpoint } from '../notes/checkpoint';
import type { SigningKey } from '../notes/note-keys';
import { checkpointNotes, checkpointsFile, keepCheckpoint, leavesFile } from './audit-files';
import { CHECKPOINT_SIGNED, CHECKPOINTS_STREAM, type CheckpointSigned, lastCheckpointInLog } from './checkpoint-fact';
import { LeafFile } from './leaf-file';
import { LogContradicts, SignedRoots } from './signed-roots';
import { resumedPlace, savePlace, type TreePlace } from './tree-place';

/** How often another keeper may come between before this one leaves the signing to the next time. */
const MAX_RACES = 5;

export class CheckpointKeeper {
  readonly #store: EventStore;
  readonly #directory: string;
  readonly #key: SigningKey;
  readonly #leaves: LeafFile;
  readonly #roots: SignedRoots;
  #tree = new Frontier();
  #position = 0n;
  /** Size of the tree after the last event that was no checkpoint: one that counted as growth would call for the next, for ever. */
  #grownTo = 0;
  /** Of the last checkpoint of the log that is in the tree. */
  #revision: number | 'no_stream' = 'no_stream';
  #signed: Checkpoint | null = null;
  #failure: LogContradicts | null = null;
  #subscription: Subscription | null = null;
  #signing: Promise<Checkpoint | null> = Promise.resolve(null);

  private constructor(store: EventStore, directory: string, key: SigningKey) {
    this.#store = store;
    this.#directory = directory;
    this.#key = key;
    this.#leaves = LeafFile.forWriting(leavesFile(directory));
    this.#roots = new SignedRoots(key, this.#leaves, new Frontier());
  }

  /** Goes on where it stopped, or reads the log from its beginning. @throws LogContradicts */
  static async start(store: EventStore, directory: string, key: SigningKey): Promise<CheckpointKeeper> {
    const keeper = new CheckpointKeeper(store, directory, key);
    try {
      await keeper.#begin();
      return keeper;
    } catch (error) {
      keeper.#leaves.close();
      throw error;
    }
  }

  /** Events in the tree. */
  get size(): number {
    return this.#tree.size;
  }

  /** Events covered by the last checkpoint. */
  get signedSize(): number {
    return this.#signed?.size ?? 0;
  }

  /** Why nothing is signed any more, or null. */
  get failure(): LogContradicts | null {
    return this.#failure;
  }

  /**
   * Signs the tree as it is and appends the checkpoint to the log. @returns null when nothing but checkpoints has come since the last one
   * @throws LogContradicts; store errors: the next call tries again
   */
  sign(): Promise<Checkpoint | null> {
    return (this.#signing = this.#signing.catch(() => null).then(() => this.#sign()));
  }

  /** Ends at once, wherever in the log it is. */
  async stop(): Promise<void> {
    await this.#subscription?.stop();
    await this.#signing.catch(() => null);
    try {
      await this.#save(this.#place());
    } catch (error) {
      // Then the next start goes on from an earlier place.
      if (!(error instanceof StoreUnavailable)) throw error;
    } finally {
      this.#leaves.close();
    }
  }

  async #begin(): Promise<void> {
    this.#signed = await this.#lastSigned();
    const { position, tree, proven, grownTo } = await resumedPlace(this.#store, this.#leaves);
    [this.#position, this.#tree, this.#grownTo, this.#roots.proven] = [position, tree, grownTo, proven];
    this.#revision = await this.#revisionAt(position);
    const from = position === 0n ? 'start' : position;
    this.#subscription = this.#store.follow({ from }, (event) => this.#take(event));
  }

  /** The largest checkpoint that was ever signed, wherever it is kept: the file may know more than a log that was cut. */
  async #lastSigned(): Promise<Checkpoint | null> {
    const inLog = (await lastCheckpointInLog(this.#store))?.data.checkpoint;
    const inFile = checkpointNotes(checkpointsFile(this.#directory));
    // The process may have died after the append and before the note was put down.
    if (inLog !== undefined && !inFile.includes(inLog)) keepCheckpoint(this.#directory, inLog);
    return [...inFile, ...(inLog === undefined ? [] : [inLog])].map(parseCheckpoint).reduce<Checkpoint | null>(larger, null);
  }

  /** The last revision of the checkpoints' stream that stands up to a position. */
  async #revisionAt(position: bigint): Promise<number | 'no_stream'> {
    for await (const event of this.#store.readStream(CHECKPOINTS_STREAM, { direction: 'backwards' }))
      if (event.position <= position) return event.revision;
    return 'no_stream';
  }

  #take(event: RecordedEvent): void {
    if (this.#failure !== null) return;
    try {
      this.#check(event);
    } catch (error) {
      if (!(error instanceof LogContradicts)) throw error;
      this.#failure = error;
    }
  }

  #check(event: RecordedEvent): void {
    const isCheckpoint = event.stream === CHECKPOINTS_STREAM;
    const leaf = leafHash(event.hash);
    const { size } = this.#tree;
    if (size >= this.#leaves.size) this.#leaves.append(leaf);
    else if (!leaf.equals(this.#leaves.leaf(size)))
      throw new LogContradicts(`${event.stream}@${event.revision} stands where another event stood`);
    if (isCheckpoint && event.type === CHECKPOINT_SIGNED) this.#accept(event as RecordedEvent<CheckpointSigned>);
    this.#tree.append(leaf);
    this.#position = event.position;
    const signed = this.#signed;
    if (size + 1 === signed?.size && !this.#tree.root().equals(signed.root)) {
      throw new LogContradicts(`the first ${signed.size} events are not those of the checkpoint that was signed over them`);
    }
    if (isCheckpoint) this.#revision = event.revision;
    else this.#grownTo = this.#tree.size;
  }

  /** A checkpoint of the log, its own or another keeper's. */
  #accept(event: RecordedEvent<CheckpointSigned>): void {
    this.#remember(this.#roots.take(event, this.#tree), event.data.checkpoint);
  }

  #remember(checkpoint: Checkpoint, note: string): void {
    if (checkpoint.size <= this.signedSize) return;
    keepCheckpoint(this.#directory, note);
    this.#signed = checkpoint;
  }

  async #sign(): Promise<Checkpoint | null> {
    for (let races = 0; ; races++) {
      await this.#subscription?.caughtUp();
      this.#assertWhole();
      if (this.#grownTo <= this.signedSize) return null;
      const note = signedCheckpoint(this.#tree.size, this.#tree.root(), this.#key);
      const tree = this.#tree.copy();
      const place = { ...this.#place(), tree, proven: tree };
      this.#roots.expect(note, tree);
      try {
        this.#leaves.sync();
        await this.#record(note, place.position);
      } catch (error) {
        // Another keeper was first: its checkpoint is looked at before anything else is signed.
        if (error instanceof WrongExpectedRevision && races < MAX_RACES) continue;
        throw error;
      }
      await this.#save(place);
      return this.#signed;
    }
  }

  /** The log holds all that has been seen, and nothing in it contradicts that. */
  #assertWhole(): void {
    const known = Math.max(this.signedSize, this.#leaves.size);
    if (this.#failure === null && this.#tree.size < known) {
      this.#failure = new LogContradicts(`the log ends after ${this.#tree.size} events, and ${known} have been seen`);
    }
    if (this.#failure !== null) throw this.#failure;
  }

  async #record(note: string, position: bigint): Promise<void> {
    const checkpoint = parseCheckpoint(note);
    const data: CheckpointSigned = { checkpoint: note, position: String(position), size: checkpoint.size };
    const id = uuidv5(`${CHECKPOINT_SIGNED}\n${note}`);
    await this.#store.append(CHECKPOINTS_STREAM, this.#revision, [{ id, type: CHECKPOINT_SIGNED, data }]);
    this.#remember(checkpoint, note);
  }

  /** As it is now: what is saved must not grow meanwhile. */
  #place(): TreePlace {
    return { position: this.#position, tree: this.#tree.copy(), proven: this.#roots.proven, grownTo: this.#grownTo };
  }

  async #save(place: TreePlace): Promise<void> {
    if (this.#failure === null) await savePlace(this.#store, place);
  }
}

function larger(one: Checkpoint | null, other: Checkpoint): Checkpoint {
  return one === null || other.size > one.size ? other : one;
}
