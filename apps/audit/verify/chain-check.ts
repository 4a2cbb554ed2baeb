/**
 * (a) Every stream's hash chain, from the stored bytes as they are, while the whole log passes by in commit order. After a
 * break it goes on from the stored hash, so that one changed event is one finding and not the rest of its stream.
 */
import { hashAgain, NO_HEAD, type SealedFact } from '@oss/event-store';
import { type Finding, whereIs } from './finding';

/** Revisions of one gap that are remembered one by one: they may still come, out of order. */
const MAX_AWAITED_PER_GAP = 1_000;

/** Last event of a stream so far. */
interface Head {
  revision: number;
  hash: string;
  recordedAt: string;
}

export class ChainCheck {
  readonly #heads = new Map<string, Head>();
  /** Revisions that were passed over, with the event that came instead. */
  readonly #awaited = new Map<string, SealedFact>();

  /** Streams seen so far. */
  get streams(): number {
    return this.#heads.size;
  }

  /** The next event of the log. @returns what is wrong with it, or null */
  take(event: SealedFact): Finding | null {
    const { stream, revision, hash, recordedAt } = event;
    const head = this.#heads.get(stream);
    const before = head?.revision ?? NO_HEAD.revision;
    if (revision <= before) return this.#late(event);
    const again = revision === before + 1 ? hashAgain(event, head?.hash ?? NO_HEAD.hash) : null;
    // Instants are written alike, so their texts have their order.
    const isEarlier = head !== undefined && recordedAt < head.recordedAt;
    if (head === undefined) this.#heads.set(stream, { revision, hash, recordedAt });
    else [head.revision, head.hash, head.recordedAt] = [revision, hash, recordedAt];
    if (again === null) {
      this.#await(event, before + 1);
      return null;
    }
    if (isEarlier) return wrong(event, 'changed', '记录时间早于同一流的前一事件', 'is recorded before the event it follows');
    if (again === hash) return null;
    return wrong(event, 'changed', `内容与其哈希不符（应为 ${again}）`, `does not give its hash (its content gives ${again})`);
  }

  /** When the log has passed: the revisions that never came. */
  finish(): Finding[] {
    return [...this.#awaited].map(([key, next]) => {
      const revision = Number(key.slice(key.lastIndexOf('@') + 1));
      return {
        check: 'chain',
        what: 'removed',
        stream: next.stream,
        revision,
        message: `${key} 缺失：其后为 ${next.stream}@${next.revision}。 ${key} is missing before ${next.stream}@${next.revision}.`,
      };
    });
  }

  #await(event: SealedFact, from: number): void {
    const to = Math.min(event.revision, from + MAX_AWAITED_PER_GAP);
    for (let revision = from; revision < to; revision++) this.#awaited.set(`${event.stream}@${revision}`, event);
  }

  #late(event: SealedFact): Finding {
    if (this.#awaited.delete(`${event.stream}@${event.revision}`)) {
      return wrong(event, 'reordered', '排在其后续事件之后', 'stands behind an event that follows it');
    }
    return wrong(event, 'inserted', '同一序号出现两次', 'has a revision that stands in the stream already');
  }
}

function wrong(event: SealedFact, what: Finding['what'], zh: string, en: string): Finding {
  const name = `${event.stream}@${event.revision}`;
  return { check: 'chain', what, ...whereIs(event), message: `${name} ${zh}。 ${name} ${en}.` };
}
