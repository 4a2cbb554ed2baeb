/** What one payer reads on `settlement.<payer>.v1`: his own lines alone, and the number by which he knows the person. */
import { CASCADE_FIELDS, CASE_FIELDS, type PublishedCase, type PublishedShare, YEAR_FIELDS, type YearEnd } from './events';
import { fen, listOf, objectSchema, type Schema, text } from './schema';

/** What one line of this payer pays, or gives back; whole fen. */
export type OwnLine = Omit<PublishedShare, 'payer'>;

interface Own {
  /** The person's number with this payer, as registered when it was published; null where none is. */
  readonly memberNo: string | null;
  readonly lines: readonly OwnLine[];
  /** Sum of the lines. */
  readonly paidFen: number;
}

export type PayerCase = PublishedCase & Own;
export type PayerYear = Omit<YearEnd, 'payments'> & Own;

const ownFields = (verb: string): { readonly [K in keyof Own]: Schema } => ({
  memberNo: {
    type: ['string', 'null'],
    description: "参保（救助）编号 the person's number with this payer; null where none is registered",
  },
  lines: listOf(
    objectSchema<OwnLine>('保障线支付 one line of this payer', { line: text('the line'), paidFen: fen(`what it ${verb}`) }),
    'his lines, in the order of the pack',
  ),
  paidFen: fen(`合计 what they ${verb === 'pays' ? 'pay' : 'give back'} together`),
});

const CASCADE_KEYS = ['cascadeId', 'cascadeIndex', 'cascadeSize'] as const;

const ofCase = (description: string, verb: string, ...optional: readonly (typeof CASCADE_KEYS)[number][]): Schema =>
  objectSchema<PayerCase>(description, { ...CASE_FIELDS, ...ownFields(verb), ...CASCADE_FIELDS }, ...optional);

const ofYear = (description: string, verb: string): Schema =>
  objectSchema<PayerYear>(description, { ...YEAR_FIELDS, ...ownFields(verb), ...CASCADE_FIELDS }, ...CASCADE_KEYS);

/** Published types of the payers' topics, each with the schema of its data. */
export const PAYER_TYPES = {
  'cn.oss.payer-settlement.completed.v1': ofCase('结算完成 What this payer pays on a case', 'pays', ...CASCADE_KEYS),
  'cn.oss.payer-settlement.resettled.v1': ofCase('重新结算完成 What this payer pays on a case settled again', 'pays'),
  'cn.oss.payer-settlement.reversed.v1': ofCase('结算冲销 What this payer gets back of a published attempt', 'gives back'),
  'cn.oss.payer-settlement.year-end.v1': ofYear('年终结算 What this payer pays for a whole year', 'pays'),
  'cn.oss.payer-settlement.year-end-reversed.v1': ofYear('年终结算冲销 What this payer gets back of a year', 'gives back'),
} as const satisfies Readonly<Record<string, Schema>>;
export type PayerType = keyof typeof PAYER_TYPES;
