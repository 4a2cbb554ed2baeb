/**
 * The clauses of the notice beyond the inpatient chain, through HTTP and the log: what they store must be canonical, follow
 * again from the stream, and be told by statement and answer. Amounts in yuan, by hand; the other edges stand in test/cases.
 */
import { outcomeOf, yuan } from '../support/amounts';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { assertHistory } from '../support/history';
import { freshDirectory, inProcess, type System } from '../support/in-process';

jest.setTimeout(30_000);
const directory = freshDirectory();
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path });
  await system.client.registerHospitals({
    ...HOSPITALS,
    LN2: { name: '龙南市人民医院', region: '360783', level: 2, designated: true },
  });
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

const from = '2016-01-01';

test('a Class I visit across 60 000: basic, the carrier, critical illness, assistance; what the cap cut off is in the log', async () => {
  const person = madeUpPerson(401, { category: 'registered-poor', approvedDiseases: [{ icd10: 'N18.5', from }] });
  await system.client.register(person);
  const visit = { type: 'outpatient-chronic', chronicDisease: 'N18.5', diagnoses: ['N18.5'] } as const;
  // 80 000 × 80 % = 64 000 = 60 000 + 4 000. A = 16 000: 9 500 × 55 % = 5 225. 10 775 × 70 % = 7 542.50.
  const settled = await system.client.settle(
    dischargeOf(person, { ...visit, encounterNo: 'CLAUSE-1', bill: inScopeBill(yuan('80 000.00')) }),
  );
  expect(outcomeOf(settled)).toEqual({
    inScope: '80 000.00',
    lines: ['basic 60 000.00', 'chronic-band 4 000.00', 'critical-illness 5 225.00', 'assistance 7 542.50'],
    hospital: '0.00',
    self: '3 232.50',
  });
  const { events } = (await system.client.get(`/v1/settlements/${settled.settlementId}/events`)).json<{
    events: { type: string; data: { line?: string; cutOffFen?: number } }[];
  }>();
  const cuts = events.flatMap(({ data: { line, cutOffFen } }) => (cutOffFen === undefined ? [] : [[line, cutOffFen]]));
  expect(cuts).toEqual([['basic', yuan('4 000.00')]]);
});

test('two programmes fit: the first rules, the other is named; free of charge to the last fen', async () => {
  const person = madeUpPerson(402, { category: 'registered-poor' });
  await system.client.register(person);
  // 8 000; 1 400; 600 is below 1 000; free treatment takes it.
  const settled = await system.client.settle(
    dischargeOf(person, { encounterNo: 'CLAUSE-2', diagnoses: ['N18.5', 'C16.9'], bill: inScopeBill(yuan('10 000.00')) }),
  );
  expect(outcomeOf(settled).lines).toEqual([
    'basic 8 000.00',
    'critical-illness 0.00',
    'assistance 1 400.00',
    'fifth-line 0.00',
    'free-treatment 600.00',
  ]);
  expect(settled.scope?.programme).toEqual({ disease: '尿毒症', id: 'free-treatment', others: ['per-disease', 'price-control'] });
});

test('rehabilitation of a poor disabled person enters the scope; the answer says how much', async () => {
  const categories = [
    { category: 'disabled', from },
    { category: 'low-income', from },
  ] as const;
  const person = madeUpPerson(403, { categories });
  await system.client.register(person);
  const bill = {
    totalFen: yuan('1 000.00'),
    lines: [
      { code: 'X', class: 'A' as const, amountFen: yuan('700.00') },
      { code: '340200020', name: '运动疗法', class: 'C' as const, amountFen: yuan('300.00') },
    ],
  };
  const { scope, shares } = await system.client.settle(dischargeOf(person, { encounterNo: 'CLAUSE-3', bill }));
  expect(scope).toMatchObject({
    admitted: [{ fen: yuan('300.00'), label: '残疾人医疗康复项目', list: 'rehabilitation' }],
    inScopeFen: yuan('1 000.00'),
  });
  expect(shares[0]?.paidFen).toBe(yuan('800.00'));
});

test('Longnan: supplementary insurance and the hospital’s part beside Fuliang in one system', async () => {
  const person = madeUpPerson(404, {
    region: '360783',
    category: 'low-income',
    cover: { from: '2020-01-01', premiumPaidBy: 'person' },
  });
  await system.client.register(person);
  const bill = {
    totalFen: yuan('12 000.00'),
    summary: { outOfCatalogueFen: yuan('2 000.00'), overLimitFen: 0, firstSelfPayFen: 0 },
  };
  const stay = dischargeOf(person, { encounterNo: 'CLAUSE-4', dischargedOn: '2020-06-15', bill });
  // 8 000; 1 800 + 1 500; 100; 200 × 80 % = 160; left 40 + 400.
  expect(outcomeOf(await system.client.settle({ ...stay, hospitalCode: 'LN2' }))).toEqual({
    inScope: '10 000.00',
    lines: ['basic 8 000.00', 'critical-illness 0.00', 'supplementary 3 300.00', 'hospital 100.00', 'assistance 160.00'],
    hospital: '100.00',
    self: '440.00',
  });
});
