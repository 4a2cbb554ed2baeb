/**
 * Where a keeper goes on after a restart: the place that was saved, else, when that is of another keeper that is further on, the
 * last checkpoint that this one's own leaves reach. Never from the log's beginning, which may be years away.
 */
import { type Checkpoint as SavedPlace, eventAt, type EventStore, type RecordedEvent } from '@oss/event-store';
import { Frontier } from '../merkle/frontier';
import { leafHash } from '../merkle/hashing';
import { parseCheckpoint } from '../notes/checkpoint';
import { CHECKPOINT_SIGNED, CHECKPOINTS_STREAM, type CheckpointSigned } from './checkpoint-fact';
import type { LeafFile } from './leaf-file';
import { grown, LogContradicts } from './signed-roots';

const PLACE = 'audit-tree';

export interface TreePlace {
  /** Of the last event in the tree. */
  readonly position: bigint;
  readonly tree: Frontier;
  /** The tree at the last checkpoint that was found true. */
  readonly proven: Frontier;
  /** Size of the tree after the last event that was no checkpoint. */
  readonly grownTo: number;
}

const BEGINNING: TreePlace = { position: 0n, tree: new Frontier(), proven: new Frontier(), grownTo: 0 };

/** @throws LogContradicts when another event stands where the tree ended */
export async function resumedPlace(store: EventStore, leaves: LeafFile): Promise<TreePlace> {
  const saved = await store.loadCheckpoint(PLACE);
  const place = saved === null ? null : placeOf(saved);
  if (place === null) return copyOf(BEGINNING);
  const mine = place.tree.size <= leaves.size ? place : await lastReached(store, leaves);
  if (mine.tree.size > 0) await assertStands(store, leaves, mine);
  return copyOf(mine);
}

export async function savePlace(store: EventStore, place: TreePlace): Promise<void> {
  if (place.position === 0n) return;
  const state = JSON.stringify({ grownTo: place.grownTo, proven: place.proven.toJson(), tree: place.tree.toJson() });
  await store.saveCheckpoint(PLACE, { position: place.position, state });
}

/** What is saved; `grown` is how it was said before several keepers could look at one log. */
interface SavedState {
  readonly tree: string;
  readonly proven?: string;
  readonly grownTo?: number;
  readonly grown?: boolean;
}

function placeOf({ position, state }: SavedPlace): TreePlace | null {
  if (state === undefined) return null;
  const saved = JSON.parse(state) as SavedState;
  const tree = Frontier.fromJson(saved.tree);
  if (tree.size === 0) return null;
  const proven = saved.proven === undefined ? new Frontier() : Frontier.fromJson(saved.proven);
  return { position, tree, proven, grownTo: saved.grownTo ?? (saved.grown === true ? tree.size : 0) };
}

/** The last checkpoint of the log that the leaves at hand reach. */
async function lastReached(store: EventStore, leaves: LeafFile): Promise<TreePlace> {
  for await (const event of store.readStream(CHECKPOINTS_STREAM, { direction: 'backwards' })) {
    if (event.type !== CHECKPOINT_SIGNED) continue;
    const { checkpoint, position, size } = (event as RecordedEvent<CheckpointSigned>).data;
    if (size > leaves.size) continue;
    const tree = grown(new Frontier(), leaves, size);
    if (!tree.root().equals(parseCheckpoint(checkpoint).root)) {
      throw new LogContradicts(`the leaf file is not that of the checkpoint over ${size} events`);
    }
    return { position: BigInt(position), tree, proven: tree, grownTo: 0 };
  }
  return BEGINNING;
}

/** The event at the place must be the one whose leaf was the last of the tree. */
async function assertStands(store: EventStore, leaves: LeafFile, { position, tree }: TreePlace): Promise<void> {
  const last = await eventAt(store, position);
  if (last === null || !leafHash(last.hash).equals(leaves.leaf(tree.size - 1))) {
    throw new LogContradicts(`event ${tree.size} of the log (position ${position}) is not the one that was there before`);
  }
}

function copyOf({ position, tree, proven, grownTo }: TreePlace): TreePlace {
  return { position, tree: tree.copy(), proven: proven.copy(), grownTo };
}
