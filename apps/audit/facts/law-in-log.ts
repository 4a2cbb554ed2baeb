/**
 * The packs as the log holds them, by digest. A pack whose content does not give its digest settles nothing here: what names
 * it cannot be derived again, and that is said once for each pack.
 */
import { createHash } from 'node:crypto';
import { canonicalJson, type EventReader, type Fact } from '@oss/event-store';
import { compilePack, type Pack, regionsFor } from '@oss/policy';
import { PACK_ADOPTED, type PackAdopted, policyStream } from '@oss/settlement';
import { type Finding, whereIs } from '../verify/finding';

/** What the event says of its pack; of one that cannot be read any more, nothing. */
function fieldsOf(event: Fact): Pick<PackAdopted, 'digest' | 'id'> {
  try {
    return event.data as PackAdopted;
  } catch {
    return { digest: '?', id: `${event.stream}@${event.revision}` };
  }
}

function actualDigest(event: Fact): string {
  try {
    return digestOf((event.data as PackAdopted).content);
  } catch (error) {
    return `not readable: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** "sha256:" and the SHA-256 of the content's canonical JSON (RFC 8785), in hex. */
function digestOf(content: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
}

/** Whether an event of a policy stream holds the pack that its digest names. @returns what is wrong, or null */
export function packFinding(event: Fact): Finding | null {
  if (event.type !== PACK_ADOPTED) return null;
  const { digest, id } = fieldsOf(event);
  const actual = actualDigest(event);
  if (actual === digest) return null;
  return {
    check: 'pack',
    what: 'changed',
    ...whereIs(event),
    message:
      `政策包 ${id} 的内容与其摘要不符（应为 ${digest}，实为 ${actual}）。 ` +
      `Pack ${id} is not what its digest says (${digest}; its content gives ${actual}).`,
  };
}

export class LawInLog {
  readonly #reader: EventReader;
  readonly #packs = new Map<string, Pack | null>();
  readonly #read = new Set<string>();

  constructor(reader: EventReader) {
    this.#reader = reader;
  }

  /** The pack that a case names, where it has been read already. */
  known({ digest }: { readonly digest: string }): Pack | null {
    return this.#packs.get(digest) ?? null;
  }

  /** The pack that a case names, or null when the log has none whose content gives that digest. */
  async pack({ id, digest }: { readonly id: string; readonly digest: string }): Promise<Pack | null> {
    if (!this.#packs.has(digest)) {
      for (const region of regionsFor(id.slice(0, 6))) await this.#load(policyStream(region));
      if (!this.#packs.has(digest)) this.#packs.set(digest, null);
    }
    return this.#packs.get(digest) ?? null;
  }

  async #load(stream: string): Promise<void> {
    if (this.#read.has(stream)) return;
    this.#read.add(stream);
    for await (const event of this.#reader.readStream(stream)) {
      if (event.type !== PACK_ADOPTED || packFinding(event) !== null) continue;
      const { content, digest } = event.data as PackAdopted;
      this.#packs.set(digest, compilePack(content));
    }
  }
}
