/** For the specs of the period list: made-up completions in a real log, and a list that follows it, in a directory of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openEmbeddedStore } from '@oss/event-store';
import { createLogger, Health, loadSettings, Metrics } from '@oss/host';
import { PAYERS, type Payer } from '@oss/policy';
import { eventIdOf, SETTLEMENT_COMPLETED, type SettlementCompleted, settlementIdOf } from '@oss/settlement';
import { PeriodList, PERIODS_FILE } from './period-list';
import type { PeriodItem, PeriodPage, PeriodQuestion } from './protocol';

export const MARCH: PeriodQuestion = {
  hospitalCode: 'H1',
  payer: null,
  from: '2018-03-01',
  to: '2018-03-31',
  after: null,
  limit: 7,
};

export class ListUnderTest {
  directory = freshDirectory();
  store: EventStore;
  list: PeriodList;
  health: Health;

  get file(): string {
    return join(this.directory, PERIODS_FILE);
  }

  async open(): Promise<void> {
    this.store = await openEmbeddedStore({ directory: this.directory });
    this.follow();
  }

  /** Another list on the same store and file. */
  follow(): void {
    this.list = this.newList();
    this.list.onApplicationBootstrap();
  }

  /** A list that nobody has told to begin. */
  newList(): PeriodList {
    this.health = new Health();
    const settings = loadSettings({ DATA_DIR: this.directory });
    return new PeriodList(this.store, createLogger('silent'), settings, this.health, new Metrics());
  }

  async close(): Promise<void> {
    await this.list.onApplicationShutdown();
    await this.store.close();
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Appends completions as one person's year of a hundred cases would; answers when they are on disk. */
  async settle(first: number, count: number, given: Partial<SettlementCompleted> = {}): Promise<void> {
    for (let start = first; start < first + count; start += 500) {
      const numbers = Array.from({ length: Math.min(500, first + count - start) }, (_, i) => start + i);
      const events = numbers.map((n) => {
        const data = completion(n, given);
        return { id: eventIdOf(data.settlementId, data.attempt, '', SETTLEMENT_COMPLETED), type: SETTLEMENT_COMPLETED, data };
      });
      await this.store.append(stream(start), 'no_stream', events);
    }
  }

  /** All pages of a walk. `between` runs after each page. */
  async walk(question: PeriodQuestion, between: (page: number) => Promise<void> = async () => undefined): Promise<PeriodPage[]> {
    const pages: PeriodPage[] = [];
    for (let after = question.after; pages.length === 0 || after !== null; after = pages.at(-1)!.next) {
      pages.push(await this.list.page({ ...question, after }));
      await between(pages.length);
    }
    return pages;
  }
}

export function freshDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'oss-periods-'));
}

/** The n-th made-up completion: its day goes to and fro, its lines and payers vary, and it closes. */
export function completion(n: number, given: Partial<SettlementCompleted> = {}): SettlementCompleted {
  const shares = [
    { line: 'basic', paidFen: 1_000 + n, payer: 'basic-insurance' as const },
    { line: 'assistance', paidFen: n % 3 === 0 ? 0 : 7 * n, payer: 'medical-assistance' as const },
    ...(n % 2 === 0 ? [{ line: 'fifth.1', paidFen: 5, payer: 'fifth-line' as const }] : []),
    ...(n % 2 === 0 ? [{ line: 'fifth.2', paidFen: n, payer: 'hospital' as const }] : []),
  ];
  const hospitalCode = given.hospitalCode ?? `H${(n % 3) + 1}`;
  const encounterNo = `E${n}`;
  return {
    accounts: {},
    attempt: 1,
    dischargedOn: `2018-03-${String(((n * 11) % 31) + 1).padStart(2, '0')}`,
    encounterNo,
    hospitalCode,
    hospitalFen: n % 2 === 0 ? n : 0,
    inScopeFen: 9_000 + n,
    openCases: 0,
    region: '360222',
    selfPayBp: 0,
    selfPayFen: 300 + n,
    settlementId: settlementIdOf(hospitalCode, encounterNo),
    shares,
    totalFen: shares.reduce((sum, { paidFen }) => sum + paidFen, 300 + n),
    ...given,
  };
}

export const stream = (n: number): string => `benefit-year-${String(n).padStart(32, '0')}-2018`;

export const itemsOf = (pages: readonly PeriodPage[]): PeriodItem[] => pages.flatMap(({ items }) => items);

/** The sums of a list of items, added up by hand. */
export function sumsOf(items: readonly PeriodItem[]): PeriodPage['sums'] {
  const payers = Object.fromEntries(Object.keys(PAYERS).map((payer) => [payer, 0]));
  const sums = { count: 0, totalFen: 0, inScopeFen: 0, hospitalFen: 0, selfPayFen: 0 };
  for (const item of items) {
    sums.count += 1;
    for (const name of ['totalFen', 'inScopeFen', 'hospitalFen', 'selfPayFen'] as const) sums[name] += item[name];
    for (const { payer, paidFen } of item.shares) payers[payer]! += paidFen;
  }
  return { ...sums, payers };
}

/** What the list must hold: the completions that pass, in its order. */
export function expected(numbers: readonly number[], passes: (fact: SettlementCompleted) => boolean): string[] {
  const facts = numbers.map((n) => completion(n)).filter(passes);
  return facts
    .sort((a, b) => (a.dischargedOn < b.dischargedOn ? -1 : a.dischargedOn > b.dischargedOn ? 1 : 0))
    .map((fact) => fact.encounterNo);
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
export const pays = (payer: Payer) => (fact: SettlementCompleted) =>
  fact.shares.some((share) => share.payer === payer && share.paidFen > 0);
