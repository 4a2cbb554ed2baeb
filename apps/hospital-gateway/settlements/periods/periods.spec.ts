/** The list over HTTP, in the whole system: what was settled is listed at once, fen by fen as the settlements say, restart or not. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProblemBody } from '@oss/host';
import type { SettlementView } from '@oss/settlement';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, inScopeBill, madeUpPerson } from '../../../../test/support/county';
import { freshDirectory, inProcess, type System } from '../../../../test/support/in-process';
import type { PeriodAnswer } from './period-answer';
import { PERIODS_FILE } from './period-list';

const directory = freshDirectory();
const poor = madeUpPerson(1, { category: 'registered-poor' });
const other = madeUpPerson(2);
const settled: SettlementView[] = [];
let system: System;

const start = async (): Promise<void> => void (system = await inProcess({ dataDir: directory.path }));
const list = async (query: string): Promise<PeriodAnswer> =>
  (await system.client.get(`/v1/settlements?${query}`)).json<PeriodAnswer>();
const MARCH = 'from=2018-03-01&to=2018-03-31';

beforeAll(async () => {
  await start();
  await system.client.registerHospitals(HOSPITALS);
  for (const person of [poor, other]) await system.client.register(person);
});
afterAll(async () => {
  await system.stop();
  directory.remove();
});

/** What the list says of a settlement that was answered. */
function summaryOf({
  settlementId,
  attempt,
  hospitalCode,
  encounterNo,
  region,
  dischargedOn,
  completedAt,
  ...rest
}: SettlementView): object {
  const { totalFen, inScopeFen, hospitalFen, selfPayFen } = rest;
  const shares = rest.shares.map(({ line, payer, paidFen }) => ({ line, payer, paidFen }));
  const amounts = { totalFen, inScopeFen, hospitalFen, selfPayFen, shares };
  return { settlementId, attempt, status: 'completed', hospitalCode, encounterNo, region, dischargedOn, completedAt, ...amounts };
}

test('a settlement that was answered is in the next list, as it was answered', async () => {
  const example = await system.client.settle(dischargeOf(poor, { encounterNo: 'P-1', bill: EXAMPLE_BILL }));
  settled.push(example);
  expect(await list(`hospitalCode=H2&${MARCH}`)).toEqual({
    items: [summaryOf(example)],
    sums: {
      count: 1,
      totalFen: 5_200_000,
      inScopeFen: 4_800_000,
      hospitalFen: 0,
      selfPayFen: 520_000,
      payers: {
        'basic-insurance': 3_840_000,
        'critical-illness': 170_500,
        'supplementary-insurance': 0,
        'medical-assistance': 552_650,
        'fifth-line': 116_850,
        hospital: 0,
      },
    },
    resettling: 0,
    next: null,
  });
});

test('pages over HTTP: every settlement once, the sums of all on each', async () => {
  const posts = Array.from({ length: 24 }, (_, n) =>
    system.client.settle(
      dischargeOf(n % 2 === 0 ? poor : other, {
        encounterNo: `P-M${n}`,
        dischargedOn: `2018-04-${String((n % 9) + 1).padStart(2, '0')}`,
        bill: inScopeBill(123_457 * n),
      }),
    ),
  );
  const april = await Promise.all(posts);
  settled.push(...april);
  const query = 'hospitalCode=H2&payer=basic-insurance&from=2018-04-01&to=2018-04-30&limit=5';
  const paid = april.filter(({ shares }) => shares.some(({ payer, paidFen }) => payer === 'basic-insurance' && paidFen > 0));
  const pages = [await list(query)];
  for (let next = pages[0]!.next; next !== null; next = pages.at(-1)!.next) pages.push(await list(`${query}&cursor=${next}`));
  const items = pages.flatMap((page) => page.items);
  expect(items).toEqual(expect.arrayContaining(paid.map(summaryOf)));
  expect(items.length).toBe(paid.length);
  expect(items.map(({ dischargedOn }) => dischargedOn)).toEqual(items.map(({ dischargedOn }) => dischargedOn).sort());
  const sum = (fen: (view: SettlementView) => number | undefined): number =>
    paid.reduce((total, view) => total + (fen(view) ?? 0), 0);
  for (const { sums } of pages) {
    expect(sums).toMatchObject({
      count: paid.length,
      totalFen: sum((view) => view.totalFen),
      selfPayFen: sum((view) => view.selfPayFen),
    });
    expect(Object.values(sums.payers).reduce((total, fen) => total + fen, sums.selfPayFen)).toBe(sums.totalFen);
  }
});

test('the route still answers for one encounter, in full, one or none', async () => {
  const [example] = settled;
  const found = await system.client.get('/v1/settlements?hospitalCode=H2&encounterNo=P-1');
  expect(found.json()).toEqual({ items: [example] });
  expect((await system.client.get('/v1/settlements?hospitalCode=H2&encounterNo=none')).json()).toEqual({ items: [] });
});

test('a query that cannot be accepted is told which parameter, and what to do', async () => {
  const answer = await system.client.get('/v1/settlements?hospitalCode=H2&from=2018-03-31&to=2018-03-01');
  const { status, code, errors } = answer.json<ProblemBody>();
  expect({ status, code, errors }).toEqual({
    status: 400,
    code: 'invalid-body',
    errors: [{ path: 'to', message: 'is before from; both are inclusive' }],
  });
});

test('the OpenAPI page says over what the sums are', async () => {
  const { paths } = (await system.client.get('/docs/openapi.json')).json<{
    paths: Record<string, { get: { description: string } }>;
  }>();
  expect(paths['/v1/settlements']!.get.description).toContain('`sums` are over the whole period and filter, not over the page');
});

test('after a restart, and after the file was deleted, the list is the same', async () => {
  const query = 'hospitalCode=H2&from=2018-01-01&to=2018-12-31';
  const before = await list(query);
  expect(before.items.length).toBe(settled.length);
  for (const deleted of [false, true]) {
    await system.stop();
    if (deleted) rmSync(join(directory.path, PERIODS_FILE));
    await start();
    expect(await list(query)).toEqual(before);
  }
});
