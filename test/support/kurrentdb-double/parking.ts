/**
 * FOR TESTS ALONE. What one group has parked: links in a stream of the system, written and hidden a moment after the order, as
 * on the real server, which counts them in memory.
 */
import type { Log, StoredEvent } from './log';

const A_MOMENT_MS = 15;
const encoder = new TextEncoder();

export class Parking {
  readonly stream: string;
  count = 0;

  constructor(
    group: string,
    private readonly log: Log,
  ) {
    this.stream = `$persistentsubscription-$all::${group}-parked`;
  }

  park({ revision, stream }: StoredEvent, reason: string): void {
    const data = encoder.encode(`${revision}@${stream}`);
    const metadata = encoder.encode(JSON.stringify({ added: new Date().toISOString(), reason }));
    const link = { id: crypto.randomUUID(), type: '$>', isJson: false, data, metadata };
    setTimeout(() => {
      this.log.append(this.stream, 'any', [link]);
      this.count += 1;
    }, A_MOMENT_MS);
  }

  /** The links that are to be delivered again; a moment later nobody reads them any more. */
  takeAll(stopAt: number | null): readonly StoredEvent[] {
    const links = this.#links();
    const end = Math.min(stopAt ?? Infinity, (links.at(-1)?.revision ?? -1) + 1);
    const taken = links.filter(({ revision }) => revision < end);
    if (taken.length > 0) setTimeout(() => this.#hide(end), A_MOMENT_MS);
    return taken;
  }

  /** A server that starts counts what it finds, but only for a group that has a checkpoint. */
  countAnew(hasCheckpoint: boolean): void {
    this.count = hasCheckpoint ? this.#links().length : 0;
  }

  #links(): readonly StoredEvent[] {
    const links = this.log.visible(this.stream);
    return Array.isArray(links) ? (links as readonly StoredEvent[]) : [];
  }

  #hide(before: number): void {
    this.log.truncate(this.stream, before);
    this.count = this.#links().length;
  }
}
