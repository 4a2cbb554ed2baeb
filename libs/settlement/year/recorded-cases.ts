/**
 * The cases that a year has recorded, as a value: adding gives a new one and the old one still answers as before. All that
 * grew one out of another share one map, because a dialysis patient has 150 visits a year and each would copy all before it.
 */
export class RecordedCases {
  static readonly NONE = new RecordedCases(null, new Map(), 0);

  /**
   * @param only the key of a single case, which most years in memory know: it needs no map
   * @param ordinals case key → place, of these cases and of any that were recorded after them
   * @param size how many of them are these
   */
  private constructor(
    private readonly only: string | null,
    private readonly ordinals: Map<string, number>,
    private readonly size: number,
  ) {}

  static of(...keys: readonly string[]): RecordedCases {
    return keys.reduce((cases, key) => cases.with(key), RecordedCases.NONE);
  }

  has(key: string): boolean {
    if (this.only !== null) return key === this.only;
    const ordinal = this.ordinals.get(key);
    return ordinal !== undefined && ordinal < this.size;
  }

  /** These and one more; the very same where it is one of them. Where another successor has grown on the same map already, this one goes on with a copy. */
  with(key: string): RecordedCases {
    if (this.has(key)) return this;
    if (this.size === 0) return new RecordedCases(key, this.ordinals, 1);
    const isLatest = this.only === null && this.ordinals.size === this.size;
    const ordinals = isLatest ? this.ordinals : new Map(this.keys().map((each, ordinal) => [each, ordinal]));
    ordinals.set(key, this.size);
    return new RecordedCases(null, ordinals, this.size + 1);
  }

  /** In the order of recording: a map keeps the order of its entries. */
  keys(): string[] {
    return this.only !== null ? [this.only] : [...this.ordinals.keys()].slice(0, this.size);
  }
}
