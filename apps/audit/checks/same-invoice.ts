/** One invoice, settled twice. */
import type { PersonFile } from '../facts/county-facts';
import { aboutCase, type CheckRun, defineCheck, type Told } from './check';

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

class Run implements CheckRun {
  readonly #seen = new Map<string, string>();

  constructor(private readonly acrossHospitals: boolean) {}

  *person({ personKey, cases }: PersonFile): Generator<Told> {
    for (const each of cases) {
      const invoiceNo = each.bill?.invoiceNo;
      if (invoiceNo === undefined) continue;
      const key = this.acrossHospitals ? invoiceNo : `${each.hospitalCode}\n${invoiceNo}`;
      const other = this.#seen.get(key);
      if (other === undefined) this.#seen.set(key, each.settlementId);
      else
        yield {
          ...aboutCase(personKey, each),
          amountFen: each.scope.totalFen,
          zh: `发票 ${invoiceNo} 已用于结算 ${other}`,
          en: `invoice ${invoiceNo} was settled as ${other} already`,
        };
    }
  }
}
