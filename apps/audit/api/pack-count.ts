/** How many packs the log holds, by region: read once in small pages, and from there on only what has come since. */
import type { EventReader } from '@oss/event-store';
import { PACK_ADOPTED, POLICY_PREFIX } from '@oss/settlement';

const FILTER = { streamPrefixes: [POLICY_PREFIX], types: [PACK_ADOPTED] };

export class PackCount {
  readonly #reader: EventReader;
  readonly #byRegion = new Map<string, number>();
  #after: bigint | null = null;
  #reading: Promise<void> | null = null;

  constructor(reader: EventReader) {
    this.#reader = reader;
  }

  /** Versions adopted, whether they rule or were replaced. */
  async count(): Promise<{ readonly adopted: number; readonly regions: Readonly<Record<string, number>> }> {
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    await this.#reading;
    const adopted = [...this.#byRegion.values()].reduce((sum, each) => sum + each, 0);
    return { adopted, regions: Object.fromEntries([...this.#byRegion].sort(([a], [b]) => (a < b ? -1 : 1))) };
  }

  async #read(): Promise<void> {
    const head = await this.#reader.headPosition();
    if (head === null) return;
    const after = this.#after === null ? {} : { after: this.#after };
    for await (const { stream, position } of this.#reader.readAll({ ...after, filter: FILTER })) {
      // What comes meanwhile is for the next reading.
      if (position > head) break;
      const region = stream.slice(POLICY_PREFIX.length);
      this.#byRegion.set(region, (this.#byRegion.get(region) ?? 0) + 1);
    }
    this.#after = head;
  }
}
