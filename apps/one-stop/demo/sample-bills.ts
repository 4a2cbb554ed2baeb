/** Bills and stays of the sample, from a seeded generator: all classes, limit prices, summaries without lines, big and small. */
import { shareOf, sumFen } from '@oss/money';
import type { HospitalLevel } from '@oss/policy';
import type { PostedDischarge } from '@oss/settlement';
import { type Place, type SamplePerson, two } from './sample-people';
import type { SeededRandom } from './seeded-random';

/** The body of `POST /v1/discharges`. */
export interface DischargeBody extends PostedDischarge {
  readonly patient: { readonly idNumber: string; readonly name: string };
}

/** Lowest and highest amount of one line, in yuan, by hospital level. */
const LINE_YUAN: Readonly<Record<HospitalLevel, readonly [number, number]>> = { 1: [20, 900], 2: [80, 3_600], 3: [200, 14_000] };
const HEAVY_YUAN = [9_000, 60_000] as const;

const ITEMS = {
  A: ['床位费', '护理费', '检查费', '基础用药'],
  B: ['化验组合', '专科用药', '治疗材料'],
  C: ['特需材料', '营养品'],
} as const;
const FIRST_SELF_PAY_BP = [undefined, undefined, undefined, 500, 2_000, 3_000] as const;
const DIAGNOSES = ['C16.9', 'I63.9', 'J18.9', 'K35.8', 'N18.5', 'I21.9', 'S72.0', 'E11.9', 'M51.2', 'J44.1'] as const;

type Line = NonNullable<PostedDischarge['bill']['lines']>[number];

/** A bill of 3 to 10 lines, or now and then its sums alone. @param heavy an operation: far above the usual amounts */
export function sampleBill(random: SeededRandom, level: HospitalLevel, heavy: boolean): PostedDischarge['bill'] {
  const lines = Array.from({ length: random.between(3, 10) }, (_, index) =>
    sampleLine(random, heavy ? HEAVY_YUAN : LINE_YUAN[level], index),
  );
  const totalFen = sumFen(lines.map(({ amountFen }) => amountFen));
  if (!random.chance(8)) return { totalFen, lines };
  const summary = {
    outOfCatalogueFen: shareOf(totalFen, random.between(0, 900)),
    overLimitFen: shareOf(totalFen, random.between(0, 200)),
    firstSelfPayFen: shareOf(totalFen, random.between(0, 700)),
  };
  return { totalFen, summary };
}

function sampleLine(random: SeededRandom, [low, high]: readonly [number, number], index: number): Line {
  const drawn = random.below(100);
  const itemClass = drawn < 55 ? 'A' : drawn < 88 ? 'B' : 'C';
  const amountFen = random.between(low, high) * 100 + random.below(100);
  const firstSelfPayBp = itemClass === 'B' ? random.pick(FIRST_SELF_PAY_BP) : undefined;
  const overLimitFen = random.chance(12) ? shareOf(amountFen, random.between(100, 2_500)) : undefined;
  return {
    code: `X${itemClass}${String(index + 1).padStart(4, '0')}`,
    name: random.pick<string>(ITEMS[itemClass]),
    class: itemClass,
    amountFen,
    ...(firstSelfPayBp === undefined ? {} : { firstSelfPayBp }),
    ...(overLimitFen === undefined ? {} : { overLimitFen }),
  };
}

/** A stay of a person, discharged in a month of a year; every tenth begins the month before (some across New Year). */
export function sampleStay(
  random: SeededRandom,
  person: SamplePerson,
  place: Place,
  when: { readonly year: number; readonly month: number; readonly encounterNo: string },
  bill: PostedDischarge['bill'],
): DischargeBody {
  const day = random.between(3, 28);
  const admittedOn = random.chance(10)
    ? dayBefore(when.year, when.month, random)
    : `${when.year}-${two(when.month)}-${two(random.between(1, day))}`;
  return {
    hospitalCode: place.hospital.code,
    encounterNo: when.encounterNo,
    region: person.region,
    patient: { idNumber: person.idNumber, name: person.name },
    care: {
      type: 'inpatient',
      admittedOn,
      dischargedOn: `${when.year}-${two(when.month)}-${two(day)}`,
      diagnoses: [random.pick(DIAGNOSES)],
      transfer: place.transfer,
    },
    bill,
  };
}

function dayBefore(year: number, month: number, random: SeededRandom): string {
  const [inYear, inMonth] = month === 1 ? [year - 1, 12] : [year, month - 1];
  return `${inYear}-${two(inMonth)}-${two(random.between(10, 28))}`;
}
