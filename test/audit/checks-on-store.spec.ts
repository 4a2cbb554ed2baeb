/**
 * The checks on a running system's own log: what a system that settles rightly can still hold. Registries that change their mind, stays
 * and invoices that look odd, advances unpaid, lists that differ. What was reversed or settled again does not count.
 */
import { openEmbeddedReader } from '@oss/event-store';
import type { SettlementView } from '@oss/settlement';
import { runChecks } from '../../apps/audit/checks/run-checks';
import { countyInLog } from '../../apps/audit/facts/county-in-log';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson, mixedBill, type PersonBody } from '../support/county';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';

jest.setTimeout(120_000);
const directory = freshDirectory();
const keys = new Map<PersonBody, string>();
let system: System;
let encounters = 0;
let expected: string[];

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, clock: new SetClock('2018-12-01T00:00:00Z') });
  await system.client.registerHospitals(HOSPITALS);
  expected = await aYear();
});
afterAll(async () => {
  await system.stop();
  directory.remove();
});

const register = async (person: PersonBody): Promise<PersonBody> => {
  keys.set(person, await system.client.register(person));
  return person;
};
type Choice = Partial<Parameters<typeof dischargeOf>[1]>;
const settle = async (person: PersonBody, choice: Choice): Promise<SettlementView> =>
  system.client.settle(dischargeOf(person, { encounterNo: `C-${encounters++}`, ...choice }));

/** Settles a year with faults. @returns the findings that must come, as "check id" */
async function aYear(): Promise<string[]> {
  const poor = await register(madeUpPerson(1, { category: 'low-income' }));
  await settle(poor, { dischargedOn: '2018-03-19' });
  // Reversed: its stay would overlap, its invoice is used again, and nothing of it counts.
  const reversed = await settle(poor, {
    admittedOn: '2018-03-10',
    dischargedOn: '2018-03-20',
    bill: mixedBill(1_000, 0, 0, 'INV-1'),
  });
  await system.client.post(`/v1/settlements/${reversed.settlementId}/reversal`, {
    reason: '录入错误',
    operatorCode: 'OP',
    attempt: 1,
  });
  await settle(poor, { dischargedOn: '2018-06-01', bill: mixedBill(10_000, 2_000, 500, 'INV-1') });

  // Registered as poor too late, and settled again: the first attempt was without assistance, the live one is not.
  const late = await register(madeUpPerson(2));
  const before = await settle(late, { dischargedOn: '2018-04-01', bill: inScopeBill(3_000_000) });
  await register({ ...late, categories: [{ category: 'registered-poor', from: '2018-01-01' }] });
  await system.client.post(`/v1/settlements/${before.settlementId}/resettlement`, {
    reason: '补办',
    operatorCode: 'OP',
    attempt: 1,
    pack: 'recorded',
  });

  const forgotten = await register(madeUpPerson(3));
  const without = await settle(forgotten, { dischargedOn: '2018-04-02', bill: inScopeBill(3_000_000) });
  await register({ ...forgotten, categories: [{ category: 'registered-poor', from: '2018-01-01' }] });

  const moved = await register(madeUpPerson(4, { category: 'destitute' }));
  const unproven = await settle(moved, { dischargedOn: '2018-05-01' });
  await register({ ...moved, categories: [{ category: 'destitute', from: '2016-01-01', to: '2018-04-30' }] });

  const dead = await register(madeUpPerson(5));
  const after = await settle(dead, { dischargedOn: '2018-05-02' });
  await register({ ...dead, diedOn: '2018-05-01' });

  const twice = await register(madeUpPerson(6));
  await settle(twice, {
    hospital: 'H1',
    admittedOn: '2018-02-01',
    dischargedOn: '2018-02-10',
    bill: mixedBill(500_000, 0, 0, 'INV-2'),
  });
  const overlapping = await settle(twice, { hospital: 'H2', admittedOn: '2018-02-09', dischargedOn: '2018-02-12' });
  const split = await settle(twice, { hospital: 'H2', admittedOn: '2018-03-01', dischargedOn: '2018-03-05' });
  const copied = await register(madeUpPerson(7));
  const invoice = await settle(copied, { hospital: 'H1', dischargedOn: '2018-07-01', bill: mixedBill(500_000, 0, 0, 'INV-2') });

  await report([poor, late]);
  return [
    `not-entitled ${unproven.settlementId}`,
    `line-missing ${without.settlementId}`,
    `dead-or-twice ${after.settlementId}`,
    `same-invoice ${invoice.settlementId}`,
    `overlapping-stays ${overlapping.settlementId}`,
    `split-stay ${split.settlementId}`,
    `head-counts ${keys.get(late)!}`,
    'head-counts 360222 2018-06-30',
    ...UNPAID.map(([hospital, day]) => `advance-unpaid ${hospital} ${day}`),
  ];
}

/** Owed on 1 December 2018 and never paid: by hospital, the last day on which each payer could have. */
const UNPAID = [
  ['H1', '2018-03-30'],
  ['H1', '2018-08-30'],
] as const;

/** Pays every hospital back in time except H1; and tells of two lists, one of which forgets somebody. */
async function report([poor, late]: readonly PersonBody[]): Promise<void> {
  const reader = await openEmbeddedReader({ directory: directory.path });
  const facts = await countyInLog(reader);
  for await (const { cases } of facts.persons()) {
    for (const { hospitalCode, care, shares } of cases) {
      if (hospitalCode === 'H1') continue;
      const month = care.dischargedOn.slice(0, 7);
      for (const [index, { payer, paidFen }] of shares.entries()) {
        if (paidFen === 0 || payer === 'hospital') continue;
        const paymentNo = `${care.dischargedOn}/${index}/${paidFen}/${shares.length}`;
        const body = { payer, hospitalCode, month, paidFen, paidOn: `${month}-28`, operatorCode: 'OP', paymentNo };
        expect((await system.client.post('/v1/clearing/payments', body)).status).toBe(201);
      }
    }
  }
  await reader.close();
  const list = { region: '360222', date: '2018-06-30', operatorCode: 'OP' };
  const both = [poor!.idNumber, late!.idNumber];
  await system.client.post('/v1/registry/lists/register', { ...list, headCount: 2, members: both });
  await system.client.post('/v1/registry/lists/assistance', { ...list, headCount: 1, members: [both[0]] });
}

test('what the log holds is found, beside the running system, and nothing else', async () => {
  const reader = await openEmbeddedReader({ directory: directory.path });
  try {
    const pages = await runChecks(await countyInLog(reader), { today: '2018-12-01' });
    const found = pages.flatMap(({ findings }) =>
      [...findings].map(({ check, settlementId, personKey, hospitalCode, region, date }) =>
        [check, settlementId ?? personKey ?? `${hospitalCode ?? region} ${date}`].join(' '),
      ),
    );
    expect(found.sort()).toEqual([...expected].sort());
  } finally {
    await reader.close();
  }
});
