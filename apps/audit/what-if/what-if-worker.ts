/** A helping thread of the what-if: its own read-only connection, its own compiled packs, one person after another. */
import { workerData } from 'node:worker_threads';
import { openEmbeddedReader } from '@oss/event-store';
import { parseBenefitYearStream, type YearEndSettled } from '@oss/settlement';
import type { CaseSums, PersonSums } from '../facts/county-facts';
import { LawInLog } from '../facts/law-in-log';
import { yearSumsIn } from '../facts/year-in-log';
import { takeOrders } from '../threads/take-orders';
import { Comparing } from './comparison';
import { needsBills, type OtherRules, rulesAsked } from './other-rules';
import { yearsOtherwise } from './settle-otherwise';
import type { PersonYears, WhatIfAnswer, WhatIfOrder, WhatIfSettings } from './what-if-in-threads';

async function work(): Promise<void> {
  const { dataDir, asked, selection } = workerData as WhatIfSettings;
  const reader = await openEmbeddedReader({ directory: dataDir });
  const law = new LawInLog(reader);
  let rules: readonly OtherRules[] | null = null;
  const bills = needsBills(asked);

  async function personIn(years: PersonYears): Promise<PersonSums> {
    const { personKey } = parseBenefitYearStream(years[0]!);
    const cases: CaseSums[] = [];
    const yearEnds: YearEndSettled[] = [];
    for (const stream of years) {
      const { cases: ofYear, yearEnd } = await yearSumsIn(reader, law, stream, bills);
      cases.push(...ofYear);
      if (yearEnd !== null) yearEnds.push(yearEnd);
    }
    return { personKey, cases, yearEnds };
  }

  takeOrders(({ persons, checked }: WhatIfOrder): Promise<WhatIfAnswer> =>
    reader.inOneView(async () => {
      const comparing = (rules ??= rulesAsked(asked, new Set(checked))).map((each) => ({
        each,
        sums: new Comparing(each.label),
      }));
      for (const years of persons) {
        const person = await personIn(years);
        for (const { each, sums } of comparing) for (const year of yearsOtherwise(person, each, selection)) sums.take(year);
      }
      return { persons: persons.length, parts: comparing.map(({ sums }) => sums.part()) };
    }),
  );
}

void work();
