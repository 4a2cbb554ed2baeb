/** 分解住院: one stay split in two, so that a limit per stay counts twice; or a readmission that somebody should look at. */
import type { PersonFile } from '../facts/county-facts';
import { aboutCase, daysBetween, defineCheck, type Told } from './check';

export const SPLIT_STAY = defineCheck({
  id: 'split-stay',
  zh: '分解住院、短期再入院',
  en: 'One stay split in two, or readmission',
  means: {
    zh: '出院后若干天内在同一医院再次住院（默认31天）。列在后一次上。',
    en: 'Admitted again to the same hospital within some days of a discharge (31 by default). Told of the later stay.',
  },
  falseAlarms: {
    zh: '放化疗等计划内的分次住院；病情恶化的再入院。',
    en: 'Courses of treatment that are planned in several stays; a relapse.',
  },
  parameters: { withinDays: 31, sameHospital: true, sameDisease: false },
  parametersMean: {
    withinDays: 'days from a discharge to the next admission that are still suspicious',
    sameHospital: 'only stays in one hospital',
    sameDisease: 'only where a diagnosis has the same first three characters',
  },
  begin: (parameters) => ({ person: (file) => findings(file, parameters) }),
});

interface Parameters {
  readonly withinDays: number;
  readonly sameHospital: boolean;
  readonly sameDisease: boolean;
}

function* findings({ personKey, cases }: PersonFile, { withinDays, sameHospital, sameDisease }: Parameters): Generator<Told> {
  const stays = cases.filter(({ care }) => care.type === 'inpatient');
  stays.sort((a, b) => (a.care.admittedOn < b.care.admittedOn ? -1 : 1));
  for (const [index, each] of stays.entries()) {
    const before = stays.slice(0, index).findLast((earlier) => {
      const days = daysBetween(earlier.care.dischargedOn, each.care.admittedOn);
      if (days < 0 || days > withinDays) return false;
      if (sameHospital && earlier.hospitalCode !== each.hospitalCode) return false;
      return !sameDisease || shares(earlier.care.diagnoses, each.care.diagnoses);
    });
    if (before === undefined) continue;
    const days = daysBetween(before.care.dischargedOn, each.care.admittedOn);
    yield {
      ...aboutCase(personKey, each),
      zh: `结算 ${before.settlementId} 出院后第 ${days} 天再次入院`,
      en: `admitted ${days} days after the discharge of ${before.settlementId}`,
    };
  }
}

function shares(some: readonly string[], others: readonly string[]): boolean {
  return some.some((code) => others.some((other) => other.slice(0, 3) === code.slice(0, 3)));
}
