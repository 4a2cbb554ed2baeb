/**
 * How identities stand in KurrentDB, in streams beside the log that can be erased, and the reading of them: `identity-<hmac>`
 * holds the sealed identity, `person-<personKey>` the way back to it. The gateways write them, the auditor's command line reads.
 */
import { type ErasableEntry, ErasableStreams } from '@oss/event-store';
import { assertSameKey, type IdentityKeys, IdentityKeysError, keyCheckValue } from './identity-keys';
import { type KnownPerson, openIdentity, sealIdentity } from './sealing';

const KEY_CHECK = 'identity-keys';

/** An identity as an entry holds it: the person's data key and the identity under it, both in base64. */
export interface SealedEntry extends Record<string, string> {
  readonly personKey: string;
  readonly wrapped: string;
  readonly sealed: string;
}

/** The stream of a person's identity; `previous` is one that is being left because the id number was corrected. */
export interface WayBack {
  readonly stream: string;
  readonly previous?: string;
}

/** The stream in which an id number stands, by its lookup value. */
export const identityStream = (lookup: string): string => `identity-${lookup}`;
/** The stream that leads from a personKey to the identity. */
export const wayBackStream = (personKey: string): string => `person-${personKey}`;

export const streamsOf = ({ stream, previous }: WayBack): readonly string[] =>
  previous === undefined ? [stream] : [stream, previous];

export function sealedEntry(master: Buffer, personKey: string, person: KnownPerson): SealedEntry {
  const { wrapped, sealed } = sealIdentity(master, personKey, person);
  return { personKey, sealed: sealed.toString('base64'), wrapped: wrapped.toString('base64') };
}

/** @throws when the entry was altered, exchanged, or written under another master key */
export function openedEntry(master: Buffer, { personKey, wrapped, sealed }: SealedEntry): KnownPerson {
  const boxes = { wrapped: Buffer.from(wrapped, 'base64'), sealed: Buffer.from(sealed, 'base64') };
  return openIdentity(master, personKey, boxes);
}

/** Where a personKey leads; null when it was never given, or is erased. */
export async function wayBackOf(
  streams: ErasableStreams,
  personKey: string,
): Promise<(WayBack & { readonly revision: number }) | null> {
  const entry = standing(await streams.last(wayBackStream(personKey)));
  return entry && { ...(entry.data as WayBack), revision: entry.revision };
}

/** The entry of a stream, when it is this person's. */
export async function sealedIn(streams: ErasableStreams, stream: string, personKey: string): Promise<SealedEntry | null> {
  const sealed = standing(await streams.last(stream))?.data as SealedEntry | undefined;
  return sealed?.personKey === personKey ? sealed : null;
}

/** The entry that a personKey leads to; null when there is none, or none any more. */
export async function sealedOf(streams: ErasableStreams, personKey: string): Promise<SealedEntry | null> {
  const wayBack = await wayBackOf(streams, personKey);
  for (const stream of wayBack ? streamsOf(wayBack) : []) {
    const sealed = await sealedIn(streams, stream, personKey);
    if (sealed) return sealed;
  }
  return null;
}

const standing = (entry: ErasableEntry | 'erased' | null): ErasableEntry | null => (entry === 'erased' ? null : entry);

/** The first gateway leaves the check values of its keys; every later start compares. @throws IdentityKeysError */
export async function leaveOrCheckKeys(streams: ErasableStreams, keys: IdentityKeys): Promise<void> {
  const value = (which: keyof IdentityKeys): string => keyCheckValue(keys[which], which).toString('base64');
  if (await streams.append(KEY_CHECK, 'no_stream', { hmac: value('hmac'), master: value('master') })) return;
  await checkKeys(streams, keys);
}

/** Compares the given keys with those that the identities were written with. @throws IdentityKeysError */
export async function checkKeys(streams: ErasableStreams, keys: Partial<IdentityKeys>): Promise<void> {
  const stored = await streams.last(KEY_CHECK);
  if (stored === null)
    throw new IdentityKeysError(
      'this KurrentDB holds no identities: no gateway has kept any there; name the store of the gateways',
    );
  if (stored === 'erased') throw new IdentityKeysError('the check values of the identity keys were erased');
  const values = stored.data as Record<keyof IdentityKeys, string>;
  for (const which of ['master', 'hmac'] as const) {
    const key = keys[which];
    if (key !== undefined) assertSameKey(which, key, Buffer.from(values[which], 'base64'));
  }
}
