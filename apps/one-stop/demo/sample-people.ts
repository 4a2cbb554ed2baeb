/**
 * The people and hospitals of the sample county. All made up: id numbers begin with 99, which is no division of the
 * country, so that a valid check digit never meets a real person; hospitals are called 样例, "sample".
 */
import type { Category, HospitalLevel, Transfer } from '@oss/policy';
import { checkCharacterOf } from '@oss/settlement';
import type { SeededRandom } from './seeded-random';

export interface SampleHospital {
  readonly code: string;
  readonly name: string;
  readonly region: string;
  readonly level: HospitalLevel;
  readonly designated: boolean;
}

/** As `PUT /v1/registry/persons` takes it. */
export interface SamplePerson {
  readonly idNumber: string;
  readonly name: string;
  readonly region: string;
  readonly cover?: { readonly from: string; readonly to?: string; readonly premiumPaidBy: 'person' | 'subsidy' };
  readonly categories: readonly { readonly category: Category; readonly from: string; readonly to?: string }[];
}

/** A hospital and the kind of transfer by which one gets there. */
export interface Place {
  readonly hospital: SampleHospital;
  readonly transfer: Transfer;
}

/** What there is to choose from, each with its weight. */
export type Choices<T> = readonly (readonly [number, T])[];

export const FULIANG = '360222';
export const CHONGQING = '500112';

function hospital(code: string, name: string, region: string, level: HospitalLevel, designated = true): SampleHospital {
  return { code, name, region, level, designated };
}

export const HOSPITALS = {
  town: hospital('H36022200101', '样例镇中心卫生院', FULIANG, 1),
  village: hospital('H36022200102', '样例乡卫生院', FULIANG, 1),
  county: hospital('H36022200017', '样例县人民医院', FULIANG, 2),
  herbal: hospital('H36022200018', '样例县中医院', FULIANG, 2),
  city: hospital('H36020300001', '样例市第一人民医院', '360203', 3),
  province: hospital('H36010200001', '样例省立医院（南昌）', '360102', 3),
  shanghai: hospital('H31010100001', '样例申江医院（上海）', '310101', 3),
  unlisted: hospital('H36022200099', '样例非定点医院', FULIANG, 2, false),
  cqTown: hospital('H50011200001', '样例街道卫生院（重庆）', CHONGQING, 1),
  cqDistrict: hospital('H50011200002', '样例区人民医院（重庆）', CHONGQING, 2),
  cqCity: hospital('H50010300001', '样例附属医院（重庆）', '500103', 3),
} as const satisfies Record<string, SampleHospital>;

/** Where people of a county go, how often (of 100), and by which kind of transfer. */
export const WAYS: Readonly<Record<string, Choices<Place>>> = {
  [FULIANG]: [
    [18, { hospital: HOSPITALS.town, transfer: 'none' }],
    [10, { hospital: HOSPITALS.village, transfer: 'none' }],
    [28, { hospital: HOSPITALS.county, transfer: 'none' }],
    [12, { hospital: HOSPITALS.herbal, transfer: 'none' }],
    [14, { hospital: HOSPITALS.city, transfer: 'none' }],
    [6, { hospital: HOSPITALS.province, transfer: 'referred' }],
    [4, { hospital: HOSPITALS.province, transfer: 'unreferred-in-province' }],
    [2, { hospital: HOSPITALS.province, transfer: 'living-elsewhere' }],
    [2, { hospital: HOSPITALS.shanghai, transfer: 'referred' }],
    [2, { hospital: HOSPITALS.shanghai, transfer: 'unreferred-out-of-province' }],
    [2, { hospital: HOSPITALS.shanghai, transfer: 'living-elsewhere' }],
  ],
  [CHONGQING]: [
    [30, { hospital: HOSPITALS.cqTown, transfer: 'none' }],
    [45, { hospital: HOSPITALS.cqDistrict, transfer: 'none' }],
    [25, { hospital: HOSPITALS.cqCity, transfer: 'none' }],
  ],
};

const SURNAMES = [...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜'];
const GIVEN = [
  '大山',
  '小河',
  '春生',
  '秋菊',
  '冬梅',
  '夏荷',
  '长根',
  '桂兰',
  '水生',
  '福田',
  '玉茶',
  '青禾',
  '松柏',
  '细妹',
  '石头',
  '瓷娃',
];

/** Category sets and how often (of 100) they occur among the people of the Fuliang sample. */
const CIRCUMSTANCES: Choices<readonly Category[]> = [
  [30, []],
  [28, ['registered-poor']],
  [14, ['low-income']],
  [9, ['destitute']],
  [7, ['low-income', 'disabled']],
  [5, ['registered-poor', 'low-income']],
  [4, ['orphan']],
  [3, ['marginal']],
];

/** The sample's people, each with an id number of its own. */
export class People {
  readonly all: SamplePerson[] = [];
  #numbers = 0;

  constructor(private readonly random: SeededRandom) {}

  /** A person of the county in the circumstances that the sample's shares give. */
  fuliang(): SamplePerson {
    return this.add({
      region: FULIANG,
      categories: weighted(this.random, CIRCUMSTANCES).map((category) => this.#dated(category)),
    });
  }

  chongqing(): SamplePerson {
    const categories = this.random.pick<readonly Category[]>([[], ['marginal'], ['low-income'], ['destitute']]);
    return this.add({ region: CHONGQING, categories: categories.map((category) => ({ category, from: '2023-01-01' })) });
  }

  /** @param given what is to differ; a cover of undefined leaves the person without one */
  add(given: Pick<SamplePerson, 'region' | 'categories'> & Partial<SamplePerson>): SamplePerson {
    const subsidised = given.categories.some(({ category }) => category !== 'disabled' && category !== 'marginal');
    const cover = {
      from: given.region === FULIANG ? '2018-01-01' : '2023-01-01',
      premiumPaidBy: subsidised ? 'subsidy' : 'person',
    } as const;
    const person = {
      idNumber: this.nextIdNumber(),
      name: `${this.random.pick(SURNAMES)}${this.random.pick(GIVEN)}`,
      cover,
      ...given,
    };
    this.all.push(person);
    return person;
  }

  /** A valid id number that the registry does not hold yet. */
  nextIdNumber(): string {
    const { random } = this;
    const birth = `${random.between(1931, 2012)}${two(random.between(1, 12))}${two(random.between(1, 28))}`;
    this.#numbers += 1;
    const digits = `990222${birth}${String(this.#numbers).padStart(3, '0')}`;
    return `${digits}${checkCharacterOf(digits)}`;
  }

  /** Most have been recognised for years; some enter or leave in mid-year, so that the day decides. */
  #dated(category: Category): SamplePerson['categories'][number] {
    if (this.random.chance(8)) return { category, from: '2018-07-01' };
    if (this.random.chance(8)) return { category, from: '2016-01-01', to: '2018-06-30' };
    return { category, from: '2016-01-01' };
  }
}

/** One of a list, as often as its weight (of all weights together) says. */
export function weighted<T>(random: SeededRandom, choices: Choices<T>): T {
  let at = random.below(choices.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, value] of choices) {
    if (at < weight) return value;
    at -= weight;
  }
  throw new RangeError('no choice given');
}

export function two(value: number): string {
  return String(value).padStart(2, '0');
}
