/**
 * A made-up county for measuring: persons, hospitals and discharges, each a pure function of its number, so that the load
 * generator, the rivals and the in-process cases all meet the same work. 1 % of the persons have 150 cases a year.
 */
import type { Category, HospitalLevel, Transfer } from '@oss/policy';
import { checkCharacterOf, type ItemClass, type PostedDischarge } from '@oss/settlement';

export const REGION = '360222';
const FIRST_YEAR = 2018;
const HEAVY_PERSONS_PER_HUNDRED = 1;
const HEAVY_CASES_PER_YEAR = 150;
/** Of twenty discharges in a row, so many are of the heavy persons; the rest falls on everybody else. */
const HEAVY_OF_TWENTY = 9;

export interface County {
  readonly persons: number;
}

export interface BenchPerson {
  readonly idNumber: string;
  readonly name: string;
  readonly categories: readonly Category[];
}

export interface BenchHospital {
  readonly code: string;
  readonly name: string;
  readonly region: string;
  readonly level: HospitalLevel;
  readonly transfers: readonly Transfer[];
}

export interface BenchDischarge extends PostedDischarge {
  readonly patient: { readonly idNumber: string; readonly name: string };
}

const LEVELS = [1, 2, 2, 3] as const;
const LOCAL_HOSPITALS = 24;

/** Local ones of all levels, and three elsewhere, one for each way of getting there. */
export const HOSPITALS: readonly BenchHospital[] = [
  ...Array.from({ length: LOCAL_HOSPITALS }, (_, index): BenchHospital => ({
    code: `H3602220${String(index + 1).padStart(4, '0')}`,
    name: `浮梁县第${index + 1}医院`,
    region: index % 3 === 0 ? '360203' : REGION,
    level: LEVELS[index % LEVELS.length]!,
    transfers: ['none'],
  })),
  { code: 'H36010000001', name: '南昌某三级医院', region: '360102', level: 3, transfers: ['referred', 'unreferred-in-province'] },
  { code: 'H36040000002', name: '九江某二级医院', region: '360402', level: 2, transfers: ['referred', 'living-elsewhere'] },
  {
    code: 'H31010000003',
    name: '上海某三级医院',
    region: '310101',
    level: 3,
    transfers: ['unreferred-out-of-province', 'referred'],
  },
];

const CATEGORIES_BY_TENTH: readonly (readonly Category[])[] = [
  ['registered-poor'],
  ['registered-poor'],
  ['registered-poor'],
  ['registered-poor', 'low-income'],
  ['low-income'],
  ['low-income'],
  ['destitute'],
  ['registered-poor', 'disabled'],
  [],
  [],
];
const SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗';
const GIVEN = '秀英桂兰建国玉珍志强春梅海燕金凤小红文华德明';
const DAYS = 365;
const YEARS_OF_BIRTH = 70;

/** Whole number of 32 bits that looks random and is always the same for the same arguments. */
export function mixed(a: number, b = 0): number {
  let h = (a ^ 0x9e3779b9 ^ Math.imul(b + 1, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

const pick = <T>(from: ArrayLike<T>, number: number): T => from[number % from.length]!;

function day(year: number, ordinal: number): string {
  return new Date(Date.UTC(year, 0, 1 + ordinal)).toISOString().slice(0, 10);
}

export function person(number: number): BenchPerson {
  const births = DAYS * YEARS_OF_BIRTH;
  const born = day(1940 + (Math.floor(number / DAYS) % YEARS_OF_BIRTH), number % DAYS).replaceAll('-', '');
  const digits = `${REGION}${born}${String(1 + Math.floor(number / births)).padStart(3, '0')}`;
  return {
    idNumber: `${digits}${checkCharacterOf(digits)}`,
    name: `${pick(SURNAMES, number)}${pick(GIVEN, mixed(number))}${pick(GIVEN, mixed(number, 1))}`,
    categories: pick(CATEGORIES_BY_TENTH, mixed(number, 2)),
  };
}

/** The persons as a roster for `POST /v1/registry/persons/import`. */
export function roster({ persons }: County): string {
  const rows = ['idNumber,name,region,coverFrom,premiumPaidBy,categories'];
  for (let number = 0; number < persons; number += 1) {
    const { idNumber, name, categories } = person(number);
    rows.push(`${idNumber},${name},${REGION},2016-01-01,${number % 2 === 0 ? 'person' : 'subsidy'},${categories.join(';')}`);
  }
  return rows.join('\n');
}

const heavyPersons = ({ persons }: County): number => Math.max(1, Math.ceil((persons * HEAVY_PERSONS_PER_HUNDRED) / 100));

/** Discharges after which every heavy person has had 150; the next ones fall into the next year. */
export function dischargesPerYear(county: County): number {
  return Math.floor((heavyPersons(county) * HEAVY_CASES_PER_YEAR * 20) / HEAVY_OF_TWENTY);
}

/** Whose discharge the n-th of a year is. The heavy ones take turns: nobody leaves two hospitals at once. */
export function personOf(county: County, inYear: number): number {
  const heavy = heavyPersons(county);
  const group = Math.floor(inYear / 20);
  const slot = ((inYear % 20) * 7) % 20;
  if (slot < HEAVY_OF_TWENTY) return (group * HEAVY_OF_TWENTY + slot) % heavy;
  return heavy + (mixed(inYear, 3) % Math.max(1, county.persons - heavy));
}

const ITEMS: readonly (readonly [ItemClass, string, string])[] = [
  ['A', 'XJ01DDT096B002010100', '注射用头孢曲松钠 1.0g'],
  ['A', '110900001C', '普通病房床位费（三人间）'],
  ['A', '120100003', '二级护理'],
  ['B', 'XB01ABD068B002020181', '低分子肝素钙注射液 4100AXaIU'],
  ['B', '210300001A', 'X线计算机体层(CT)平扫'],
  ['A', '250101015', '血细胞分析（五分类）'],
  ['B', 'C0301091780100005', '一次性使用静脉留置针'],
  ['C', 'ZZ0001', '陪护床租用及特需服务'],
  ['B', 'XN02BEY028E001010102', '布洛芬缓释胶囊 0.3g×20粒'],
  ['A', '310701001', '常规心电图检查（十二通道）'],
];
const DIAGNOSES = ['C16.9', 'I63.9', 'J18.9', 'K35.8', 'N18.5', 'I21.9', 'S72.0', 'E11.9', 'M51.2', 'J44.1'];
const YUAN_BY_LEVEL: Readonly<Record<HospitalLevel, number>> = { 1: 600, 2: 2_400, 3: 6_000 };

function billLines(number: number, level: HospitalLevel, lines: number, heavy: boolean) {
  // One bill in eight is an operation; a heavy person's visit is a short one.
  const scale = YUAN_BY_LEVEL[level] * (heavy ? 0.3 : mixed(number, 4) % 8 === 0 ? 6 : 1);
  return Array.from({ length: lines }, (_, index) => {
    const [itemClass, code, name] = pick(ITEMS, index + number);
    const amountFen = 100 + (mixed(number, 10 + index) % Math.ceil((scale * 100 * 8) / lines));
    const extra = mixed(number, 1_000 + index) % 8;
    return {
      code,
      name,
      class: itemClass,
      amountFen,
      ...(itemClass === 'B' && extra < 4 ? { firstSelfPayBp: pick([500, 1_000, 2_000, 3_000], extra) } : {}),
      ...(extra === 7 ? { overLimitFen: Math.floor(amountFen / 20) } : {}),
    };
  });
}

/** The discharge with a number: the body of `POST /v1/discharges`. */
export function discharge(county: County, number: number, lines: number): BenchDischarge {
  const perYear = dischargesPerYear(county);
  const inYear = number % perYear;
  const who = personOf(county, inYear);
  const { idNumber, name } = person(who);
  const away = mixed(number, 5) % 100 < 8;
  const hospital = away
    ? pick(HOSPITALS.slice(LOCAL_HOSPITALS), mixed(number, 6))
    : HOSPITALS[mixed(number, 7) % LOCAL_HOSPITALS]!;
  const year = FIRST_YEAR + Math.floor(number / perYear);
  const discharged = Math.floor((inYear * DAYS) / perYear);
  const stay = mixed(number, 8) % 14;
  const items = billLines(number, hospital.level, lines, who < heavyPersons(county));
  return {
    hospitalCode: hospital.code,
    encounterNo: `ZY${String(year)}${String(number).padStart(9, '0')}`,
    region: REGION,
    patient: { idNumber, name },
    care: {
      type: 'inpatient',
      admittedOn: day(year, discharged - stay),
      dischargedOn: day(year, discharged),
      diagnoses: [pick(DIAGNOSES, mixed(number, 9))],
      transfer: pick(hospital.transfers, mixed(number, 11)),
    },
    bill: {
      invoiceNo: `INV${String(number).padStart(10, '0')}`,
      totalFen: items.reduce((sum, { amountFen }) => sum + amountFen, 0),
      lines: items,
    },
  };
}
