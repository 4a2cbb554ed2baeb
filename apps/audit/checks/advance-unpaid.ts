/** What a hospital advanced, and a payer has not paid back in time. */
import { addFen, excessFen, type Fen } from '@oss/money';
import { isRealDate, PAYERS, type Payer } from '@oss/policy';
import type { CountyWide, PersonFile } from '../facts/county-facts';
import { type CheckRun, daysAfter, defineCheck, type Told } from './check';

export const ADVANCE_UNPAID = defineCheck({
  id: 'advance-unpaid',
  zh: '医院垫付逾期未拨付',
  en: "Hospital's advance unpaid for too long",
  means: {
    zh: '某医院某月的垫付（按出院日期，扣除已冲销的结算）在月末后若干天仍未全额拨付，或逾期才付清。年终结算的支付不计入。',
    en: "What a payer owes a hospital for a month's discharges was not paid back in full so many days after the month's end, or was paid late. Year-end payments are not counted.",
  },
  falseAlarms: {
    zh: '拨付未向系统登记；合并多月拨付只登记在一个月。',
    en: 'Payments that nobody reported here; one payment for several months reported for one.',
  },
  parameters: { days: 30, asOf: '' },
  parametersMean: {
    days: 'days after the end of the month',
    asOf: 'the day to judge from, YYYY-MM-DD; empty: the day of the run',
  },
  begin: ({ days, asOf }, today) => {
    if (asOf !== '' && !isRealDate(asOf)) throw new RangeError(`advance-unpaid.asOf is no day: ${asOf}; write YYYY-MM-DD`);
    return new Run(days, asOf === '' ? today : asOf);
  },
});

class Run implements CheckRun {
  /** By hospital, month and payer. */
  readonly #owed = new Map<string, Fen>();

  constructor(
    private readonly days: number,
    private readonly asOf: string,
  ) {}

  *person({ cases }: PersonFile): Generator<Told> {
    for (const { hospitalCode, care, shares } of cases) {
      for (const { payer, paidFen } of shares) {
        if (payer === 'hospital' || paidFen === 0) continue;
        const key = `${hospitalCode}\n${care.dischargedOn.slice(0, 7)}\n${payer}`;
        this.#owed.set(key, addFen(this.#owed.get(key) ?? 0, paidFen));
      }
    }
  }

  *county({ payments }: CountyWide): Generator<Told> {
    const byKey = Map.groupBy(payments, ({ hospitalCode, month, payer }) => `${hospitalCode}\n${month}\n${payer}`);
    for (const [key, owedFen] of [...this.#owed].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [hospitalCode = '', month = '', payer = ''] = key.split('\n');
      const due = daysAfter(lastDayOf(month), this.days);
      if (this.asOf <= due) continue;
      const paidBy = (day: string): Fen =>
        (byKey.get(key) ?? []).filter(({ paidOn }) => paidOn <= day).reduce((sum, { paidFen }) => addFen(sum, paidFen), 0);
      const lateFen = excessFen(owedFen, paidBy(due));
      if (lateFen === 0) continue;
      const openFen = excessFen(owedFen, paidBy(this.asOf));
      const { zh, en } = PAYERS[payer as Payer];
      yield {
        hospitalCode,
        date: due,
        amountFen: openFen > 0 ? openFen : lateFen,
        zh: `${zh} ${month} 的垫付${openFen > 0 ? '未付清' : '逾期付清'}，应于 ${due} 前拨付`,
        en: `${en}: the advance of ${month} was due by ${due} and is ${openFen > 0 ? 'not paid in full' : 'paid late'}`,
      };
    }
  }
}

function lastDayOf(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}
