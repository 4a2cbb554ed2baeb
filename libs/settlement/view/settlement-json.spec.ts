/** The bytes of an answer are those of its view, whatever the facts say and whatever was printed before. */
import type { Pack } from '@oss/policy';
import fc from 'fast-check';
import { acceptedDischarge } from '../acceptance/accept';
import { type Working, WORKING_STEPS, type WorkingStep } from '../lines/working';
import { inputOf, packOf } from '../testing';
import type { DischargeRecorded, ShareSettled } from '../year/events';
import { recordDischarge } from '../year/record';
import { settlementJson } from './settlement-json';
import { type SettlementFacts, settlementView } from './settlement-view';
import { completionOf, shareOf } from './testing';

const ODD_WORDS = ['"amountFen":0,"formula":null', '","shares":[],"', '第一条\n"引号"\\', '\u2028 𠮷 \ud800'];

const packs: readonly Pack[] = ['起付线', ODD_WORDS[0] as string].map((label) =>
  packOf([
    {
      id: 'basic',
      label: `基本医保${label}`,
      payer: 'basic-insurance',
      shape: 'proportional',
      accumulates: [{ account: 'borne', label: '年度个人负担' }],
      rules: [{ parts: [{ base: { accumulator: 'borne' }, rate: { value: 8_000, label, clause: '第三条', note: '按级别' } }] }],
    },
  ]),
);
const refs = [...(packs[0]?.values.keys() ?? []), 'in-scope-rest', 'destitute', 'basic', ...ODD_WORDS];

const accepted = acceptedDischarge({ ...inputOf(packs[0] as Pack, { totalFen: 1_000 }), attempt: 1 });
const plain: DischargeRecorded = recordDischarge(accepted, '', packs[0] as Pack).data;

const fen = fc.oneof(fc.nat(2_000), fc.nat({ max: 2 ** 32 }), fc.maxSafeNat());
const working: fc.Arbitrary<Working> = fc
  .record(
    {
      account: fc.constantFrom('borne', 'other'),
      bp: fc.nat(10_000),
      fen,
      more: fen,
      ref: fc.constantFrom(...refs),
      step: fc.constantFrom(...(Object.keys(WORKING_STEPS) as WorkingStep[])),
    },
    { requiredKeys: ['fen', 'step'] },
  )
  .map(({ more, ...rest }) => ({ ...rest, ...(more === undefined ? {} : ofFen(rest.step, rest.fen, more)) }));

/** An accumulator never falls: its step shows how much came. */
function ofFen(step: WorkingStep, after: number, any: number): { readonly ofFen: number } {
  return { ofFen: step === 'accumulated' ? Math.min(any, after) : any };
}

const share: fc.Arbitrary<ShareSettled> = fc.record({
  accounts: fc.constant([]),
  attempt: fc.constant(1),
  inScopeFen: fen,
  line: fc.constantFrom('basic', 'basic.fifth-line', 'unknown', ...ODD_WORDS),
  outOfScopeFen: fen,
  paidFen: fen,
  payer: fc.constantFrom('basic-insurance', 'fifth-line'),
  settlementId: fc.constant(plain.settlementId),
  workings: fc.array(working, { maxLength: 6 }),
});

const completed = fen.map((selfPayFen) => completionOf(plain, selfPayFen));

const facts: fc.Arbitrary<SettlementFacts> = fc.record({
  recorded: fc.constantFrom(plain, ...ODD_WORDS.map((encounterNo) => ({ ...plain, encounterNo }))),
  shares: fc.array(share, { maxLength: 5 }),
  completed: fc.option(completed),
  completedAt: fc.option(fc.constant('2018-03-19T08:00:00Z')),
  replaces: fc.option(completed),
  resettling: fc.boolean(),
});

it('prints what the view of the same facts is as JSON, under either pack', () => {
  fc.assert(
    fc.property(facts, fc.constantFrom(...packs), (of, named) => {
      expect(settlementJson(of, named).toString()).toBe(Buffer.from(JSON.stringify(settlementView(of, named))).toString());
    }),
    { numRuns: 2_000 },
  );
});

const withShares = (shares: readonly ShareSettled[]): SettlementFacts => ({
  recorded: plain,
  shares,
  completed: null,
  completedAt: null,
});
const [pack] = packs as [Pack];

it('answers bytes that no later text changes, longer than any before', () => {
  const many = (count: number): SettlementFacts =>
    withShares(
      Array.from({ length: count }, (_, fen) =>
        shareOf(plain, 'basic', 'basic-insurance', fen, [{ fen, ofFen: 2 * fen, step: 'cap' }]),
      ),
    );
  const printed = [0, 1, 1_000, 3].map((count) => ({ count, json: settlementJson(many(count), pack) }));
  for (const { count, json } of printed) expect(json.toString()).toBe(JSON.stringify(settlementView(many(count), pack)));
});

it('forgets an answer that an error broke off', () => {
  const of = (fen: number): SettlementFacts =>
    withShares([shareOf(plain, 'basic', 'basic-insurance', fen, [{ fen, ofFen: 100, step: 'cap' }])]);
  expect(() => settlementView(of(0.5), pack)).toThrow(RangeError);
  expect(() => settlementJson(of(0.5), pack)).toThrow(RangeError);
  expect(settlementJson(of(7), pack).toString()).toBe(JSON.stringify(settlementView(of(7), pack)));
});
