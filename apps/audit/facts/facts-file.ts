/**
 * History that was made elsewhere, one JSON object a line (shape: apps/audit/README.md). Held in memory as a whole, for its lines
 * may stand in any order. `factsFileLines` writes the same shape, so that an export can be checked without the log.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { canonicalJson } from '@oss/event-store';
import { isFen } from '@oss/money';
import { CARE_TYPES, checkedPack, isRealDate, type Pack, packInForce, PAYERS } from '@oss/policy';
import { type ListRecorded, type PaymentRecorded, settlementIdOf, type Snapshot, type YearEndSettled } from '@oss/settlement';
import type { CaseFact, CaseShare, CountyFacts, PersonFile, PersonRecordFact } from './county-facts';

/** A line of the file cannot be used; the message names it and what to mend. */
export class FactsUnusable extends Error {
  override readonly name = 'FactsUnusable';
}

interface Gathered {
  record: PersonRecordFact | 'erased' | null;
  readonly cases: CaseLine[];
  readonly yearEnds: YearEndSettled[];
}
/** A case as a line holds it: what may be left out is optional. */
type CaseLine = Pick<CaseFact, 'hospitalCode' | 'encounterNo' | 'region' | 'selfPayFen'> &
  Partial<Pick<CaseFact, 'settlementId' | 'attempt' | 'bill' | 'hospitalFen' | 'completedAt'>> & {
    readonly care: Pick<CaseFact['care'], 'type' | 'admittedOn' | 'dischargedOn'> & Partial<CaseFact['care']>;
    readonly scope: Pick<CaseFact['scope'], 'totalFen' | 'inScopeFen'> & Partial<CaseFact['scope']>;
    readonly snapshot: { readonly hospital: Snapshot['hospital'] } & Partial<Snapshot>;
    readonly shares: readonly (Pick<CaseShare, 'line' | 'payer' | 'paidFen'> & Partial<CaseShare>)[];
  };

/** @throws FactsUnusable naming file, line and cure */
export async function factsInFile(file: string): Promise<CountyFacts> {
  const gathering = new Gathering(file);
  let number = 0;
  const input = createReadStream(file);
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      if (line.trim() !== '') gathering.take(line, number);
    }
  } catch (error) {
    if (error instanceof FactsUnusable) throw error;
    throw new FactsUnusable(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return gathering.result();
}

class Gathering {
  readonly #people = new Map<string, Gathered>();
  readonly #packs = new Map<string, Pack>();
  readonly #payments: PaymentRecorded[] = [];
  readonly #lists: ListRecorded[] = [];

  constructor(private readonly file: string) {}

  take(line: string, number: number): void {
    const refuse = (what: string): never => {
      throw new FactsUnusable(`${this.file}:${number}: ${what}`);
    };
    try {
      const { fact, ...data } = JSON.parse(line) as { readonly fact?: unknown };
      this.#sort(fact, data, refuse);
    } catch (error) {
      if (error instanceof FactsUnusable) throw error;
      refuse(error instanceof Error ? error.message : String(error));
    }
  }

  #sort(fact: unknown, data: object, refuse: (what: string) => never): void {
    if (fact === 'pack') {
      const { content } = data as { content: unknown };
      this.#packs.set(digestOf(content), checkedPack(content, this.file));
    } else if (fact === 'person') {
      const { personKey, erased, ...record } = data as PersonRecordFact & { personKey: string; erased?: true };
      this.#of(personKey, refuse).record = erased
        ? 'erased'
        : { ...record, memberNos: record.memberNos ?? {}, categories: record.categories ?? [], cover: record.cover ?? null };
    } else if (fact === 'case') {
      const { personKey, ...found } = data as CaseLine & { personKey: string };
      const wrong = caseProblem(found);
      if (wrong !== null) refuse(wrong);
      this.#of(personKey, refuse).cases.push(found);
    } else if (fact === 'year-end') {
      const { personKey, ...settled } = data as YearEndSettled & { personKey: string };
      this.#of(personKey, refuse).yearEnds.push(settled);
    } else if (fact === 'payment') {
      const payment = data as PaymentRecorded;
      if (!isFen(payment.paidFen) || !isRealDate(payment.paidOn))
        refuse('a payment needs paidFen in whole fen and paidOn, YYYY-MM-DD');
      this.#payments.push(payment);
    } else if (fact === 'list') {
      this.#lists.push({ ...{ part: 1, parts: 1, unknownMembers: 0, operatorCode: '-' }, ...(data as ListRecorded) });
    } else refuse('"fact" must be pack, person, case, year-end, payment or list');
  }

  #of(personKey: unknown, refuse: (what: string) => never): Gathered {
    if (typeof personKey !== 'string' || personKey === '')
      return refuse('personKey must be a text: a pseudonym, never an id number');
    let found = this.#people.get(personKey);
    if (found === undefined) this.#people.set(personKey, (found = { record: null, cases: [], yearEnds: [] }));
    return found;
  }

  result(): CountyFacts {
    const people = this.#people;
    const whole = (line: CaseLine): CaseFact => this.#whole(line);
    async function* persons(): AsyncGenerator<PersonFile> {
      for (const [personKey, { record, cases, yearEnds }] of people) {
        // Years ascending; within a year the order of the file is that of the settlements.
        const year = ({ care }: CaseLine): string => care.dischargedOn.slice(0, 4);
        const sorted = [...cases].sort((a, b) => (year(a) < year(b) ? -1 : year(a) > year(b) ? 1 : 0));
        yield { personKey, record, cases: sorted.map(whole), yearEnds };
      }
    }
    return { county: { payments: this.#payments, lists: this.#lists }, personCount: people.size, persons };
  }

  #whole(line: CaseLine): CaseFact {
    const { care, scope, snapshot, shares, hospitalCode, encounterNo } = line;
    const [digest, pack] = this.#packOf(line) ?? ['', null];
    const chain = (pack?.chains[care.type] ?? []).map((entry) => ({ line: entry.line, payer: entry.payer }));
    const none = { areaSelfPayFen: 0, classBSelfPayFen: 0, hospitalExcessFen: 0, outOfCatalogueFen: 0, overLimitFen: 0 };
    return {
      attempt: 1,
      bill: null,
      completedAt: null,
      hospitalFen: shares.filter(({ payer }) => payer === 'hospital').reduce((sum, { paidFen }) => sum + paidFen, 0),
      settlementId: settlementIdOf(hospitalCode, encounterNo),
      ...line,
      care: { diagnoses: [], transfer: 'none', ...care },
      scope: { ...none, ...scope },
      snapshot: {
        ageMonths: null,
        approvedDiseases: [],
        categories: [],
        chain,
        cover: { from: care.dischargedOn, premiumPaidBy: 'person' },
        pack: { digest, id: pack?.id ?? '' },
        ...snapshot,
      },
      shares: shares.map((share) => ({
        inScopeFen: share.paidFen,
        outOfScopeFen: 0,
        deductibleFen: null,
        rateBp: null,
        category: null,
        ...share,
      })),
      pack,
    };
  }

  /** The pack that a case names by digest or id, else the one in force for its region and day. */
  #packOf({ snapshot, region, care }: CaseLine): [string, Pack] | null {
    const named = snapshot.pack;
    const packs = [...this.#packs];
    if (named !== undefined) {
      const exact = this.#packs.get(named.digest);
      if (exact !== undefined) return [named.digest, exact];
      return packs.find(([, { id }]) => id === named.id) ?? null;
    }
    const heads = packs.map(([digest, pack]) => ({ digest, pack, region: pack.region, from: pack.from, to: pack.to }));
    const found = packInForce(heads, region, care.dischargedOn);
    return found === null ? null : [found.digest, found.pack];
  }
}

/** What makes a case unusable, or null. */
function caseProblem({ care, scope, shares, snapshot, selfPayFen, hospitalCode, encounterNo, region }: CaseLine): string | null {
  if (care === undefined || scope === undefined || snapshot?.hospital === undefined || !Array.isArray(shares))
    return 'a case needs care, scope, snapshot.hospital and shares';
  if (![hospitalCode, encounterNo, region].every((text) => typeof text === 'string' && text !== ''))
    return 'a case needs hospitalCode, encounterNo and region';
  if (!Object.hasOwn(CARE_TYPES, care.type)) return `care.type must be one of ${Object.keys(CARE_TYPES).join(', ')}`;
  if (![care.admittedOn, care.dischargedOn].every((day) => typeof day === 'string' && isRealDate(day)))
    return 'care.admittedOn and care.dischargedOn must be days, YYYY-MM-DD';
  if (![1, 2, 3].includes(snapshot.hospital.level)) return 'snapshot.hospital.level must be 1, 2 or 3';
  if (!shares.every(({ payer }) => Object.hasOwn(PAYERS, payer))) return `payers are ${Object.keys(PAYERS).join(', ')}`;
  const amounts = [scope.totalFen, scope.inScopeFen, selfPayFen, ...shares.map(({ paidFen }) => paidFen)];
  return amounts.every(isFen) ? null : 'totalFen, inScopeFen, selfPayFen and every paidFen must be whole fen';
}

function digestOf(content: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
}

/** The county's facts as lines of such a file: packs first, then persons with their cases, then what belongs to nobody. */
export async function* factsFileLines(facts: CountyFacts): AsyncGenerator<string> {
  const packs = new Set<string>();
  const line = (fact: string, data: object): string => `${JSON.stringify({ fact, ...data })}\n`;
  for await (const { personKey, record, cases, yearEnds } of facts.persons()) {
    if (record !== null) yield line('person', record === 'erased' ? { personKey, erased: true } : { personKey, ...record });
    for (const { pack, ...found } of cases) {
      const { digest } = found.snapshot.pack;
      if (pack !== null && !packs.has(digest)) {
        packs.add(digest);
        yield line('pack', { content: pack.content });
      }
      yield line('case', { personKey, ...found });
    }
    for (const settled of yearEnds) yield line('year-end', { personKey, ...settled });
  }
  for (const payment of facts.county.payments) yield line('payment', payment);
  for (const list of facts.county.lists) yield line('list', list);
}
