/** One invoice, settled twice. */
import type { Fen } from '@oss/money';
import type { CaseFact, PersonFile } from '../facts/county-facts';
import { PackedMap } from '../packed/packed-map';
import { type CheckRun, defineCheck, type Told } from './check';

export const SAME_INVOICE = defineCheck({
  id: 'same-invoice',
  zh: '同一发票重复结算',
  en: 'Same invoice',
  means: {
    zh: '同一医院的同一发票号用于两次结算（同一人或不同的人）。列在后一次结算上，金额为其总费用。',
    en: 'One invoice number of a hospital stands on two settlements, of one person or of two. Told of the later one, with its total.',
  },
  falseAlarms: {
    zh: '医院每年重新编号；发票号登记不全。',
    en: 'A hospital that numbers anew each year, or sends part of the number.',
  },
  parameters: { acrossHospitals: false },
  parametersMean: { acrossHospitals: 'compare invoice numbers of all hospitals with each other' },
  begin: ({ acrossHospitals }) => new Run(acrossHospitals),
});

/** What is kept of a settlement that bears an invoice; persons come in no order of time. Kept without names: there are as many as cases. */
type Bearer = readonly [
  settlementId: string,
  attempt: number,
  personKey: string,
  hospitalCode: string,
  region: string,
  dischargedOn: string,
  totalFen: Fen,
  completedAt: string | null,
];

class Run implements CheckRun {
  readonly #first = new PackedMap<Bearer>();

  constructor(private readonly acrossHospitals: boolean) {}

  *person({ personKey, cases }: PersonFile): Generator<Told> {
    for (const found of cases) {
      const invoiceNo = found.bill?.invoiceNo;
      if (invoiceNo === undefined) continue;
      const key = this.acrossHospitals ? invoiceNo : `${found.hospitalCode}\n${invoiceNo}`;
      const bearer = bearerOf(personKey, found);
      const before = this.#first.get(key);
      const [first, later] = before !== undefined && isEarlier(before, bearer) ? [before, bearer] : [bearer, before];
      if (first === bearer) this.#first.set(key, first);
      if (later === undefined) continue;
      const [settlementId, attempt, laterKey, hospitalCode, region, date, amountFen] = later;
      yield {
        ...{ personKey: laterKey, settlementId, attempt, hospitalCode, region, date, amountFen },
        zh: `发票 ${invoiceNo} 已用于结算 ${first[0]}`,
        en: `invoice ${invoiceNo} was settled as ${first[0]} already`,
      };
    }
  }
}

function bearerOf(personKey: string, found: CaseFact): Bearer {
  const { settlementId, attempt, hospitalCode, region, care, scope, completedAt } = found;
  return [settlementId, attempt, personKey, hospitalCode, region, care.dischargedOn, scope.totalFen, completedAt];
}

/** By completion; where nobody says when that was, by discharge. */
function isEarlier(one: Bearer, other: Bearer): boolean {
  const [oneId, , , , , oneDischarged, , oneCompleted] = one;
  const [otherId, , , , , otherDischarged, , otherCompleted] = other;
  const known = oneCompleted !== null && otherCompleted !== null;
  const [a, b] = known ? [oneCompleted, otherCompleted] : [oneDischarged, otherDischarged];
  return a < b || (a === b && oneId < otherId);
}
