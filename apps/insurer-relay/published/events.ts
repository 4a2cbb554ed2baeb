/**
 * The published language: what insurers read, smaller than the stored facts and slower to change. A type's version stands in
 * its name; within a version fields are only added. Each type stands beside its schema, and the contract is made of these.
 */
import { PAYERS } from '@oss/policy';
import { basisPoints, count, day, fen, listOf, objectSchema, oneOf, type Schema, text, uuid } from './schema';

/** What one line pays, or of a reversed attempt gives back; whole fen. */
export interface PublishedShare {
  readonly line: string;
  readonly payer: string;
  readonly paidFen: number;
}

/** A correction that settles several cases again is published at once, after its last completion. */
export interface InCascade {
  /** Id of the correction: all its events carry it. Also in the header `ce_cascadeid`. */
  readonly cascadeId?: string;
  /** 1 … cascadeSize: place among the published events of the correction, whose order is that of the partition. */
  readonly cascadeIndex?: number;
  readonly cascadeSize?: number;
}

/** Which attempt of which case an event speaks of. */
export interface PublishedCase extends InCascade {
  readonly settlementId: string;
  readonly attempt: number;
  readonly personKey: string;
  readonly hospitalCode: string;
  readonly encounterNo: string;
  readonly region: string;
  readonly dischargedOn: string;
  readonly totalFen: number;
}

/** A case is settled. Σ paidFen of payers other than `hospital` + hospitalFen + selfPayFen = totalFen. */
export interface Completed extends PublishedCase {
  readonly inScopeFen: number;
  readonly shares: readonly PublishedShare[];
  readonly hospitalFen: number;
  readonly selfPayFen: number;
  readonly selfPayBp: number;
}

/** A published attempt no longer counts: what its payers paid is taken back. The clerk's own words stay in the log. */
export interface Reversed extends PublishedCase {
  readonly shares: readonly PublishedShare[];
}

/** A person's year that was settled at its end (or no longer is): payments on the year, not on a case. */
export interface YearEnd extends InCascade {
  readonly personKey: string;
  readonly year: string;
  /** Which year-end settlement of this year: a later one follows a reversal. */
  readonly times: number;
  readonly region: string;
  readonly payments: readonly PublishedShare[];
}

const share = (verb: string): Schema =>
  objectSchema<PublishedShare>('保障线支付 one line', {
    line: text('the line: `basic`, `critical-illness` …'),
    payer: oneOf(Object.keys(PAYERS), '支付方 who pays it'),
    paidFen: fen(`支付额 what it ${verb}`),
  });

export const CASCADE_FIELDS = {
  cascadeId: uuid('更正号 the correction that this event belongs to'),
  cascadeIndex: count('place among the published events of the correction, from 1'),
  cascadeSize: count('how many events are published of the correction'),
};

export const CASE_FIELDS = {
  settlementId: uuid('结算号 the case: hospital and encounter, for ever'),
  attempt: count('which settlement of the case; the last one not reversed counts'),
  personKey: { type: 'string', pattern: '^[0-9a-f]{32}$', description: '参保人 random pseudonym of the person' },
  hospitalCode: text('定点医疗机构 hospital'),
  encounterNo: text("就诊号 the hospital's number of the stay or visit"),
  region: text('参保地 division code where the person is insured'),
  dischargedOn: day('出院日期 day of discharge'),
  totalFen: fen('医疗费总额 total of the bill'),
};

export const YEAR_FIELDS = {
  personKey: CASE_FIELDS.personKey,
  year: { type: 'string', pattern: '^\\d{4}$', description: '年度 benefit year' },
  times: count('which year-end settlement of the year'),
  region: CASE_FIELDS.region,
};

const completed = (description: string, ...optional: readonly (keyof InCascade)[]): Schema =>
  objectSchema<Completed>(
    description,
    {
      ...CASE_FIELDS,
      inScopeFen: fen('政策范围内费用 in scope'),
      shares: listOf(share('pays'), "every line of the person's pack, in its order, also with 0"),
      hospitalFen: fen('医院负担 borne by the hospital'),
      selfPayFen: fen('个人自付 left to the patient'),
      selfPayBp: basisPoints('个人自付比例 self-pay of the total'),
      ...CASCADE_FIELDS,
    },
    ...optional,
  );

const CASCADE_KEYS = ['cascadeId', 'cascadeIndex', 'cascadeSize'] as const;

/** Published types of `settlement.events.v1`, each with the schema of its data. */
export const SETTLEMENT_TYPES = {
  'cn.oss.settlement.completed.v1': completed('结算完成 A case is settled for the first time', ...CASCADE_KEYS),
  'cn.oss.settlement.resettled.v1': completed('重新结算完成 A case is settled again by a correction'),
  'cn.oss.settlement.reversed.v1': objectSchema<Reversed>('结算冲销 A published attempt no longer counts', {
    ...CASE_FIELDS,
    shares: listOf(share('gives back'), 'what is taken back, line by line'),
    ...CASCADE_FIELDS,
  }),
  'cn.oss.settlement.year-end.v1': yearEnd('年终结算 Lines that pay on a whole year have been settled', 'pays'),
  'cn.oss.settlement.year-end-reversed.v1': yearEnd('年终结算冲销 A year-end settlement no longer counts', 'gives back'),
} as const satisfies Readonly<Record<string, Schema>>;
export type SettlementType = keyof typeof SETTLEMENT_TYPES;

function yearEnd(description: string, verb: string): Schema {
  return objectSchema<YearEnd>(
    description,
    { ...YEAR_FIELDS, payments: listOf(share(verb), `what each line ${verb} for the year`), ...CASCADE_FIELDS },
    ...CASCADE_KEYS,
  );
}
