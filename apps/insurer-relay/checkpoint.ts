/**
 * How far the log has been published: a position, and the years held back with the revision from which each is owed. It is
 * written in the very transaction that publishes, so the two never differ.
 */
import { BENEFIT_YEAR_PREFIX } from '@oss/settlement';

export interface RelayCheckpoint {
  /** Everything up to it has been published or is held; null before the log's first event. */
  readonly position: bigint | null;
  readonly held: readonly { readonly stream: string; readonly from: number }[];
}

export const LOG_BEGINNING: RelayCheckpoint = { position: null, held: [] };

export function checkpointText({ position, held }: RelayCheckpoint): string {
  return JSON.stringify({ version: 1, position: position === null ? null : String(position), held });
}

/** @throws Error on a text that is none: going on from a guess would publish twice or not at all */
export function parseCheckpoint(text: string): RelayCheckpoint {
  const { version, position, held } = JSON.parse(text) as Record<string, unknown>;
  const known = version === 1 && (position === null || (typeof position === 'string' && /^\d+$/.test(position)));
  if (!known || !Array.isArray(held) || !held.every(isHeld)) throw new Error('the checkpoint of the relay cannot be read');
  return { position: position === null ? null : BigInt(position as string), held };
}

function isHeld(value: unknown): value is RelayCheckpoint['held'][number] {
  const { stream, from } = value as { stream?: unknown; from?: unknown };
  return typeof stream === 'string' && stream.startsWith(BENEFIT_YEAR_PREFIX) && Number.isSafeInteger(from);
}
