/**
 * The what-if on a store whose file several threads can open: persons are settled again in parts, and the parts are added up in the
 * order of the persons, so that the answer is the same, to the byte, with any number of threads.
 */
import { openEmbeddedReader } from '@oss/event-store';
import { BENEFIT_YEAR_PREFIX, parseBenefitYearStream } from '@oss/settlement';
import { streamNames } from '../facts/in-bulk';
import { OrderPool } from '../threads/order-pool';
import type { Selection } from '../verify/selection';
import { Comparing, type Comparison, type PartOfComparison } from './comparison';
import { type RulesAsked, rulesAsked } from './other-rules';

/** Persons of one order: of a large county some tens of milliseconds of work, of a small one a part for each of several threads. */
const MAX_PERSONS_PER_ORDER = 192;
const ORDERS_AT_LEAST = 64;

export interface WhatIfSettings {
  readonly dataDir: string;
  readonly asked: RulesAsked;
  readonly selection: Selection;
}

/** Streams of a person's benefit years, oldest first. */
export type PersonYears = readonly string[];

export interface WhatIfAnswer {
  readonly persons: number;
  /** One for each set of rules. */
  readonly parts: readonly PartOfComparison[];
}

/** @throws WhatIfUnusable, PackInvalid, or what ended a thread */
export async function whatIfInThreads(
  settings: WhatIfSettings,
  threads: number,
  onPersons: (done: number, total: number) => void = () => undefined,
): Promise<Comparison[]> {
  const { dataDir, asked, selection } = settings;
  const comparing = rulesAsked(asked).map(({ label }) => new Comparing(label));
  let persons: readonly PersonYears[] = [];
  let done = 0;
  // The threads load while their work is gathered.
  const pool = new OrderPool<readonly PersonYears[], WhatIfAnswer>({
    worker: 'what-if/what-if-worker',
    settings,
    threads,
    onAnswer: ({ persons: count, parts }) => {
      parts.forEach((part, index) => comparing[index]!.add(part));
      onPersons((done += count), persons.length);
    },
  });
  try {
    persons = await personsIn(dataDir, selection);
    const perOrder = Math.min(MAX_PERSONS_PER_ORDER, Math.ceil(persons.length / ORDERS_AT_LEAST));
    for (let from = 0; from < persons.length; from += perOrder) pool.give(persons.slice(from, from + perOrder));
    await pool.finish();
  } finally {
    await pool.close();
  }
  return comparing.map((each) => each.result());
}

async function personsIn(dataDir: string, { person }: Selection): Promise<PersonYears[]> {
  const reader = await openEmbeddedReader({ directory: dataDir });
  try {
    const persons: string[][] = [];
    let last = '';
    for (const stream of await streamNames(reader, `${BENEFIT_YEAR_PREFIX}${person ?? ''}`)) {
      const { personKey } = parseBenefitYearStream(stream);
      if (personKey === last) persons.at(-1)!.push(stream);
      else persons.push([stream]);
      last = personKey;
    }
    return persons;
  } finally {
    await reader.close();
  }
}
