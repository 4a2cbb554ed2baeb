/** The command's inside: what a file may hold, what refuses it, and the order of a year. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PackInvalid } from '@oss/policy';
import {
  builtInPacks,
  distinctPacks,
  packDigest,
  packFile,
  PackFilesUnusable,
  packsIn,
} from '../../hospital-gateway/policy/pack-files';
import { packWithId, settleBills } from './settle-bills';
import { readSettleFile, settleFileOf } from './settle-file';

const TODAY = '2026-01-01';
const among = builtInPacks();
// Loosely typed: the tests break the file in every way.
const example = (): any => JSON.parse(readFileSync(join(__dirname, 'example.json'), 'utf8'));
const settle = (content: unknown, today = TODAY) => settleBills(settleFileOf(content, 'x.json'), { among }, today);
const codes = (content: unknown) => {
  const outcome = settle(content);
  return 'refused' in outcome ? { codes: outcome.refused.map(({ code }) => code), bill: outcome.bill } : null;
};

function selfPay(content: unknown): number | undefined {
  const outcome = settle(content);
  if ('refused' in outcome) throw new Error(JSON.stringify(outcome.refused));
  return outcome.settled.selfPayFen;
}

describe('a file that settles', () => {
  test('the example of --help: 5 200.00 to pay', () => {
    expect(selfPay(example())).toBe(520000);
  });

  test('earlier bills of the year move the accumulators, bare or under "discharge"', () => {
    const content = example();
    const earlier = {
      ...content.discharge,
      encounterNo: 'ZY1',
      care: { ...content.discharge.care, admittedOn: '2018-02-01', dischargedOn: '2018-02-10' },
    };
    const withOne = settle({ ...content, yearSoFar: [earlier] });
    expect(settle({ ...content, yearSoFar: [{ discharge: earlier }] })).toEqual(withOne);
    if ('refused' in withOne) throw new Error('refused');
    expect(withOne.settled.shares.map(({ paidFen }) => paidFen)).toEqual([3840000, 528000, 302400, 9600, 0]);
  });

  test('a member "case" is not read', () => {
    expect(selfPay({ ...example(), case: { anything: true } })).toBe(520000);
  });
});

describe('a refused bill', () => {
  test('another person, another name, another hospital, a wrong check digit', () => {
    const content = example();
    const { discharge } = content;
    const { patient } = discharge;
    const refusal = (change: object) => codes({ ...content, discharge: { ...discharge, ...change } });
    expect(refusal({ patient: { ...patient, name: '王小河' } })).toEqual({ codes: ['name-differs'], bill: 'discharge' });
    expect(refusal({ patient: { ...patient, idNumber: '11010519491231002X' } })).toEqual({
      codes: ['unknown-person'],
      bill: 'discharge',
    });
    expect(refusal({ patient: { ...patient, idNumber: '110105194912310021' } })).toEqual({
      codes: ['id-number-check-digit'],
      bill: 'discharge',
    });
    expect(refusal({ hospitalCode: 'H1' })).toEqual({ codes: ['unknown-hospital'], bill: 'discharge' });
  });

  test('an earlier bill of the year that is refused stops the last', () => {
    const content = example();
    const early = { ...content.discharge, bill: { ...content.discharge.bill, totalFen: 1 } };
    expect(codes({ ...content, yearSoFar: [early] })).toEqual({ codes: ['lines-do-not-add-up'], bill: 'yearSoFar[0]' });
  });
});

describe('a file that cannot be used', () => {
  test('names every field at fault, with its path in the file', () => {
    const content = example();
    content.discharge.bill.totalFen = '5200000';
    content.person.region = '36';
    delete content.hospital.code;
    content.yearsSoFar = [];
    const read = () => settleFileOf(content, 'x.json');
    for (const path of ['yearsSoFar is not known', 'discharge.bill.totalFen', 'person.region', 'hospital.code'])
      expect(read).toThrow(path);
  });

  test('an earlier bill of another year, no object, no JSON, no file', () => {
    const content = example();
    const before = {
      ...content.discharge,
      care: { ...content.discharge.care, admittedOn: '2017-12-01', dischargedOn: '2017-12-30' },
    };
    expect(() => settleFileOf({ ...content, yearSoFar: [before] }, 'x.json')).toThrow(
      'yearSoFar[0].care.dischargedOn (2017-12-30)',
    );
    expect(() => settleFileOf([], 'x.json')).toThrow('x.json must hold one JSON object');
    expect(() => readSettleFile(join(__dirname, 'main.ts'))).toThrow('is not JSON');
    expect(() => readSettleFile(join(__dirname, 'none.json'))).toThrow('cannot be read: ENOENT');
  });
});

describe('pack files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'packs-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const yaml = readFileSync(among[0]?.file ?? '', 'utf8');

  test('the digest does not depend on the order of keys', () => {
    const content = among[0]?.pack.content;
    if (content === undefined) throw new Error('no built-in pack');
    const reversed = Object.fromEntries(Object.entries(content).reverse()) as unknown as typeof content;
    expect(packDigest(reversed)).toBe(among[0]?.digest);
    expect(packDigest(content)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('a copy is the same pack; other rules under the same id are refused, naming both files', () => {
    writeFileSync(join(directory, 'a.yaml'), yaml);
    writeFileSync(join(directory, 'b.yml'), yaml);
    writeFileSync(join(directory, 'notes.txt'), 'not a pack');
    expect(packsIn(directory).map(({ digest }) => digest)).toEqual([among[0]?.digest]);
    expect(distinctPacks([...among, ...packsIn(directory)]).length).toBe(among.length);
    writeFileSync(join(directory, 'b.yml'), yaml.replace('7000', '7001'));
    expect(() => packsIn(directory)).toThrow(/a\.yaml.*b\.yml/s);
  });

  test('what is wrong names the file, the path and the cure', () => {
    const broken = join(directory, 'broken.yaml');
    writeFileSync(broken, yaml.replace(/^region: .*$/m, 'region: 360222'));
    expect(() => packFile(broken)).toThrow(PackInvalid);
    expect(() => packFile(broken)).toThrow(/broken\.yaml[^]*region[^]*Cure:/);
    expect(() => packsIn(join(directory, 'none'))).toThrow(PackFilesUnusable);
    expect(() => packWithId('000000/1999-01-01', among)).toThrow('use one of 360222/2018-01-01');
  });
});
