/** Benefit years on their way to the threads that derive them again, which begin while the log is still being read. */
import { OrderPool } from '../threads/order-pool';
import { type Finding, Findings } from './finding';
import { type OrderDone, type RecomputationSettings, type YearsToRecompute, YEARS_PER_ORDER } from './recomputation-protocol';

export interface Recomputed {
  readonly years: number;
  readonly cases: number;
  readonly compared: number;
}

export class RecomputationPool {
  readonly #pool: OrderPool<YearsToRecompute, OrderDone>;
  readonly #findings: Findings;
  readonly #onYears: (done: number, known: number) => void;
  #years: string[] = [];
  readonly #missingPacks = new Map<string, number>();
  #known = 0;
  #done = { years: 0, cases: 0, compared: 0 };

  /** @param onYears told how many years are done and how many are known */
  constructor(
    settings: RecomputationSettings,
    threads: number,
    findings: Findings,
    onYears: (done: number, known: number) => void,
  ) {
    this.#findings = findings;
    this.#onYears = onYears;
    this.#pool = new OrderPool({
      worker: 'verify/recomputation-worker',
      settings,
      threads,
      onAnswer: (answer) => this.#take(answer),
    });
  }

  /** A benefit year to derive again. */
  add(stream: string): void {
    this.#known += 1;
    if (this.#years.push(stream) >= YEARS_PER_ORDER) this.#give();
  }

  /** No more years will come: resolves when all are done. @throws what ended a thread */
  async finish(): Promise<Recomputed> {
    this.#give();
    await this.#pool.finish();
    for (const [pack, years] of this.#missingPacks) this.#findings.add(missingPack(pack, years));
    return this.#done;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #give(): void {
    if (this.#years.length > 0) this.#pool.give({ years: this.#years });
    this.#years = [];
  }

  #take({ years, cases, compared, findings, missingPacks }: OrderDone): void {
    const done = this.#done;
    this.#done = { years: done.years + years, cases: done.cases + cases, compared: done.compared + compared };
    this.#findings.add(...findings);
    for (const [pack, held] of missingPacks) this.#missingPacks.set(pack, (this.#missingPacks.get(pack) ?? 0) + held);
    this.#onYears(this.#done.years, this.#known);
  }
}

function missingPack(pack: string, years: number): Finding {
  return {
    check: 'recomputation',
    what: 'underivable',
    message:
      `日志中没有内容与摘要相符的政策包 ${pack}：${years} 个年度未能核对。 ` +
      `The log holds no pack ${pack} whose content gives that digest: ${years} benefit years could not be derived again.`,
  };
}
