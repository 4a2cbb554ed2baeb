/** Posts that must be refused, each with one fault and the code that names it. None may leave anything behind. */
import { checkCharacterOf } from '@oss/settlement';
import { type DischargeBody, sampleBill, sampleStay } from './sample-bills';
import type { PlannedPost } from './planned-post';
import { FULIANG, HOSPITALS, type People, type SamplePerson } from './sample-people';
import type { SeededRandom } from './seeded-random';

/**
 * One queue per fault, on people of their own; the last stands behind the settled post whose key it takes.
 * @param queues what is posted already
 */
export function refusedPosts(random: SeededRandom, people: People, queues: PlannedPost[][]): PlannedPost[][] {
  let number = 0;
  const stay = (person: SamplePerson): DischargeBody => {
    number += 1;
    const when = { year: 2018, month: 5, encounterNo: `NO2018${number}` };
    return sampleStay(random, person, { hospital: HOSPITALS.county, transfer: 'none' }, when, sampleBill(random, 2, false));
  };
  const sound = people.add({ region: FULIANG, categories: [] });
  const ended = people.add({
    region: FULIANG,
    categories: [],
    cover: { from: '2016-01-01', to: '2017-12-31', premiumPaidBy: 'person' },
  });
  const never = people.add({ region: FULIANG, categories: [{ category: 'low-income', from: '2016-01-01' }], cover: undefined });
  const early = people.add({ region: FULIANG, categories: [], cover: { from: '2016-01-01', premiumPaidBy: 'person' } });
  const base = stay(sound);
  const { patient, care, bill, hospitalCode } = base;
  const refused = (code: string, body: unknown, status = 422): PlannedPost[] => [{ body, want: { status, code } }];
  addConflict(queues[0]);
  return [
    refused('id-number-check-digit', { ...base, patient: { ...patient, idNumber: withWrongCheckDigit(patient.idNumber) } }),
    refused('lines-do-not-add-up', {
      ...base,
      bill: { totalFen: bill.totalFen + 100, lines: [{ code: 'XA0001', class: 'A', amountFen: bill.totalFen }] },
    }),
    refused('not-covered', stay(ended)),
    refused('not-covered', stay(never)),
    refused('no-pack', { ...stay(early), care: { ...care, admittedOn: '2017-11-02', dischargedOn: '2017-11-20' } }),
    refused('unknown-person', { ...base, patient: { ...patient, idNumber: people.nextIdNumber() } }),
    refused('name-differs', { ...base, patient: { ...patient, name: '查无此人' } }),
    refused('unknown-hospital', { ...base, hospitalCode: `${hospitalCode}9` }),
    refused('undesignated-hospital', { ...base, hospitalCode: HOSPITALS.unlisted.code }),
    refused('discharge-before-admission', { ...base, care: { ...care, admittedOn: '2018-06-01' } }),
    refused('malformed-icd10', { ...base, care: { ...care, diagnoses: ['胃癌'] } }),
    refused('transfer-contradicts-hospital', { ...base, care: { ...care, transfer: 'referred' } }),
    refused('invalid-body', { ...base, bill: { ...bill, totalFen: String(bill.totalFen) } }, 400),
  ];
}

/** The key of the queue's first settled post with another total: the hospital must reverse first, then correct. */
function addConflict(queue: PlannedPost[] | undefined): void {
  const first = queue?.[0]?.body as DischargeBody | undefined;
  if (queue === undefined || first === undefined) return;
  const bill = { totalFen: 100, lines: [{ code: 'XA02BC', class: 'A', amountFen: 100 }] };
  queue.push({ body: { ...first, bill }, want: { status: 409, code: 'encounter-differs' } });
}

function withWrongCheckDigit(idNumber: string): string {
  const right = checkCharacterOf(idNumber);
  return `${idNumber.slice(0, 17)}${right === '0' ? '1' : '0'}`;
}
