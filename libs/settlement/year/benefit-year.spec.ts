/** The year: given facts, when a turn comes, then exactly these events, or silence, or a clear no. */
import { validate, v5 } from 'uuid';
import { acceptedDischarge } from '../acceptance/accept';
import { inputOf, packOf } from '../testing';
import { type BenefitYear, caseKey, EMPTY_YEAR, evolveYear, resumeYear } from './benefit-year';
import { eventIdOf, parseBenefitYearStream, settlementIdOf, uuidv5 } from './ids';
import { recordDischarge, settleOpenCases } from './record';
import { RecordedCases } from './recorded-cases';
import { decideTurn, PackMissing, whoseTurn } from './turn';

const pack = packOf([
  {
    id: 'waiver',
    label: '减免',
    payer: 'hospital',
    shape: 'waiver',
    rules: [{ parts: [{ base: 'total', rate: { value: 1_000 } }] }],
  },
  {
    id: 'basic',
    label: '基本',
    payer: 'basic-insurance',
    shape: 'proportional',
    rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 5_000 } }] }],
  },
]);
const atHand = (): typeof pack => pack;

function recorded(totalFen: number): ReturnType<typeof recordDischarge> {
  return recordDischarge(acceptedDischarge({ ...inputOf(pack, { totalFen }), attempt: 1 }), 'ab'.repeat(32), pack);
}

/** given … */
function given(...events: { type: string; data: unknown }[]): BenefitYear {
  return events.reduce<BenefitYear>((year, event) => evolveYear(year, event), EMPTY_YEAR);
}

describe('turns', () => {
  const first = recorded(1_000);
  const second = recorded(500);

  it('nobody is due in an empty year', () => {
    expect(whoseTurn(EMPTY_YEAR)).toBeNull();
    expect(decideTurn(EMPTY_YEAR, 'settlement', atHand)).toBeNull();
  });

  it('the earliest open case comes first; the settlement app speaks for the hospital', () => {
    const year = given(first, second);
    expect(whoseTurn(year)).toEqual({ actor: 'settlement', settlementId: first.data.settlementId, attempt: 1, line: 'waiver' });
    expect(decideTurn(year, 'basic-insurance', atHand)).toBeNull();
    expect(decideTurn(year, 'settlement', atHand)).toEqual({
      id: eventIdOf(first.data.settlementId, 1, 'waiver', 'HospitalShareSettled'),
      type: 'HospitalShareSettled',
      data: {
        accounts: [{ afterFen: 100, beforeFen: 0, name: 'waiver.paid' }],
        attempt: 1,
        inScopeFen: 100,
        line: 'waiver',
        outOfScopeFen: 0,
        paidFen: 100,
        payer: 'hospital',
        settlementId: first.data.settlementId,
        workings: [
          { fen: 1_000, ref: 'total', step: 'base' },
          { bp: 1_000, fen: 100, ofFen: 1_000, ref: 'lines/waiver/rules/0/parts/0/rate', step: 'rate' },
        ],
      },
    });
  });

  it('all lines have spoken: the completion holds every share and the year’s accounts', () => {
    const { events, year } = settleOpenCases(given(first), atHand);
    expect(events.map(({ type }) => type)).toEqual(['HospitalShareSettled', 'BasicInsuranceSettled', 'SettlementCompleted']);
    expect(events[2]).toEqual({
      id: eventIdOf(first.data.settlementId, 1, '', 'SettlementCompleted'),
      type: 'SettlementCompleted',
      data: {
        accounts: {
          'basic.paid': 450,
          'waiver.paid': 100,
          'year.in-scope-self-pay': 450,
          'year.self-pay': 450,
          'year.total': 1_000,
        },
        attempt: 1,
        dischargedOn: '2018-03-19',
        encounterNo: first.data.encounterNo,
        hospitalCode: 'H1',
        hospitalFen: 100,
        inScopeFen: 1_000,
        openCases: 0,
        region: '999999',
        selfPayBp: 4_500,
        selfPayFen: 450,
        settlementId: first.data.settlementId,
        shares: [
          { line: 'waiver', paidFen: 100, payer: 'hospital' },
          { line: 'basic', paidFen: 450, payer: 'basic-insurance' },
        ],
        totalFen: 1_000,
      },
    });
    expect(whoseTurn(year)).toBeNull();
  });

  it('a pack that is not at hand is asked for, never substituted', () => {
    expect(() => decideTurn(given(first), 'settlement', () => null)).toThrow(PackMissing);
  });

  it('a history that cannot be is thrown, not repaired', () => {
    const year = given(first);
    const [waiver, basic, completed] = settleOpenCases(year, atHand).events as unknown as { type: string; data: any }[] as [
      any,
      any,
      any,
    ];
    expect(() => evolveYear(year, first)).toThrow('recorded twice');
    expect(() => evolveYear(year, basic)).toThrow('out of turn');
    expect(() => evolveYear(EMPTY_YEAR, completed)).toThrow('out of turn');
    expect(() => evolveYear(year, { type: 'Unheard', data: {} })).toThrow('does not know');
    const moved = { ...waiver, data: { ...waiver.data, accounts: [{ afterFen: 1, beforeFen: 7, name: 'waiver.paid' }] } };
    expect(() => evolveYear(year, moved)).toThrow('stands at 0, not at 7');
  });

  it('a completion with nothing open carries the whole state; one with another case open does not', () => {
    const alone = settleOpenCases(given(first), atHand);
    const last = { ...(alone.events.at(-1) as { type: string; data: unknown }), position: 9n };
    expect(resumeYear(last)).toEqual({
      accounts: alone.year.accounts,
      open: [],
      recorded: RecordedCases.of(caseKey(first.data.settlementId, 1)),
      yearEnd: null,
      knownAfter: 9n,
    });
    const both = settleOpenCases(given(first, second), atHand).events;
    expect(resumeYear({ ...(both[2] as { type: string; data: unknown }), position: 9n })).toBeNull();
    expect(resumeYear({ ...(both[0] as { type: string; data: unknown }), position: 9n })).toBeNull();
  });
});

describe('ids', () => {
  it('follow RFC 9562, like the well-kept package', () => {
    const settlementId = settlementIdOf('H36022200017', 'ZY2018030700123');
    expect(validate(settlementId)).toBe(true);
    for (const name of [
      '',
      'x',
      '1\nbasic\nBasicInsuranceSettled',
      '住院号ZY１',
      '😀'.repeat(50),
      'z'.repeat(112),
      'z'.repeat(113),
      '号'.repeat(336),
      '号'.repeat(337),
      '号'.repeat(2_000),
    ]) {
      expect(uuidv5(settlementId, name)).toBe(v5(name, settlementId));
      expect(uuidv5(settlementId, '1', name, 'X')).toBe(v5(`1\n${name}\nX`, settlementId));
    }
  });

  it('a stream names person and year', () => {
    expect(parseBenefitYearStream(`benefit-year-${'0f'.repeat(16)}-2018`)).toEqual({ personKey: '0f'.repeat(16), year: '2018' });
    expect(() => parseBenefitYearStream('benefit-year-x-2018')).toThrow('no benefit year');
  });
});
