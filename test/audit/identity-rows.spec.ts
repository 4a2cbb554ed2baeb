/** Rows with names, of more persons than are asked for at once: in the order of the settlements, each with its own person, after the record. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IdentityReader } from '@oss/host';
import { type IdentityExport, identityRows } from '../../apps/audit/export/identity-export';
import type { Row } from '../../apps/audit/export/row-file';
import { factsInFile } from '../../apps/audit/facts/facts-file';
import { freshDirectory } from '../support/in-process';

const PERSONS = 75;
const directory = freshDirectory();
const file = join(directory.path, 'facts.ndjson');
const keyOf = (n: number): string => String(n).padStart(32, '0');
const nameOf = (n: number): string => `甲${n}乙`;

beforeAll(() => {
  const settled = {
    hospitalCode: 'H1',
    region: '360222',
    scope: { totalFen: 100, inScopeFen: 100 },
    shares: [],
    selfPayFen: 100,
  };
  const care = { type: 'inpatient', admittedOn: '2018-03-01', dischargedOn: '2018-03-09' };
  const snapshot = { hospital: { level: 2, region: '360222', designated: true } };
  const lines = Array.from({ length: PERSONS }, (_, n) =>
    // Every third has been there twice.
    Array.from({ length: n % 3 === 0 ? 2 : 1 }, (__, visit) =>
      JSON.stringify({ fact: 'case', personKey: keyOf(n), encounterNo: `E${n}-${visit}`, ...settled, care, snapshot }),
    ),
  );
  writeFileSync(file, lines.flat().join('\n'));
});
afterAll(() => directory.remove());

/** Answers late, the later asked the sooner; the fifth of every ten is unknown. */
class People implements IdentityReader {
  asked = 0;
  atOnce = 0;
  most = 0;

  async reveal(personKey: string): Promise<{ name: string; idNumber: string } | null> {
    this.asked += 1;
    this.most = Math.max(this.most, (this.atOnce += 1));
    const n = Number(personKey);
    for (let turn = 0; turn < PERSONS - n; turn++) await Promise.resolve();
    this.atOnce -= 1;
    return n % 10 === 5 ? null : { name: nameOf(n), idNumber: `36022219700101${String(n).padStart(4, '0')}` };
  }

  async close(): Promise<void> {}
}

const asked = async (people: People, record: IdentityExport['record']): Promise<IdentityExport> => ({
  facts: await factsInFile(file),
  identities: people,
  selection: {},
  operatorCode: 'A',
  reason: '抽查',
  idNumbers: 'masked',
  onPersons: () => undefined,
  record,
});

test('each row with its own person, in order; no person is asked for twice in a pass, and nobody whom the first did not find', async () => {
  const people = new People();
  const recorded: number[] = [];
  const rows: Row[] = [];
  for await (const row of identityRows(await asked(people, async (persons) => void recorded.push(persons)))) {
    expect(recorded).toHaveLength(1);
    rows.push(row);
  }
  const expected = Array.from({ length: PERSONS }, (_, n) => {
    const isKnown = n % 10 !== 5;
    const idNumber = `360222***********${n % 10}`;
    const row = [keyOf(n), isKnown ? 'known' : 'unknown', isKnown ? nameOf(n) : null, isKnown ? idNumber : null];
    return n % 3 === 0 ? [row, row] : [row];
  }).flat();
  expect(rows.map(({ cells }) => [cells[2], ...cells.slice(-3)])).toEqual(expected);
  const known = Array.from({ length: PERSONS }, (_, n) => n).filter((n) => n % 10 !== 5).length;
  expect([recorded, people.asked, people.most]).toEqual([[known], PERSONS + known, 32]);
});

test('a record that fails ends it before the first row', async () => {
  const rows = identityRows(await asked(new People(), () => Promise.reject(new Error('the disk is full'))));
  await expect(rows.next()).rejects.toThrow('the disk is full');
  expect(await rows.next()).toEqual({ done: true, value: undefined });
});
