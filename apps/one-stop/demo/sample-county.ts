/**
 * The whole sample: who is registered, and what is posted, person by person in order. Settled posts, repeats that must get
 * the first answer again, and posts that must be refused with a certain code. The same in every run.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExampleBill, exampleBills } from './public-examples';
import type { County, PlannedPost } from './planned-post';
import { refusedPosts } from './refused-posts';
import { sampleBill, sampleStay } from './sample-bills';
import { CHONGQING, FULIANG, HOSPITALS, People, type SampleHospital, type SamplePerson, WAYS, weighted } from './sample-people';
import { SeededRandom } from './seeded-random';

/** Beside the compiled code as beside the source. Its hospital is the sample's county hospital. */
const FOUNDING = join(__dirname, '../settle/example.json');
const SEED = 20180404;
const FULIANG_STAYS = 198;
const CHONGQING_STAYS = 29;

/** The county, always the same. Settled posts: 240 in all. */
export function sampleCounty(): County {
  const random = new SeededRandom(SEED);
  const people = new People(random);
  const examples = exampleBills().map(exampleQueue);
  const founding = foundingPost();
  const queues: PlannedPost[][] = [founding.queue, ...examples.map(({ queue }) => queue)];
  queues.push(...stays(random, people, FULIANG, 2018, FULIANG_STAYS), ...stays(random, people, CHONGQING, 2023, CHONGQING_STAYS));
  for (const [index, queue] of queues.entries()) if (index % 9 === 0) repeatOne(queue);
  queues.push(...refusedPosts(random, people, queues));
  const far = queues
    .flat()
    .find(({ want, hospital, person }) => want === 'settled' && hospital === HOSPITALS.province && isPoor(person));
  const official = examples.find(({ queue }) => queue[0]?.example?.case.example === 'yubei-2023-jiang')?.queue[0];
  return {
    hospitals: [...Object.values(HOSPITALS), ...examples.map(({ hospital }) => hospital)],
    persons: [founding.person, ...people.all, ...examples.map(({ person }) => person)],
    queues,
    shown: [founding.queue[0], official, far].filter((post) => post !== undefined),
  };
}

/** The worked example of the founding notice, which `npm run settle -- --help` prints: registered poor, level 2, 52 000 yuan. */
function foundingPost(): { queue: PlannedPost[]; person: SamplePerson; hospital: SampleHospital } {
  const content = JSON.parse(readFileSync(FOUNDING, 'utf8')) as {
    discharge: unknown;
    person: SamplePerson;
    hospital: SampleHospital;
  };
  const { discharge, person, hospital } = content;
  return { person, hospital, queue: [{ body: discharge, want: 'settled', person, hospital }] };
}

function exampleQueue(example: ExampleBill): { queue: PlannedPost[]; person: SamplePerson; hospital: SampleHospital } {
  const { discharge, person, hospital } = example.content;
  const registered = { person: person as unknown as SamplePerson, hospital: hospital as unknown as SampleHospital };
  return { ...registered, queue: [{ body: discharge, want: 'settled', ...registered, example }] };
}

/** Queues of new people until the wanted number of stays is reached: most have a few, every tenth is often in hospital. */
function stays(
  random: SeededRandom,
  people: People,
  region: typeof FULIANG | typeof CHONGQING,
  year: number,
  wanted: number,
): PlannedPost[][] {
  const queues: PlannedPost[][] = [];
  let planned = 0;
  while (planned < wanted) {
    const person = region === FULIANG ? people.fuliang() : people.chongqing();
    const often = random.chance(10) ? 9 : 3;
    const count = Math.min(wanted - planned, random.between(1, often));
    queues.push(personQueue(random, person, year, count, planned));
    planned += count;
  }
  return queues;
}

function personQueue(
  random: SeededRandom,
  person: SamplePerson,
  year: number,
  count: number,
  numberedFrom: number,
): PlannedPost[] {
  const months = Array.from({ length: count }, () => random.between(1, 12)).sort((a, b) => a - b);
  return months.map((month, index): PlannedPost => {
    const place = weighted(random, WAYS[person.region] ?? []);
    // Some go on into the next year, where everything begins anew.
    const when = { year: index === months.length - 1 && random.chance(10) ? year + 1 : year, month };
    const encounterNo = `ZY${when.year}${String(numberedFrom + index).padStart(5, '0')}`;
    const bill = sampleBill(random, place.hospital.level, place.hospital.level === 3 && random.chance(15));
    const body = sampleStay(random, person, place, { ...when, encounterNo }, bill);
    return { body, want: 'settled', person, hospital: place.hospital };
  });
}

/** Poor in the sense of the notice, on every day of the sample. */
function isPoor(person: SamplePerson | undefined): boolean {
  const poor = new Set(['destitute', 'low-income', 'registered-poor']);
  return (
    person?.categories.some(({ category, from, to }) => poor.has(category) && from < '2018-01-01' && to === undefined) ?? false
  );
}

/** HIS sends the first bill of a queue a second time, after everything else: the first answer must come back. */
function repeatOne(queue: PlannedPost[]): void {
  const [first] = queue;
  if (first !== undefined) queue.push({ ...first, want: 'repeat' });
}
