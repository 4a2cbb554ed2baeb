/**
 * How far the log has been published: a position, and the years held back with the revision from which each is owed. It is
 * written in the very transaction that publishes, so the two never differ.
 */
import { BENEFIT_YEAR_PREFIX } from '@oss/settlement';

export interface RelayCheckpoint {
  /** Everything up to it has been published or is held; null before the log's first event. */
  readonly position: bigint | null;
  readonly held: readonly { readonly stream: string; readonly from: number }[];
  /** Hash of the log's first relayed fact; null before it, and in checkpoints of before logs were named. */
  readonly log: string | null;
}

export const LOG_BEGINNING: RelayCheckpoint = { position: null, held: [], log: null };

export function checkpointText({ position, held, log }: RelayCheckpoint): string {
  return JSON.stringify({
    version: 1,
    position: position === null ? null : String(position),
    held,
    ...(log === null ? {} : { log }),
  });
}

/** @throws Error on a text that is none: going on from a guess would publish twice or not at all */
export function parseCheckpoint(text: string): RelayCheckpoint {
  const { version, position, held, log = null } = JSON.parse(text) as Record<string, unknown>;
  const known = version === 1 && (position === null || (typeof position === 'string' && /^\d+$/.test(position)));
  if (log !== null && !(typeof log === 'string' && /^[0-9a-f]{64}$/.test(log))) throw unreadable();
  if (!known || !Array.isArray(held) || !held.every(isHeld)) throw unreadable();
  return { position: position === null ? null : BigInt(position as string), held, log };
}

const unreadable = (): Error => new Error('the checkpoint of the relay cannot be read');

function isHeld(value: unknown): value is RelayCheckpoint['held'][number] {
  const { stream, from } = value as { stream?: unknown; from?: unknown };
  return typeof stream === 'string' && stream.startsWith(BENEFIT_YEAR_PREFIX) && Number.isSafeInteger(from);
}
