/** Bulk reading says what the port says: the same log, the same facts, in the same order, over any number of pages. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BulkReader,
  collect,
  type Fact,
  hashAgain,
  isBulkReader,
  openEmbeddedReader,
  openEmbeddedStore,
  type SealedFact,
} from '@oss/event-store';

/** More than two pages of the log, and of a stream's facts. */
const EVENTS = 1_300;
/** Of texts that are read as bytes: a bill's, and one that no usual bill is as long as. */
const LENGTHS = [600, 40_000];
const directory = mkdtempSync(join(tmpdir(), 'oss-bulk-'));
let reader: BulkReader;

beforeAll(async () => {
  const store = await openEmbeddedStore({ directory });
  let count = 0;
  const events = (number: number) =>
    Array.from({ length: number }, () => {
      count += 1;
      return {
        id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
        type: `T${count % 3}`,
        data: { n: count, 字: '药' },
      };
    });
  for (const stream of ['b-2', 'a-9', 'b-10', 'b', 'c-1', 'b.1']) await store.append(stream, 'no_stream', events(2));
  for (const [number, length] of LENGTHS.entries()) {
    const id = `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;
    await store.append(`long "${length}"`, 'no_stream', [{ id, type: '长', data: { 字: '药'.repeat(length) } }]);
  }
  for (let revision = 1; revision + 1 < EVENTS; revision += 100) await store.append('b-2', revision, events(100));
  expect(isBulkReader(store)).toBe(false);
  await store.close();
  reader = await openEmbeddedReader({ directory });
});

afterAll(async () => {
  await reader.close();
  rmSync(directory, { recursive: true });
});

const whole = ({ position, stream, revision, id, type, text, recordedAt, data }: Fact) => ({
  ...{ position, stream, revision, id, type, text, recordedAt, data },
});
const sealed = (fact: SealedFact) => ({ ...whole(fact), hash: fact.hash });

it('gives the log page by page', async () => {
  const pages = [...reader.logPages()];
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.flat().map(sealed)).toEqual((await collect(reader.readAll())).map(sealed));
});

it('gives long texts as the bytes that are stored, and either gives the seal again', () => {
  const firsts = [...reader.logPages()].flat().filter(({ revision }) => revision === 0);
  expect(firsts.filter(({ bytes }) => bytes !== undefined).map(({ text }) => text)).toEqual(
    LENGTHS.map((length) => `{"字":"${'药'.repeat(length)}"}`),
  );
  for (const fact of firsts) expect(hashAgain(fact, '')).toBe(fact.hash);
});

it('gives the last fact of a stream', async () => {
  for (const stream of ['b-2', 'c-1', 'long "600"'])
    expect(sealed(reader.last(stream)!)).toEqual(sealed((await reader.readLast(stream))!));
  expect(reader.last('nobody')).toBeNull();
});

it('gives the facts of a stream, whole or of some types', async () => {
  const all = (await collect(reader.readStream('b-2'))).map(whole);
  expect(all.length).toBeGreaterThan(EVENTS);
  expect([...reader.facts('b-2')].map(whole)).toEqual(all);
  expect([...reader.facts('nobody')]).toEqual([]);
  const some = all.filter(({ type }) => type !== 'T0').map(({ type, data }) => ({ type, data }));
  expect([...reader.told('b-2', ['T1', 'T2'])]).toEqual(some);
  expect([...reader.told('b-10', ['T9'])]).toEqual([]);
  expect([...reader.told('nobody', ['T1'])]).toEqual([]);
});

it('reads in one view what stood when it began', async () => {
  const store = await openEmbeddedStore({ directory });
  const event = { id: '00000000-0000-4000-8000-999999999999', type: 'T1', data: {} };
  const count = () => [...reader.facts('c-1')].length;
  const before = count();
  const seen = await reader.inOneView(async () => {
    const first = count();
    await store.append('c-1', 'any', [event]);
    return [first, count()];
  });
  expect([...seen, count()]).toEqual([before, before, before + 1]);
  await expect(reader.inOneView(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await reader.inOneView(async () => count())).toBe(before + 1);
  await store.close();
});

it('names the streams with a prefix, in order, and no others', () => {
  expect([...reader.streamNames('b-')]).toEqual(['b-10', 'b-2']);
  expect([...reader.streamNames('z')]).toEqual([]);
});
