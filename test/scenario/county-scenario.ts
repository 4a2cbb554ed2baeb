/**
 * The scenario that both modes play: the demo's county, every post of it, and beside it what the demo has none of: a batch,
 * pre-settlements, corrections of every kind, a year settled at its end, taken back by a late discharge and settled again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { settlementIdOf } from '@oss/settlement';
import type { SamplePerson } from '../../apps/one-stop/demo/sample-people';
import { sampleCounty } from '../../apps/one-stop/demo/sample-county';
import {
  dischargeOf,
  type DischargeBody,
  EXAMPLE_BILL,
  type HospitalBody,
  HOSPITALS,
  inScopeBill,
  madeUpPerson,
  mixedBill,
  type PersonBody,
} from '../support/county';
import { ROOT } from '../support/source-tree';
import type { Phase, Queue, Step } from './steps';

const YEAR_END_PACK = join(ROOT, 'test/audit/packs/530102-year-end-2018.yaml');
const YEAR_END_REGION = '530102';
const ORDER = { reason: '费用录入错误', operatorCode: 'OP-1' };

export const idOf = ({ hospitalCode, encounterNo }: { readonly hospitalCode: string; readonly encounterNo: string }): string =>
  settlementIdOf(hospitalCode, encounterNo);

/** What is registered before anything is posted. */
export interface Registered {
  readonly hospitals: readonly { readonly code: string; readonly record: HospitalBody }[];
  /** By PUT. */
  readonly persons: readonly (PersonBody | SamplePerson)[];
  /** As a roster, which the demo's client writes. */
  readonly roster: readonly SamplePerson[];
}

export interface Scenario {
  readonly registered: Registered;
  readonly phases: readonly Phase[];
  /** Discharges that come in on the hospitals' topic where there is Kafka, after the phases; of different persons. */
  readonly streamed: readonly DischargeBody[];
  /** Reads everything that was settled, once it is. */
  readonly reading: Phase;
}

export function countyScenario(): Scenario {
  const county = sampleCounty();
  const corrected = correctedPeople();
  const yearEnds = yearEndPeople();
  const batch = batchPeople();
  const streaming = [790, 791].map((n) => madeUpPerson(n, { category: 'destitute' }));
  const streamed = streaming.map((person, n) => dischargeOf(person, { encounterNo: `SC-S${n}`, bill: inScopeBill(700_001 + n) }));
  const posts: Phase = county.queues.map((queue) => queue.map(({ body, want }) => demoPost(body, want)));
  const people = [...corrected.persons, ...yearEnds.persons, ...batch.persons, ...streaming];
  const phases = [
    [[adoption()]],
    [...posts, ...corrected.queues, ...yearEnds.before, ...batch.queues],
    [[yearEnd()]],
    yearEnds.late,
    [[yearEnd()], [yearEnd('360222')]],
  ];
  return {
    registered: {
      hospitals: [
        ...county.hospitals.map(({ code, ...record }) => ({ code, record })),
        ...Object.entries(HOSPITALS).map(([code, record]) => ({ code, record })),
        { code: 'HYE', record: { ...HOSPITALS.H2, region: YEAR_END_REGION } },
      ],
      persons: [...county.persons.filter((_, index) => index % 2 === 1), ...people],
      roster: county.persons.filter((_, index) => index % 2 === 0),
    },
    phases,
    streamed,
    reading: reading(phases, streamed),
  };
}

/** A post of the demo: settled, refused by a certain code, or repeated. */
function demoPost(body: unknown, want: 'settled' | 'repeat' | { readonly status: number }): Step {
  if (typeof want === 'object') return { method: 'POST', path: '/v1/discharges', body, status: want.status };
  return { ...settle(body as DischargeBody), status: want === 'settled' ? 201 : 200 };
}

export function settle(body: DischargeBody): Step {
  return { method: 'POST', path: '/v1/discharges', body, status: 201, again: 200, rest: [idOf(body)] };
}

const quote = (body: DischargeBody): Step => ({ method: 'POST', path: '/v1/pre-settlements', body, status: 200 });

/** @param rest those that are settled again because of it */
export function reversal(of: DischargeBody, cascade: boolean, rest: readonly DischargeBody[] = []): Step {
  const path = `/v1/settlements/${idOf(of)}/reversal`;
  return { method: 'POST', path, body: { ...ORDER, attempt: 1, cascade }, status: 200, rest: [of, ...rest].map(idOf) };
}

/** Every kind of correction, on three persons. */
function correctedPeople(): { persons: PersonBody[]; queues: Queue[] } {
  const memberNos = { 'basic-insurance': 'YB-700', 'medical-assistance': '救助-700' };
  const [poor, late, plain] = [
    madeUpPerson(700, { category: 'registered-poor', memberNos }),
    madeUpPerson(701),
    madeUpPerson(702, { category: 'low-income' }),
  ] as const;
  const stay = (person: PersonBody, n: number, bill = mixedBill(2_000_003 * n, 300_001, 10_007)): DischargeBody =>
    dischargeOf(person, { encounterNo: `SC-${person.idNumber.slice(-4, -1)}-${n}`, dischargedOn: `2018-06-1${n}`, bill });
  const [first, second, third] = [stay(poor, 1, EXAMPLE_BILL), stay(poor, 2), stay(poor, 3)] as const;
  const corrects = { settlementId: idOf(first), attempt: 1 };
  const corrected = { ...stay(poor, 1, inScopeBill(4_100_001)), corrects } as DischargeBody;
  const entitled = { ...late, categories: [{ category: 'registered-poor' as const, from: '2016-01-01' }] };
  const resettled: Step = {
    method: 'POST',
    path: `/v1/settlements/${idOf(stay(late, 1))}/resettlement`,
    body: { ...ORDER, attempt: 1 },
    status: 200,
    // Whoever got no answer and asks again hears that this attempt has been replaced.
    again: 409,
    rest: [idOf(stay(late, 1)), idOf(stay(late, 2))],
  };
  const refused: Step = { ...reversal(stay(plain, 1), false), status: 409, rest: [] };
  return {
    persons: [poor, late, plain],
    queues: [
      [quote(first), ...[first, second, third].map(settle), quote(stay(poor, 4)), reversal(first, true, [second, third])].concat(
        settle(corrected),
        { ...settle(first), status: 200 },
        { ...settle(corrected), status: 200 },
      ),
      [settle(stay(late, 1)), settle(stay(late, 2)), register(entitled), resettled],
      [settle(stay(plain, 1)), settle(stay(plain, 2)), refused, reversal(stay(plain, 2), false), reversal(stay(plain, 2), false)],
    ],
  };
}

export function register(person: PersonBody): Step {
  return { method: 'PUT', path: '/v1/registry/persons', body: person, status: 200 };
}

/** The pack whose last line pays at the end of the year, adopted while the system runs. */
function adoption(): Step {
  const content = parse(readFileSync(YEAR_END_PACK, 'utf8')) as object;
  return { method: 'POST', path: '/v1/policy/packs', body: { content, operatorCode: 'OP-1' }, status: 201, again: 200 };
}

function yearEndPeople(): { persons: PersonBody[]; before: Queue[]; late: Queue[] } {
  const persons = [720, 721, 722].map((n) =>
    madeUpPerson(n, { region: YEAR_END_REGION, ...(n < 722 ? { category: 'low-income' } : {}) }),
  );
  const stay = (person: PersonBody, n: number): DischargeBody => ({
    ...dischargeOf(person, { encounterNo: `YE-${persons.indexOf(person)}-${n}`, bill: inScopeBill(1_000_003 * n) }),
    hospitalCode: 'HYE',
  });
  return {
    persons,
    before: persons.map((person) => [settle(stay(person, 1)), settle(stay(person, 2))]),
    // One is discharged late, of another a stay is reversed: both take their year's settlement back.
    late: [[settle(stay(persons[0]!, 3))], [reversal(stay(persons[1]!, 1), true, [stay(persons[1]!, 2)])]],
  };
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!;

/** Its lines come in an order that pseudonyms decide: only their sum is kept. */
function yearEnd(region = YEAR_END_REGION): Step {
  return {
    method: 'POST',
    path: '/v1/year-ends',
    at: 'settlement',
    body: { region, year: '2018', operatorCode: 'OP-1' },
    status: 200,
    keeps: lastLine,
  };
}

/** A batch of six persons with two lines each, a line that is no JSON, and one that was settled before. */
function batchPeople(): { persons: PersonBody[]; queues: Queue[] } {
  const persons = Array.from({ length: 6 }, (_, n) => madeUpPerson(740 + n, n % 2 === 0 ? { category: 'registered-poor' } : {}));
  const bodies = [1, 2].flatMap((n) =>
    persons.map((person, i) => dischargeOf(person, { encounterNo: `B-${i}-${n}`, bill: inScopeBill(900_001 * n + 7 * i) })),
  );
  const lines = [...bodies.map((body) => JSON.stringify(body)), '{"half', JSON.stringify(bodies[0])];
  const body = `${lines.join('\n')}\n`;
  return { persons, queues: [[{ method: 'POST', path: '/v1/discharges/batch', body, status: 200, rest: bodies.map(idOf) }]] };
}

/** Every settlement; the first attempts and the facts of those that were corrected; the period's sums of every hospital and payer. */
function reading(phases: readonly Phase[], streamed: readonly DischargeBody[]): Phase {
  const ids = new Set([...phases.flat(2).flatMap(({ rest = [] }) => rest), ...streamed.map(idOf)]);
  const moved = new Set(phases.flat(2).flatMap(({ path, rest = [] }) => (path.endsWith('/reversal') ? rest : [])));
  const get = (path: string): Step => ({ method: 'GET', path, status: 200 });
  const settlements = [...ids].map((id) => [get(`/v1/settlements/${id}`)]);
  const corrected = [...moved].map((id) => ['?attempt=1', '/events'].map((of) => get(`/v1/settlements/${id}${of}`)));
  const sums = [
    'hospitalCode=H2',
    'hospitalCode=HYE',
    'payer=basic-insurance',
    'payer=fifth-line',
    'payer=medical-assistance',
  ].map((who) => [{ ...get(`/v1/settlements?${who}&from=2018-01-01&to=2018-12-31`), keeps: sumsOf }]);
  return [...settlements, ...corrected, ...sums];
}

/** Within a day a period's list stands in the order of completion, which nobody promises. */
function sumsOf(text: string): string {
  const { sums, resettling } = JSON.parse(text) as { sums: unknown; resettling: unknown };
  return JSON.stringify({ sums, resettling });
}
