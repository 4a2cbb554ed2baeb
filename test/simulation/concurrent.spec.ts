/** Discharges of one person that come at the same moment: the result is that of one of their serial orders, to the fen. */
import * as fc from 'fast-check';
import type { Category } from '@oss/policy';
import { TurnTaker } from '@oss/host';
import { DISCHARGE_RECORDED, type DischargeRecorded } from '@oss/settlement';
import { outcomeOf } from '../support/amounts';
import { type BillBody, dischargeOf, HOSPITALS, inScopeBill, madeUpPerson, mixedBill } from '../support/county';
import { assertHistory } from '../support/history';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { wholeLog } from '../support/whole-log';

jest.setTimeout(60_000);
const directory = freshDirectory();
let system: System;
let persons = 500;
let encounters = 0;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, connections: 32 });
  await system.client.registerHospitals(HOSPITALS);
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

interface Visit {
  readonly hospital: 'H1' | 'H2' | 'H3';
  readonly bill: BillBody;
}

const visits = fc.array(
  fc.record({
    hospital: fc.constantFrom('H1' as const, 'H2' as const, 'H3' as const),
    bill: fc.oneof(
      fc.integer({ min: 0, max: 15_000_000 }).map(inScopeBill),
      fc.tuple(fc.nat(4_000_000), fc.nat(900_000), fc.nat(90_000)).map(([a, b, c]) => mixedBill(a, b, c)),
    ),
  }),
  { minLength: 2, maxLength: 8 },
);
const category = fc.constantFrom<Category | undefined>('registered-poor', 'low-income', 'destitute', undefined);

/** Settles visits of a fresh person, side by side or one after another; answers the outcome of each, by its place. */
async function settleAll(
  visited: readonly Visit[],
  of: Category | undefined,
  order: readonly number[] | 'at once',
): Promise<{ outcomes: unknown[]; names: string[] }> {
  const person = madeUpPerson(persons++, of === undefined ? {} : { category: of });
  await system.client.register(person);
  const names = visited.map(() => `C${encounters++}`);
  const settle = async (index: number): Promise<unknown> =>
    outcomeOf(await system.client.settle(dischargeOf(person, { ...visited[index]!, encounterNo: names[index]! })));
  if (order === 'at once') return { outcomes: await Promise.all(visited.map((_, index) => settle(index))), names };
  const outcomes: unknown[] = [];
  for (const index of order) outcomes[index] = await settle(index);
  return { outcomes, names };
}

test('at once equals one after another in the order in which they were recorded', async () => {
  const taker = system.app.get<TurnTaker<unknown, object>>(TurnTaker);
  const take = taker.take.bind(taker);
  let [overlapping, underway, most] = [0, 0, 0];
  const watched = jest.spyOn(taker, 'take').mockImplementation(async (...args) => {
    most = Math.max(most, (underway += 1));
    try {
      return await take(...args);
    } finally {
      underway -= 1;
    }
  });
  await fc.assert(
    fc.asyncProperty(visits, category, async (visited, of) => {
      // They did meet: more than one came to the year before the first was through with it.
      [underway, most] = [0, 0];
      const { outcomes, names } = await settleAll(visited, of, 'at once');
      const facts = (await wholeLog(directory.path)).filter(({ data }) =>
        names.includes((data as DischargeRecorded).encounterNo),
      );
      const order = facts
        .filter(({ type }) => type === DISCHARGE_RECORDED)
        .map(({ data }) => names.indexOf((data as DischargeRecorded).encounterNo));
      expect([...order].sort((a, b) => a - b)).toEqual(visited.map((_, index) => index));
      if (most > 1) overlapping += 1;
      expect((await settleAll(visited, of, order)).outcomes).toEqual(outcomes);
    }),
    { numRuns: 25 },
  );
  watched.mockRestore();
  expect(overlapping).toBeGreaterThan(5);
});

test('many persons at once, each with several discharges: nobody touches another’s year', async () => {
  const alike = Array.from({ length: 12 }, () =>
    settleAll(
      [
        { hospital: 'H2', bill: inScopeBill(3_000_000) },
        { hospital: 'H2', bill: inScopeBill(3_000_000) },
      ],
      'low-income',
      'at once',
    ),
  );
  const results = await Promise.all(alike);
  const seen = new Set(
    results.map(({ outcomes }) =>
      outcomes
        .map((each) => JSON.stringify(each))
        .sort()
        .join(),
    ),
  );
  // Twelve people with the same bills: the same two outcomes, whoever came first.
  expect(seen.size).toBe(1);
});
