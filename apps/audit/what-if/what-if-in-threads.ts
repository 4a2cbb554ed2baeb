/**
 * The what-if on a store whose file several threads can open: persons are settled again in parts, and the parts are added up in the
 * order of the persons, so that the answer is the same, to the byte, with any number of threads.
 */
import { type EventReader, openEmbeddedReader } from '@oss/event-store';
import { BENEFIT_YEAR_PREFIX } from '@oss/settlement';
import { LawInLog } from '../facts/law-in-log';
import { yearSumsIn } from '../facts/year-in-log';
import { OrderPool } from '../threads/order-pool';
import type { Selection } from '../verify/selection';
import { Comparing, type Comparison, type PartOfComparison } from './comparison';
import { type OtherRules, type RulesAsked, rulesAsked } from './other-rules';

/** Persons of one order: of a large county some tens of milliseconds of work, of a small one a part for each of several threads. */
const MAX_PERSONS_PER_ORDER = 192;
const ORDERS_AT_LEAST = 64;

const YEAR_LETTERS = '2018'.length;

export interface WhatIfSettings {
  readonly dataDir: string;
  readonly asked: RulesAsked;
  readonly selection: Selection;
}

/** Streams of a person's benefit years, oldest first. */
export type PersonYears = readonly string[];

export interface WhatIfOrder {
  readonly persons: readonly PersonYears[];
  /** Digests of other packs that need not be checked again: to learn how to check one takes longer than an order. */
  readonly checked: readonly string[];
}

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
  const rules = rulesAsked(asked);
  const comparing = rules.map(({ label }) => new Comparing(label));
  let persons: readonly PersonYears[] = [];
  let done = 0;
  // The threads load while their work is gathered.
  const pool = new OrderPool<WhatIfOrder, WhatIfAnswer>({
    worker: 'what-if/what-if-worker',
    settings,
    threads,
    onAnswer: ({ persons: count, parts }) => {
      parts.forEach((part, index) => comparing[index]!.add(part));
      onPersons((done += count), persons.length);
    },
  });
  try {
    let checked: readonly string[];
    ({ persons, checked } = await gathered(dataDir, selection, rules));
    const perOrder = Math.min(MAX_PERSONS_PER_ORDER, Math.ceil(persons.length / ORDERS_AT_LEAST));
    for (let from = 0; from < persons.length; from += perOrder)
      pool.give({ persons: persons.slice(from, from + perOrder), checked });
    await pool.finish();
  } finally {
    await pool.close();
  }
  return comparing.map((each) => each.result());
}

async function gathered(
  dataDir: string,
  { person }: Selection,
  rules: readonly OtherRules[],
): Promise<{ persons: readonly PersonYears[]; checked: readonly string[] }> {
  const reader = await openEmbeddedReader({ directory: dataDir });
  try {
    const persons = personsIn(reader.streamNames(`${BENEFIT_YEAR_PREFIX}${person ?? ''}`));
    return { persons, checked: await packsChecked(reader, persons, rules) };
  } finally {
    await reader.close();
  }
}

/** @param streams of benefit years, sorted: a person's stand together and differ in their last letters alone, the year */
function personsIn(streams: Iterable<string>): PersonYears[] {
  const persons: string[][] = [];
  let last = '';
  for (const stream of streams) {
    const person = stream.slice(0, -YEAR_LETTERS);
    if (person === last) persons.at(-1)!.push(stream);
    else persons.push([stream]);
    last = person;
  }
  return persons;
}

/** The other packs of the first case, which are nearly always those of nearly all, checked once for all threads. */
async function packsChecked(
  reader: EventReader,
  [first]: readonly PersonYears[],
  rules: readonly OtherRules[],
): Promise<readonly string[]> {
  if (first === undefined) return [];
  const { cases } = await yearSumsIn(reader, new LawInLog(reader), first[0]!, false);
  const [{ pack, region, care } = { pack: null, region: '', care: { dischargedOn: '' } }] = cases;
  if (pack === null) return [];
  return rules.flatMap((each) => {
    try {
      return each.packFor(pack, region, care.dischargedOn)?.digest ?? [];
    } catch {
      // The thread that comes to the case says what is wrong, if it is one of those chosen.
      return [];
    }
  });
}
