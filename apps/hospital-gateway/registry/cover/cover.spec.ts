/** The cover report over HTTP: what each person's dates lead to, pages of one instant, and the same as a plain look at every record. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProblemBody } from '@oss/host';
import type { Category } from '@oss/policy';
import * as fc from 'fast-check';
import { madeUpPerson, type PersonBody } from '../../../../test/support/county';
import { refusalOf } from '../../../../test/support/http-client';
import { freshDirectory, inProcess, type System } from '../../../../test/support/in-process';
import { COVER_FILE } from './cover-list';
import type { CoverItem, CoverReport } from './cover-report';

jest.setTimeout(60_000);
const directory = freshDirectory();
let system: System;
const start = async (): Promise<void> => void (system = await inProcess({ dataDir: directory.path }));
beforeAll(start);
afterAll(async () => {
  await system.stop();
  directory.remove();
});

const page = async (query: string): Promise<CoverReport> =>
  (await system.client.get(`/v1/registry/reports/cover?${query}`)).json<CoverReport>();

/** All pages of a walk as one report. `between` runs after each page. */
async function walk(query: string, limit = 1_000, between: () => Promise<void> = async () => undefined): Promise<CoverReport> {
  const pages = [await page(`${query}&limit=${limit}`)];
  for (let next = pages[0]!.next; next !== null; next = pages.at(-1)!.next) {
    await between();
    pages.push(await page(`${query}&limit=${limit}&cursor=${next}`));
  }
  for (const each of pages) {
    expect(each.counts).toEqual(pages[0]!.counts);
    expect(each.shouldBeCovered.length + each.noLongerEntitled.length).toBeLessThanOrEqual(limit);
  }
  const list = (name: 'shouldBeCovered' | 'noLongerEntitled') => pages.flatMap((each) => each[name]);
  return { ...pages[0]!, shouldBeCovered: list('shouldBeCovered'), noLongerEntitled: list('noLongerEntitled'), next: null };
}

const subsidy = (from: string, to?: string): PersonBody['cover'] => ({ from, premiumPaidBy: 'subsidy', ...(to ? { to } : {}) });
const of = (category: Category, from: string, to?: string) => ({ category, from, ...(to ? { to } : {}) });

describe('one person, one day', () => {
  type Expected = ['shouldBeCovered' | 'noLongerEntitled', string] | null;
  const poor = [of('registered-poor', '2016-01-01')];
  it.each<[string, Partial<PersonBody>, Expected]>([
    ['poor and covered by the purse', { cover: subsidy('2018-01-01'), categories: poor }, null],
    ['poor and paid the premium', { cover: { from: '2018-01-01', premiumPaidBy: 'person' }, categories: poor }, null],
    ['ordinary and without cover', { cover: null, categories: [] }, null],
    ['orphan alone, which the notice does not name', { cover: null, categories: [of('orphan', '2016-01-01')] }, null],
    ['poor and never covered', { cover: null, categories: poor }, ['shouldBeCovered', 'never-covered']],
    [
      'destitute, cover ended',
      { cover: subsidy('2017-01-01', '2018-06-29'), categories: [of('destitute', '2016-01-01')] },
      ['shouldBeCovered', 'cover-ended'],
    ],
    [
      'low-income, cover begins later',
      { cover: subsidy('2018-07-01'), categories: [of('low-income', '2016-01-01')] },
      ['shouldBeCovered', 'cover-begins-later'],
    ],
    ['cover’s last day', { cover: subsidy('2017-01-01', '2018-06-30'), categories: poor }, null],
    ['cover’s first day', { cover: subsidy('2018-06-30'), categories: poor }, null],
    [
      'category’s last day, not covered',
      { cover: null, categories: [of('destitute', '2016-01-01', '2018-06-30')] },
      ['shouldBeCovered', 'never-covered'],
    ],
    [
      'category’s first day, not covered',
      { cover: null, categories: [of('destitute', '2018-06-30')] },
      ['shouldBeCovered', 'never-covered'],
    ],
    ['category ended, not covered', { cover: null, categories: [of('destitute', '2016-01-01', '2018-06-29')] }, null],
    [
      'category ended, still subsidised',
      { cover: subsidy('2018-01-01'), categories: [of('low-income', '2016-01-01', '2018-06-29')] },
      ['noLongerEntitled', 'category-ended'],
    ],
    [
      'category begins later, subsidised',
      { cover: subsidy('2018-01-01'), categories: [of('low-income', '2018-07-01')] },
      ['noLongerEntitled', 'category-begins-later'],
    ],
    [
      'subsidised, never entitled',
      { cover: subsidy('2018-01-01'), categories: [of('disabled', '2016-01-01')] },
      ['noLongerEntitled', 'never-entitled'],
    ],
    [
      'died before, still subsidised',
      { cover: subsidy('2018-01-01'), categories: poor, diedOn: '2018-06-29' },
      ['noLongerEntitled', 'died-before'],
    ],
    ['died that day, subsidised', { cover: subsidy('2018-01-01'), categories: poor, diedOn: '2018-06-30' }, null],
    ['died that day, not covered', { cover: null, categories: poor, diedOn: '2018-06-30' }, ['shouldBeCovered', 'never-covered']],
    ['died before, not covered', { cover: null, categories: poor, diedOn: '2018-06-29' }, null],
    [
      'died before, paid the premium',
      { cover: { from: '2018-01-01', premiumPaidBy: 'person' }, categories: [], diedOn: '2018-01-02' },
      null,
    ],
  ])('%s', async (_, given, expected) => {
    const region = '360299';
    const person = madeUpPerson(1, { region, ...given });
    const personKey = await system.client.register(person);
    const report = await page(`region=${region}&date=2018-06-30`);
    const found = [...report.shouldBeCovered, ...report.noLongerEntitled];
    expect(report.counts).toEqual({
      persons: 1,
      shouldBeCovered: expected?.[0] === 'shouldBeCovered' ? 1 : 0,
      noLongerEntitled: expected?.[0] === 'noLongerEntitled' ? 1 : 0,
    });
    const inForce = person.categories!.filter(({ from, to }) => from <= '2018-06-30' && (to === undefined || to >= '2018-06-30'));
    expect(found).toEqual(
      expected === null
        ? []
        : [
            {
              personKey,
              region,
              categories: inForce,
              cover: person.cover,
              ...(person.diedOn === undefined ? {} : { diedOn: person.diedOn }),
              reason: { code: expected[1], zh: expect.any(String) as string, en: expect.any(String) as string },
            },
          ],
    );
    if (expected !== null) expect(report[expected[0]]).toEqual(found);
    await system.client.post('/v1/registry/persons/erasure', { personKey, reason: 'test' });
    expect((await page(`region=${region}&date=2018-06-30`)).counts.persons).toBe(0);
  });
});

describe('random registries', () => {
  const day = fc.integer({ min: 0, max: 60 }).map((n) => new Date(Date.UTC(2018, 4, 1 + n)).toISOString().slice(0, 10));
  const period = fc
    .tuple(day, fc.option(day))
    .map(([a, b]) => (b === null ? { from: a } : a <= b ? { from: a, to: b } : { from: b, to: a }));
  const record = fc.record({
    region: fc.constantFrom('360101', '360102', '360181', '360301', '370101'),
    cover: fc.option(fc.tuple(period, fc.constantFrom('person' as const, 'subsidy' as const))),
    categories: fc.uniqueArray(
      fc.tuple(fc.constantFrom('destitute', 'low-income', 'registered-poor', 'orphan', 'disabled'), period),
      {
        selector: ([category]) => category,
        maxLength: 3,
      },
    ),
    diedOn: fc.option(day, { freq: 3 }),
  });
  const question = fc.record({
    region: fc.constantFrom('360101', '360100', '360000', '370000', '369900'),
    date: day,
    limit: fc.integer({ min: 1, max: 7 }),
  });

  /** The answer by a plain look at every record, written from the notice and nothing else. */
  function naive(people: readonly { personKey: string; body: PersonBody }[], region: string, date: string) {
    const within = people.filter(({ body }) => body.region.startsWith(region.replace(/(00){1,2}$/, '')));
    const runs = (span: { from: string; to?: string }) => !(date < span.from) && !(span.to !== undefined && date > span.to);
    const facts = within.map(({ personKey, body }) => ({
      personKey,
      alive: !(body.diedOn !== undefined && body.diedOn < date),
      entitled: body.categories!.some(
        (each) => ['destitute', 'low-income', 'registered-poor'].includes(each.category) && runs(each),
      ),
      covered: body.cover !== null && body.cover !== undefined && runs(body.cover),
      subsidised: body.cover?.premiumPaidBy === 'subsidy',
    }));
    return {
      persons: within.length,
      shouldBeCovered: facts.filter((each) => each.alive && each.entitled && !each.covered).map(({ personKey }) => personKey),
      noLongerEntitled: facts
        .filter((each) => each.covered && each.subsidised && !(each.entitled && each.alive))
        .map(({ personKey }) => personKey),
    };
  }

  const keys = (items: readonly CoverItem[]): string[] => items.map(({ personKey }) => personKey).sort();

  it('are reported as a plain look at every record does, page by page, while records change', async () => {
    const people = new Map<number, { personKey: string; body: PersonBody }>();
    const put = async (n: number, made: typeof record extends fc.Arbitrary<infer T> ? T : never): Promise<void> => {
      const { region, cover, categories, diedOn } = made;
      const body = {
        ...madeUpPerson(100 + n, { region: '360222' }),
        region,
        cover: cover === null ? null : { ...cover[0], premiumPaidBy: cover[1] },
        categories: categories.map(([category, span]) => ({ category: category as Category, ...span })),
        ...(diedOn === null ? {} : { diedOn }),
      };
      people.set(n, { personKey: await system.client.register(body), body });
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), record), { minLength: 1, maxLength: 20 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), record), { minLength: 10, maxLength: 10 }),
        question,
        async (changes, meanwhile, { region, date, limit }) => {
          for (const [n, made] of changes) await put(n, made);
          const expected = naive([...people.values()], region, date);
          const report = await walk(`region=${region}&date=${date}`, limit, async () => {
            const change = meanwhile.shift();
            if (change !== undefined) await put(...change);
          });
          expect({
            persons: report.counts.persons,
            shouldBeCovered: keys(report.shouldBeCovered),
            noLongerEntitled: keys(report.noLongerEntitled),
          }).toEqual({
            persons: expected.persons,
            shouldBeCovered: [...expected.shouldBeCovered].sort(),
            noLongerEntitled: [...expected.noLongerEntitled].sort(),
          });
          expect([report.counts.shouldBeCovered, report.counts.noLongerEntitled]).toEqual([
            report.shouldBeCovered.length,
            report.noLongerEntitled.length,
          ]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are the same after a restart, after the file was deleted, and after it was damaged', async () => {
    const query = 'region=360000&date=2018-05-20';
    const before = await walk(query);
    expect(before.counts.persons).toBeGreaterThan(0);
    const file = join(directory.path, COVER_FILE);
    for (const harm of [() => undefined, () => rmSync(file), () => writeFileSync(file, 'no database at all'.repeat(1_000))]) {
      await system.stop();
      harm();
      await start();
      expect(await walk(query)).toEqual(before);
    }
  });
});

describe('the query', () => {
  it.each<[string, string[]]>([
    ['', ['region', 'date']],
    ['region=36022&date=2018-6-30', ['region', 'date']],
    ['region=360222&date=2018-02-30', ['date']],
    ['region=360222&date=2018-06-30&limit=1001', ['limit']],
    ['region=360222&date=2018-06-30&cursor=x', ['cursor']],
    ['region=360222&date=2018-06-30&name=x', ['name']],
  ])('"%s" is refused and told which parameters', async (query, paths) => {
    const answer = await system.client.get(`/v1/registry/reports/cover?${query}`);
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'invalid-body', paths });
  });

  it('takes a cursor of its own walk alone', async () => {
    const { next } = await page('region=360000&date=2018-05-20&limit=1');
    expect(next).toEqual(expect.any(String));
    const answer = await system.client.get(`/v1/registry/reports/cover?region=360000&date=2018-05-21&cursor=${next}`);
    expect(answer.json<ProblemBody>()).toMatchObject({ status: 400, errors: [{ path: 'cursor' }] });
  });
});
