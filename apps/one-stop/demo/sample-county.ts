/**
 * The whole sample: who is registered, and what is posted, person by person in order. Settled posts, repeats that must get
 * the first answer again, and posts that must be refused with a certain code. The same in every run.
 */
import type { PostedDischarge } from '@oss/settlement';
import { type ExampleBill, exampleBills } from './public-examples';
import { refusedPosts } from './refused-posts';
import { type DischargeBody, sampleBill, sampleStay } from './sample-bills';
import { CHONGQING, FULIANG, HOSPITALS, People, type SampleHospital, type SamplePerson, WAYS, weighted } from './sample-people';
import { SeededRandom } from './seeded-random';

/** One request to `POST /v1/discharges` and what must come of it. */
export interface PlannedPost {
  readonly body: unknown;
  readonly want: 'settled' | 'repeat' | { readonly status: number; readonly code: string };
  /** Of a settled post: who and where, for the expectation and the statement. */
  readonly person?: SamplePerson;
  readonly hospital?: SampleHospital;
  readonly example?: ExampleBill;
}

export interface County {
  readonly hospitals: readonly SampleHospital[];
  readonly persons: readonly SamplePerson[];
  /** Each list is posted in order; different lists at the same time. */
  readonly queues: readonly (readonly PlannedPost[])[];
  /** The posts whose statements are printed in full. */
  readonly shown: readonly PlannedPost[];
}

const SEED = 20180404;
const FULIANG_STAYS = 198;
const CHONGQING_STAYS = 29;

/** The county, always the same. Settled posts: 240 in all. */
export function sampleCounty(): County {
  const random = new SeededRandom(SEED);
  const people = new People(random);
  const examples = exampleBills().map(exampleQueue);
  const founding = foundingPost(people);
  const queues: PlannedPost[][] = [[founding], ...examples.map(({ queue }) => queue)];
  queues.push(...stays(random, people, FULIANG, 2018, FULIANG_STAYS), ...stays(random, people, CHONGQING, 2023, CHONGQING_STAYS));
  for (const [index, queue] of queues.entries()) if (index % 9 === 0) repeatOne(queue);
  queues.push(...refusedPosts(random, people, queues));
  const far = queues.flat().find((post) => post.want === 'settled' && post.hospital === HOSPITALS.province && (post.person?.categories.length ?? 0) > 0);
  const official = examples.find(({ queue }) => queue[0]?.example?.case.example === 'yubei-2023-jiang')?.queue[0];
  return {
    hospitals: [...Object.values(HOSPITALS), ...examples.map(({ hospital }) => hospital)],
    persons: [...people.all, ...examples.map(({ person }) => person)],
    queues,
    shown: [founding, official, far].filter((post) => post !== undefined),
  };
}

/** The bill that founded the system's own worked example: registered poor, level 2, 52 000 yuan. */
function foundingPost(people: People): PlannedPost {
  const person = people.add({ region: FULIANG, categories: [{ category: 'registered-poor', from: '2016-01-01' }] });
  const bill: PostedDischarge['bill'] = {
    totalFen: 5_200_000,
    lines: [
      { code: 'XA02BC', name: '甲类费用', class: 'A', amountFen: 3_000_000 },
      { code: 'XN06BX', name: '乙类费用', class: 'B', amountFen: 2_000_000, firstSelfPayBp: 1_000 },
      { code: 'ZZ0001', name: '丙类费用', class: 'C', amountFen: 200_000 },
    ],
  };
  const body: DischargeBody = {
    hospitalCode: HOSPITALS.county.code,
    encounterNo: 'ZY2018030700123',
    region: FULIANG,
    patient: { idNumber: person.idNumber, name: person.name },
    care: { type: 'inpatient', admittedOn: '2018-03-07', dischargedOn: '2018-03-19', diagnoses: ['C16.9'], transfer: 'none' },
    bill,
  };
  return { body, want: 'settled', person, hospital: HOSPITALS.county };
}

function exampleQueue(example: ExampleBill): { queue: PlannedPost[]; person: SamplePerson; hospital: SampleHospital } {
  const { discharge, person, hospital } = example.content;
  const registered = { person: person as unknown as SamplePerson, hospital: hospital as unknown as SampleHospital };
  return { ...registered, queue: [{ body: discharge, want: 'settled', ...registered, example }] };
}

/** Queues of new people until the wanted number of stays is reached: most have a few, every tenth is often in hospital. */
function stays(random: SeededRandom, people: People, region: typeof FULIANG | typeof CHONGQING, year: number, wanted: number): PlannedPost[][] {
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

function personQueue(random: SeededRandom, person: SamplePerson, year: number, count: number, numberedFrom: number): PlannedPost[] {
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

/** HIS sends the first bill of a queue a second time, after everything else: the first answer must come back. */
function repeatOne(queue: PlannedPost[]): void {
  const [first] = queue;
  if (first !== undefined) queue.push({ ...first, want: 'repeat' });
}
