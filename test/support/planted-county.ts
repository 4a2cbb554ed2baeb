/**
 * A county's year with faults of every kind planted in it, each on people of its own. It says what must be found: exactly that. The
 * same seed gives the same county.
 */
import { shareOf, sumFen } from '@oss/money';
import type { Category } from '@oss/policy';
import { type Bill, EMPTY_YEAR, type ListRecorded, type PaymentRecorded } from '@oss/settlement';
import type { CaseFact, CountyFacts, PersonFile, PersonRecordFact } from '../../apps/audit/facts/county-facts';
import { CountyYear, HOSPITALS, later, REGION, settleStay } from './county-year';

/** A finding that must come: of which check, on whom or what, over how much. */
export interface Planted {
  readonly check: string;
  readonly settlementId?: string;
  readonly personKey?: string;
  readonly place?: string;
  readonly amountFen?: number;
}

export interface PlantedCounty {
  readonly facts: CountyFacts;
  readonly planted: readonly Planted[];
  readonly cases: number;
}

/** All payments are due long before this day. */
export const TODAY = '2019-06-30';
/** 运动疗法, which the pack lets in for poor disabled persons. */
const REHABILITATION = '340200020';
/** Faults of one kind. */
const OF_EACH = 3;

class County extends CountyYear {
  readonly planted: Planted[] = [];

  expect(...planted: readonly Planted[]): void {
    this.planted.push(...planted);
  }
}

/** @param cases about so many, the faulty ones among them */
export function plantedCounty(cases: number, seed = 2018, withFaults = true): PlantedCounty {
  const county = new County(seed);
  // What is right although it looks odd: a rehabilitation item in scope, a transfer on the day of discharge, the same illness after 32 days.
  const items = county.bill(600_000);
  const rehabilitation = { amountFen: 80_000, class: 'C' as const, code: REHABILITATION, overLimitFen: 0 };
  const bill = { ...items, lines: [...items.lines!, rehabilitation], totalFen: 680_000 };
  county.person(['disabled', 'registered-poor'], [county.stay({ bill })]);
  const first = county.stay({ hospital: 0, admittedOn: '2018-03-01', dischargedOn: '2018-03-10' });
  const transferred = county.stay({ hospital: 2, admittedOn: '2018-03-10', dischargedOn: '2018-03-20' });
  county.person(['low-income'], [first, transferred, county.stay({ hospital: 2, admittedOn: '2018-04-21' })]);
  if (withFaults) for (let n = 0; n < OF_EACH; n++) plant(county, n);
  while (county.cases < cases) county.ordinaryPerson();
  payAll(county, withFaults);
  listAll(county, withFaults);
  return { facts: county.facts(), planted: county.planted, cases: county.cases };
}

function plant(county: County, n: number): void {
  plantEntitlement(county, n);
  plantAmounts(county);
  plantStays(county);
  plantIdentity(county, n);
}

function plantEntitlement(county: County, n: number): void {
  const ended = county.person(['low-income'], [county.stay({ totalFen: 3_000_000 + n })]);
  const without = paidWithout(ended, []);
  county.change(ended, {
    record: {
      ...(ended.record as PersonRecordFact),
      categories: [{ category: 'low-income', from: '2016-01-01', to: '2017-12-31' }],
    },
  });
  const paidFen = paidOf(ended.cases[0]!);
  county.expect({ check: 'not-entitled', settlementId: ended.cases[0]!.settlementId, amountFen: paidFen - without });

  const uncovered = county.person([], [county.stay({ totalFen: 2_000_000 + n })]);
  county.change(uncovered, { record: { ...(uncovered.record as PersonRecordFact), cover: null } });
  county.expect({
    check: 'not-entitled',
    settlementId: uncovered.cases[0]!.settlementId,
    amountFen: paidOf(uncovered.cases[0]!),
  });

  const late = county.person([], [county.stay({ totalFen: 2_500_000 + n })]);
  county.change(late, {
    record: { ...(late.record as PersonRecordFact), categories: [{ category: 'registered-poor', from: '2017-06-01' }] },
  });
  const [found] = late.cases;
  county.expect({
    check: 'line-missing',
    settlementId: found!.settlementId,
    amountFen: paidWithout(late, ['registered-poor']) - paidOf(found!),
  });

  const lacking = county.person([], [county.stay()]);
  const changed = county.changeCase(lacking, (each) => ({
    ...each,
    shares: each.shares.filter(({ line }) => line !== 'assistance'),
  }));
  county.expect({ check: 'line-missing', settlementId: changed.settlementId });
}

/** Moves fen from a line to the patient (negative: the other way). */
function moved(found: CaseFact, line: string, fen: number): CaseFact {
  const shares = found.shares.map((share) =>
    share.line === line ? { ...share, paidFen: share.paidFen - fen, inScopeFen: share.inScopeFen - fen } : share,
  );
  return { ...found, shares, selfPayFen: found.selfPayFen + fen };
}

function plantAmounts(county: County): void {
  const plain = (totalFen: number): Bill => ({
    ...county.bill(totalFen),
    lines: [{ amountFen: totalFen, class: 'A', code: 'XA02BC', overLimitFen: 0 }],
  });
  const expect = (check: string, { settlementId }: CaseFact, amountFen: number): void =>
    county.expect({ check, settlementId, amountFen });

  const over = county.person([], [county.stay({ bill: plain(1_000_000) })]);
  const above = county.changeCase(over, (each) => ({
    ...moved(each, 'critical-illness', -each.selfPayFen - 7),
    selfPayFen: each.selfPayFen,
  }));
  expect('shares-above-total', above, 7);

  const open = county.person([], [county.stay({ bill: plain(1_000_000) })]);
  expect(
    'shares-above-total',
    county.changeCase(open, (each) => ({ ...each, selfPayFen: each.selfPayFen + 1 })),
    1,
  );

  const poor = county.person(['registered-poor'], [county.stay({ hospital: 2, bill: plain(5_000_000) })]);
  expect(
    'above-limit',
    county.changeCase(poor, (each) => moved(each, 'assistance', 500_000 - each.selfPayFen + 100)),
    100,
  );

  const dear = county.person(['low-income'], [county.stay({ hospital: 0, bill: plain(15_000_000) })]);
  expect(
    'over-cap',
    county.changeCase(dear, (each) => moved(each, 'basic', -250)),
    250,
  );

  const twice = county.person([], [county.stay({ hospital: 1, bill: plain(900_000) })]);
  const doubled = county.changeCase(twice, (each) => ({
    ...moved(each, 'basic', shareOf(40_000, 8_000)),
    shares: moved(each, 'basic', shareOf(40_000, 8_000)).shares.map((share) =>
      share.line === 'basic' ? { ...share, deductibleFen: 80_000 } : share,
    ),
  }));
  expect('deductible-repeated', doubled, 40_000);

  for (const told of [true, false]) {
    // 7 000.00 above the deductible of level 3, paid at the 80 % of level 2 in place of 60 %.
    const file = county.person([], [county.stay({ hospital: 2, bill: plain(760_000) })]);
    const wrong = county.changeCase(file, (each) => {
      const changed = moved(each, 'basic', -140_000);
      const rateBp = told ? 8_000 : null;
      return { ...changed, shares: changed.shares.map((share) => (share.line === 'basic' ? { ...share, rateBp } : share)) };
    });
    expect('wrong-ratio', wrong, 140_000);
  }

  const wide = county.person([], [county.stay({ bill: { ...plain(500_000) } })]);
  const outside = county.changeCase(wide, (each) => {
    const lines = [
      { amountFen: 460_000, class: 'A' as const, code: 'XA02BC', overLimitFen: 0 },
      { amountFen: 40_000, class: 'C' as const, code: 'ZZ0001', overLimitFen: 0 },
    ];
    return { ...each, bill: { ...each.bill!, lines } };
  });
  expect('scope-too-wide', outside, 40_000);
}

function plantStays(county: County): void {
  const first = county.stay({ hospital: 0, admittedOn: '2018-02-01', dischargedOn: '2018-02-12' });
  const inside = county.stay({ hospital: 1, admittedOn: '2018-02-11', dischargedOn: '2018-02-20' });
  county.expect({ check: 'overlapping-stays', settlementId: county.person([], [first, inside]).cases[1]!.settlementId });

  const before = county.stay({ hospital: 1, admittedOn: '2018-05-01', dischargedOn: '2018-05-09' });
  const again = county.stay({ hospital: 1, admittedOn: '2018-06-09', dischargedOn: '2018-06-15' });
  county.expect({ check: 'split-stay', settlementId: county.person(['destitute'], [before, again]).cases[1]!.settlementId });
}

function plantIdentity(county: County, n: number): void {
  const dead = county.person([], [county.stay({ admittedOn: '2018-04-01', dischargedOn: '2018-04-09' })]);
  county.change(dead, { record: { ...(dead.record as PersonRecordFact), diedOn: '2018-04-08' } });
  county.expect({ check: 'dead-or-twice', settlementId: dead.cases[0]!.settlementId });

  const one = county.person([], [county.stay()]);
  const two = county.person([], [county.stay()]);
  const { memberNos } = one.record as PersonRecordFact;
  county.change(two, { record: { ...(two.record as PersonRecordFact), memberNos } });
  county.expect({ check: 'dead-or-twice', personKey: two.personKey });

  const bill = county.bill(300_000 + n);
  // The later of the two is told, in whichever order the persons are read.
  const copied = county.person([], [county.stay({ hospital: 1, bill, admittedOn: '2018-05-01', dischargedOn: '2018-05-09' })]);
  county.person([], [county.stay({ hospital: 1, bill, admittedOn: '2018-04-01', dischargedOn: '2018-04-09' })]);
  county.expect({ check: 'same-invoice', settlementId: copied.cases[0]!.settlementId, amountFen: bill.totalFen });
}

/** What hospitals advanced is paid back in time, in two payments; of three of the months it is not. */
function payAll(county: County, withFaults: boolean): void {
  const owed = new Map<string, number>();
  for (const { hospitalCode, care, shares } of county.people.flatMap((file) => file.cases)) {
    for (const { payer, paidFen } of shares) {
      const key = `${hospitalCode}|${care.dischargedOn.slice(0, 7)}|${payer}`;
      if (paidFen > 0) owed.set(key, (owed.get(key) ?? 0) + paidFen);
    }
  }
  const faulty = withFaults
    ? [...owed.keys()]
        .filter((key) => key.endsWith('|basic-insurance'))
        .sort()
        .slice(0, 3)
    : [];
  for (const [key, fen] of owed) {
    const [hospitalCode, month, payer] = key.split('|') as [string, string, PaymentRecorded['payer']];
    const due = later(later(`${month}-01`, 31).slice(0, 8) + '01', 29);
    const pay = (paidFen: number, paidOn: string): void => {
      if (paidFen > 0) county.payments.push({ hospitalCode, month, operatorCode: 'OP', paidFen, paidOn, payer });
    };
    const fault = faulty.indexOf(key);
    const halfFen = shareOf(fen, 5_000);
    pay(halfFen, later(due, -10));
    if (fault === 0) county.expect({ check: 'advance-unpaid', place: `${hospitalCode} ${due}`, amountFen: fen - halfFen });
    else if (fault === 1) {
      pay(fen - halfFen - 1, due);
      county.expect({ check: 'advance-unpaid', place: `${hospitalCode} ${due}`, amountFen: 1 });
    } else if (fault === 2) {
      pay(fen - halfFen, later(due, 1));
      county.expect({ check: 'advance-unpaid', place: `${hospitalCode} ${due}`, amountFen: fen - halfFen });
    } else pay(fen - halfFen, due);
  }
}

/** Three lists that agree, in two parts each; on other days one of them does not. */
function listAll(county: County, withFaults: boolean): void {
  const members = county.people.flatMap(({ personKey, record }) =>
    (record as PersonRecordFact).categories.length > 0 ? [personKey] : [],
  );
  const list = (kind: ListRecorded['kind'], date: string, of: readonly string[], more: Partial<ListRecorded> = {}): void => {
    county.lists.push({
      date,
      headCount: of.length,
      kind,
      members: of,
      operatorCode: 'OP',
      part: 1,
      parts: 1,
      region: REGION,
      unknownMembers: 0,
      ...more,
    });
  };
  for (const kind of ['register', 'insurance', 'assistance'] as const) {
    const half = Math.floor(members.length / 2);
    const whole = { parts: 2, headCount: members.length };
    list(kind, '2018-06-30', members.slice(0, half), { ...whole, part: 1 });
    list(kind, '2018-06-30', members.slice(half), { ...whole, part: 2 });
    if (!withFaults) continue;
    const some = members.slice(0, 5);
    // One person is missing on a list; then the counts differ as well.
    list(kind, '2018-09-30', kind === 'insurance' ? some.slice(1) : some);
    // A list states one head more than it names; another holds one whom nobody knows.
    list(kind, '2018-10-31', some, kind === 'register' ? { headCount: 6, unknownMembers: 1 } : { headCount: 6 });
  }
  if (!withFaults) return;
  county.expect({ check: 'head-counts', place: `${REGION} 2018-09-30` }, { check: 'head-counts', personKey: members[0]! });
  for (let n = 0; n < 3; n++) county.expect({ check: 'head-counts', place: `${REGION} 2018-10-31` });
  list('assistance', '2018-06-30', [members[0]!], { region: '360281' });
  county.expect({ check: 'dead-or-twice', personKey: members[0]! });
}

/** What the payers would pay on a person's one case under other categories, settled from scratch. */
function paidWithout({ personKey, record, cases: [found] }: PersonFile, categories: readonly Category[]): number {
  const { admittedOn, dischargedOn } = found!.care;
  const hospital = HOSPITALS.findIndex(([code]) => code === found!.hospitalCode);
  const other = { ...(record as PersonRecordFact), categories: categories.map((category) => ({ category, from: '2016-01-01' })) };
  return paidOf(settleStay(personKey, other, { hospital, admittedOn, dischargedOn, bill: found!.bill! }, EMPTY_YEAR).fact);
}

function paidOf({ shares }: CaseFact): number {
  return sumFen(shares.map(({ paidFen }) => paidFen));
}
