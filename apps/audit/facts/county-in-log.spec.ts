/** Everybody in the log comes once, sorted, with all years: those without a record and those without a year among them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  collect,
  type EventReader,
  type EventStore,
  isBulkReader,
  openEmbeddedReader,
  openEmbeddedStore,
} from '@oss/event-store';
import { countyInLog } from './county-in-log';

const directory = mkdtempSync(join(tmpdir(), 'oss-county-'));
const key = (letter: string): string => letter.repeat(32);
let store: EventStore;
let bulk: EventReader;
let events = 0;

beforeAll(async () => {
  store = await openEmbeddedStore({ directory });
  bulk = await openEmbeddedReader({ directory });
});
afterAll(async () => {
  await bulk.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

const append = (stream: string, type: string, data: object) =>
  store.append(stream, 'no_stream', [{ id: `00000000-0000-4000-8000-${String((events += 1)).padStart(12, '0')}`, type, data }]);
const yearEnd = (letter: string, year: number) => append(`benefit-year-${key(letter)}-${year}`, 'YearEndSettled', { year });
const record = (letter: string) => append(`person-${key(letter)}`, 'PersonRegistered', { region: letter });

async function county(reader: EventReader) {
  const { personCount, persons } = await countyInLog(reader);
  const told = (await collect(persons())).map(({ personKey, record: known, yearEnds }) => [
    personKey[0],
    known === null || known === 'erased' ? known : known.region,
    ...yearEnds.map(({ year }) => year),
  ]);
  return { personCount, told };
}

test('nobody', async () => {
  expect(await county(bulk)).toEqual({ personCount: 0, told: [] });
});

test('people of every kind, however they were written', async () => {
  for (const letter of ['e', 'b', 'f', '0']) await record(letter);
  for (const [letter, year] of [
    ['b', 2019],
    ['c', 2018],
    ['b', 2018],
    ['e', 2018],
    ['d', 2020],
  ] as const)
    await yearEnd(letter, year);
  await append(`person-${key('a')}`, 'PersonErased', {});
  await append('person-x', 'PersonRegistered', { region: 'no key' });
  const told = [
    ['0', '0'],
    ['a', 'erased'],
    ['b', 'b', 2018, 2019],
    ['c', null, 2018],
    ['d', null, 2020],
    ['e', 'e', 2018],
    ['f', 'f'],
    ['x', 'no key'],
  ];
  expect([isBulkReader(store), isBulkReader(bulk)]).toEqual([false, true]);
  for (const reader of [store, bulk]) expect(await county(reader)).toEqual({ personCount: told.length, told });
});
