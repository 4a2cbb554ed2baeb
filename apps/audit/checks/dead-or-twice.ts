/** Paid for a person who was dead, or enrolled under two keys. */
import { LIST_KINDS } from '@oss/settlement';
import type { CountyWide, PersonFile } from '../facts/county-facts';
import { PackedMap } from '../packed/packed-map';
import { aboutCase, type CheckRun, daysAfter, defineCheck, type Told } from './check';

export const DEAD_OR_TWICE = defineCheck({
  id: 'dead-or-twice',
  zh: '死亡后结算、重复参保',
  en: 'Person dead, or enrolled twice',
  means: {
    zh: '出院日晚于登记的死亡日期；名册中有已死亡人员；两个参保人使用同一支付方个人编号；同日同类名册在两地都有同一人。',
    en: 'Discharged after the registered day of death; dead and still on a list; two persons with one member number of a payer; on lists of one kind and day in two regions.',
  },
  falseAlarms: {
    zh: '死亡日期登记错误；出院手续晚于死亡一日；当月迁移、两地名册各自正确。',
    en: 'A wrong day of death; papers closed the day after; somebody who moved that month.',
  },
  parameters: { graceDays: 0 },
  parametersMean: { graceDays: 'days after the death that a discharge may still be dated' },
  begin: ({ graceDays }) => new Run(graceDays),
});

class Run implements CheckRun {
  readonly #members = new PackedMap<string>();
  readonly #dead = new Map<string, string>();

  constructor(private readonly graceDays: number) {}

  *person({ personKey, record, cases }: PersonFile): Generator<Told> {
    if (record === null || record === 'erased') return;
    const { diedOn, memberNos, region } = record;
    if (diedOn !== undefined) {
      this.#dead.set(personKey, diedOn);
      const last = daysAfter(diedOn, this.graceDays);
      for (const each of cases) {
        if (each.care.dischargedOn <= last) continue;
        yield { ...aboutCase(personKey, each), zh: `登记死亡日期 ${diedOn}`, en: `registered as dead since ${diedOn}` };
      }
    }
    for (const [payer, number] of Object.entries(memberNos)) {
      const key = `${payer}\n${number}`;
      const other = this.#members.get(key);
      if (other === undefined) this.#members.set(key, personKey);
      else
        yield {
          personKey,
          region,
          zh: `与参保人 ${other} 使用同一个人编号（${payer}）`,
          en: `has the member number of ${other} with ${payer}`,
        };
    }
  }

  *county({ lists }: CountyWide): Generator<Told> {
    const places = new Map<string, string>();
    for (const { kind, region, date, members = [] } of lists) {
      for (const personKey of members) {
        const diedOn = this.#dead.get(personKey);
        const about = { personKey, region, date };
        if (diedOn !== undefined && diedOn < date)
          yield {
            ...about,
            zh: `${LIST_KINDS[kind].zh}中有已于 ${diedOn} 死亡的人`,
            en: `on the ${kind} list, dead since ${diedOn}`,
          };
        const key = `${kind}\n${date}\n${personKey}`;
        const elsewhere = places.get(key);
        if (elsewhere === undefined) places.set(key, region);
        else if (elsewhere !== region)
          yield {
            ...about,
            zh: `${LIST_KINDS[kind].zh}：${elsewhere} 与 ${region} 两地都有`,
            en: `on the ${kind} lists of ${elsewhere} and ${region}`,
          };
      }
    }
  }
}
