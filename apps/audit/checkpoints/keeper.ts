/**
 * Keeps the tree of the log as the log grows, and signs checkpoints: a subscriber with its own place and a state of O(log n).
 * It never signs a log that contradicts what was signed before: then it stops, says so, and leaves settling alone.
 */
import type { EventStore, RecordedEvent, Subscription } from '@oss/event-store';
import { uuidv5 } from '@oss/host';
import { Frontier } from '../merkle/frontier';
import { leafHash } from '../merkle/hashing';
import { type Checkpoint, parseCheckpoint, signedCheckpoint } from '../notes/checkpoint';
import type { SigningKey } from '../notes/note-keys';
import { checkpointNotes, checkpointsFile, keepCheckpoint, leavesFile } from './audit-files';
import {
  CHECKPOINT_SIGNED,
  checkpointRevision,
  CHECKPOINTS_STREAM,
  checkpointsInLog,
  type CheckpointSigned,
} from './checkpoint-fact';
import { LeafFile } from './leaf-file';

const PLACE = 'audit-tree';

/** The log is not the one that was signed before. Nothing more is signed until an auditor has looked (`audit verify`). */
export class LogContradicts extends Error {
  override readonly name = 'LogContradicts';
}

export class CheckpointKeeper {
  readonly #store: EventStore;
  readonly #directory: string;
  readonly #key: SigningKey;
  readonly #leaves: LeafFile;
  #frontier = new Frontier();
  #position = 0n;
  /** Whether anything but checkpoints has come since the last one. */
  #grown = false;
  #signed: Checkpoint | null = null;
  #failure: LogContradicts | null = null;
  #subscription: Subscription | null = null;
  #signing: Promise<Checkpoint | null> = Promise.resolve(null);

  private constructor(store: EventStore, directory: string, key: SigningKey) {
    this.#store = store;
    this.#directory = directory;
    this.#key = key;
    this.#leaves = LeafFile.forWriting(leavesFile(directory));
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
    return this.#frontier.size;
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

  async stop(): Promise<void> {
    await this.#signing.catch(() => null);
    await this.#subscription?.stop();
    await this.#save(this.#position, this.#state());
    this.#leaves.close();
  }

  async #begin(): Promise<void> {
    this.#signed = await this.#lastSigned();
    const saved = await this.#store.loadCheckpoint(PLACE);
    if (saved?.state !== undefined) await this.#resume(saved.position, saved.state);
    const from = this.#position === 0n ? 'start' : this.#position;
    this.#subscription = this.#store.follow({ from }, (event) => this.#take(event));
  }

  /** The largest checkpoint that was ever signed, wherever it is kept: the file may know more than a log that was cut. */
  async #lastSigned(): Promise<Checkpoint | null> {
    const inLog = (await checkpointsInLog(this.#store)).map(({ data }) => data.checkpoint);
    const inFile = checkpointNotes(checkpointsFile(this.#directory));
    const last = inLog.at(-1);
    // The process may have died after the append and before the note was put down.
    if (last !== undefined && !inFile.includes(last)) keepCheckpoint(this.#directory, last);
    return [...inFile, ...inLog].map(parseCheckpoint).reduce<Checkpoint | null>(larger, null);
  }

  /** The event at the saved place must be the one whose leaf was the last of the saved tree. */
  async #resume(position: bigint, state: string): Promise<void> {
    const { grown, tree } = JSON.parse(state) as { grown: boolean; tree: string };
    const frontier = Frontier.fromJson(tree);
    if (frontier.size === 0 || frontier.size > this.#leaves.size) return;
    let last: RecordedEvent | null = null;
    for await (const event of this.#store.readAll({ after: position - 1n, limit: 1 })) last = event;
    if (last?.position !== position || !leafHash(last.hash).equals(this.#leaves.leaf(frontier.size - 1))) {
      throw new LogContradicts(`event ${frontier.size} of the log (position ${position}) is not the one that was there before`);
    }
    this.#frontier = frontier;
    this.#position = position;
    this.#grown = grown;
  }

  #state(): string {
    return JSON.stringify({ grown: this.#grown, tree: this.#frontier.toJson() });
  }

  #take(event: RecordedEvent): void {
    if (this.#failure !== null) return;
    const leaf = leafHash(event.hash);
    const { size } = this.#frontier;
    if (size >= this.#leaves.size) this.#leaves.append(leaf);
    else if (!leaf.equals(this.#leaves.leaf(size)))
      return this.#fail(`${event.stream}@${event.revision} stands where another event stood`);
    this.#frontier.append(leaf);
    this.#position = event.position;
    const signed = this.#signed;
    if (size + 1 === signed?.size && !this.#frontier.root().equals(signed.root)) {
      return this.#fail(`the first ${signed.size} events are not those of the checkpoint that was signed over them`);
    }
    // A checkpoint that counted as growth would call for the next one, for ever.
    if (event.stream !== CHECKPOINTS_STREAM) this.#grown = true;
  }

  async #sign(): Promise<Checkpoint | null> {
    await this.#subscription?.caughtUp();
    if (this.#failure !== null) throw this.#failure;
    const known = Math.max(this.signedSize, this.#leaves.size);
    if (this.#frontier.size < known) {
      this.#fail(`the log ends after ${this.#frontier.size} events, and ${known} have been seen`);
      throw this.#failure as unknown as LogContradicts;
    }
    if (!this.#grown) return null;
    this.#grown = false;
    const note = signedCheckpoint(this.#frontier.size, this.#frontier.root(), this.#key);
    const [position, state] = [this.#position, this.#state()];
    try {
      this.#leaves.sync();
      await this.#record(note, position);
    } catch (error) {
      this.#grown = true;
      throw error;
    }
    keepCheckpoint(this.#directory, note);
    await this.#save(position, state);
    return this.#signed;
  }

  async #record(note: string, position: bigint): Promise<void> {
    const checkpoint = parseCheckpoint(note);
    const data: CheckpointSigned = { checkpoint: note, position: String(position), size: checkpoint.size };
    const id = uuidv5(`${CHECKPOINT_SIGNED}\n${note}`);
    await this.#store.append(CHECKPOINTS_STREAM, await checkpointRevision(this.#store), [{ id, type: CHECKPOINT_SIGNED, data }]);
    this.#signed = checkpoint;
  }

  async #save(position: bigint, state: string): Promise<void> {
    if (position > 0n && this.#failure === null) await this.#store.saveCheckpoint(PLACE, { position, state });
  }

  #fail(reason: string): void {
    this.#failure = new LogContradicts(reason);
  }
}

function larger(one: Checkpoint | null, other: Checkpoint): Checkpoint {
  return one === null || other.size > one.size ? other : one;
}
