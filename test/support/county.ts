/** A made-up county: hospitals, persons with valid check digits (GB 11643), discharges, in the words of the HTTP contract. */
import type { CareType, Category, HospitalLevel, Transfer } from '@oss/policy';
import { checkCharacterOf, type ItemClass } from '@oss/settlement';

export interface HospitalBody {
  readonly name: string;
  readonly region: string;
  readonly level: HospitalLevel;
  readonly designated: boolean;
}

export interface PersonBody {
  readonly idNumber: string;
  readonly name: string;
  readonly region: string;
  readonly cover?: { readonly from: string; readonly to?: string; readonly premiumPaidBy: 'person' | 'subsidy' } | null;
  readonly categories?: readonly { readonly category: Category; readonly from: string; readonly to?: string }[];
  readonly approvedDiseases?: readonly { readonly icd10: string; readonly from: string; readonly to?: string }[];
  readonly diedOn?: string;
  readonly memberNos?: Readonly<Record<string, string>>;
}

export interface LineBody {
  readonly code: string;
  readonly name?: string;
  readonly class: ItemClass;
  readonly amountFen: number;
  readonly firstSelfPayBp?: number;
  readonly overLimitFen?: number;
}

export interface BillBody {
  readonly invoiceNo?: string;
  readonly totalFen: number;
  readonly lines?: readonly LineBody[];
  readonly summary?: { readonly outOfCatalogueFen: number; readonly overLimitFen: number; readonly firstSelfPayFen: number };
}

export interface CareBody {
  readonly type: CareType;
  readonly admittedOn: string;
  readonly dischargedOn: string;
  readonly diagnoses: readonly string[];
  readonly transfer: Transfer;
  readonly chronicDisease?: string;
}

export interface DischargeBody {
  readonly hospitalCode: string;
  readonly encounterNo: string;
  readonly region: string;
  readonly patient: { readonly idNumber: string; readonly name: string };
  readonly care: CareBody;
  readonly bill: BillBody;
}

export const FULIANG = '360222';
export const CHONGQING = '500112';
/** 重庆市渝北区 and 浮梁县 hospitals, one of each level; one abroad in the province, one outside it, one undesignated. */
export const HOSPITALS = {
  H1: { name: '浮梁县某乡卫生院', region: '360222', level: 1, designated: true },
  H2: { name: '浮梁县某人民医院', region: '360222', level: 2, designated: true },
  H3: { name: '景德镇市某医院', region: '360203', level: 3, designated: true },
  HPROVINCE: { name: '南昌某医院', region: '360103', level: 3, designated: true },
  HFAR: { name: '上海某医院', region: '310104', level: 3, designated: true },
  HPLAIN: { name: '浮梁县某民营医院', region: '360222', level: 2, designated: false },
  CQ1: { name: '渝北区某街道医院', region: '500112', level: 1, designated: true },
  CQ2: { name: '渝北区某人民医院', region: '500112', level: 2, designated: true },
  CQ3: { name: '重庆某医院', region: '500103', level: 3, designated: true },
} as const satisfies Readonly<Record<string, HospitalBody>>;
export type HospitalCode = keyof typeof HOSPITALS;

const SURNAMES = ['赵', '钱', '孙', '李', '周', '吴', '郑', '王', '欧阳', '司马', '诸葛', '上官'] as const;
const GIVEN = ['试一', '试二', '例春', '例秋', '样安', '样宁', '测平', '测福', '拟兰', '拟竹'] as const;

/** The id number of the n-th made-up person, its check character computed; nobody's. */
export function madeUpIdNumber(n: number, division = '360222'): string {
  const year = 1940 + (Math.floor(n / 1_000) % 60);
  const digits = `${division}${year}0317${String(n % 1_000).padStart(3, '0')}`;
  return digits + checkCharacterOf(digits);
}

/** The n-th made-up person, ordinary and covered from 2018 on unless said otherwise. */
export function madeUpPerson(n: number, more: Partial<PersonBody> & { readonly category?: Category } = {}): PersonBody {
  const { category, ...given } = more;
  const name = `${SURNAMES[n % SURNAMES.length]!}${GIVEN[Math.floor(n / SURNAMES.length) % GIVEN.length]!}`;
  return {
    idNumber: madeUpIdNumber(n, given.region ?? FULIANG),
    name,
    region: FULIANG,
    cover: { from: '2018-01-01', premiumPaidBy: category === undefined ? 'person' : 'subsidy' },
    categories: category === undefined ? [] : [{ category, from: '2016-01-01' }],
    ...given,
  };
}

interface DischargeChoice {
  readonly hospital?: HospitalCode;
  readonly encounterNo: string;
  readonly dischargedOn?: string;
  readonly admittedOn?: string;
  readonly transfer?: Transfer;
  readonly diagnoses?: readonly string[];
  readonly bill?: BillBody;
  readonly type?: CareType;
  readonly chronicDisease?: string;
}

/** A local inpatient stay of a person; everything in scope unless the bill says otherwise. */
export function dischargeOf(person: PersonBody, choice: DischargeChoice): DischargeBody {
  const { hospital = 'H2', encounterNo, dischargedOn = '2018-03-19', admittedOn = dischargedOn, transfer = 'none' } = choice;
  const { diagnoses = ['J18.9'], bill = inScopeBill(1_000_000), type = 'inpatient', chronicDisease } = choice;
  const chronic = chronicDisease === undefined ? {} : { chronicDisease };
  return {
    hospitalCode: hospital,
    encounterNo,
    region: person.region,
    patient: { idNumber: person.idNumber, name: person.name },
    care: { type, admittedOn, dischargedOn, diagnoses, transfer, ...chronic },
    bill,
  };
}

/** A bill that is in scope as a whole: class A alone. */
export function inScopeBill(totalFen: number): BillBody {
  return { totalFen, lines: [{ code: 'XA02BC', name: '甲类药', class: 'A', amountFen: totalFen }] };
}

/** A bill of the three classes; class B with the pack's default first self-pay. */
export function mixedBill(classA: number, classB: number, classC: number, invoiceNo?: string): BillBody {
  const lines: LineBody[] = [
    { code: 'XA02BC', name: '甲类药', class: 'A', amountFen: classA },
    { code: 'XN06BX', name: '乙类药', class: 'B', amountFen: classB },
    { code: 'ZZ0001', name: '自费项目', class: 'C', amountFen: classC },
  ];
  return { ...(invoiceNo === undefined ? {} : { invoiceNo }), totalFen: classA + classB + classC, lines };
}

/** The bill of the example: 52 000.00, of it A 30 000, B 20 000 (first self-pay 10 %), C 2 000. */
export const EXAMPLE_BILL: BillBody = {
  totalFen: 5_200_000,
  lines: [
    { code: 'XA02BC', class: 'A', amountFen: 3_000_000 },
    { code: 'XN06BX', class: 'B', amountFen: 2_000_000, firstSelfPayBp: 1_000 },
    { code: 'ZZ0001', class: 'C', amountFen: 200_000 },
  ],
};
