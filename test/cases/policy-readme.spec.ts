/**
 * libs/policy/README.md is a promise to someone who has only that page: every pack in it loads, every bill comes to the fen
 * that it states, every error message is printed as it stands there, and no element or word of the format is left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASES,
  CARE_TYPES,
  CATEGORIES,
  checkedPack,
  type Pack,
  PackInvalid,
  PAYERS,
  PROVENANCES,
  readPack,
  SHAPES,
  TRANSFERS,
} from '@oss/policy';
import { settleAlone, type SettlementView, yearEndShares } from '@oss/settlement';
import { parse } from 'yaml';
import { settleBills } from '../../apps/one-stop/settle/settle-bills';
import { settleFileOf } from '../../apps/one-stop/settle/settle-file';
import schema from '../../libs/policy/pack.schema.json';
import { inputOf } from '../../libs/settlement/testing';
import { type BenefitYear, EMPTY_YEAR } from '../../libs/settlement/year/benefit-year';

const README = readFileSync(join(__dirname, '../../libs/policy/README.md'), 'utf8');
const TODAY = '2026-01-01';

/** A fenced block: its info string ("yaml tail"), its text, its line in the page. */
interface Block {
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

const blocks: readonly Block[] = [...README.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)].map(([whole, info = '', text = '']) => ({
  info,
  text,
  line: README.slice(0, README.indexOf(whole)).split('\n').length,
}));

function blocksOf(info: string): readonly Block[] {
  return blocks.filter((block) => block.info === info);
}

function only(info: string): Block {
  const [block, ...more] = blocksOf(info);
  if (block === undefined || more.length > 0) throw new Error(`the README must hold exactly one block "${info}"`);
  return block;
}

const HEAD = only('yaml head').text;

/** The nearest block of a kind above another one. */
function above(block: Block, info: string): Block {
  const found = blocks.slice(0, blocks.indexOf(block)).reverse();
  const nearest = found.find((each) => each.info === info);
  if (nearest === undefined) throw new Error(`no block "${info}" stands above line ${block.line} of the README`);
  return nearest;
}

const fenOf = (yuan: string): number => Number(yuan.replace(/[ .]/g, ''));

/** "total 1 000.00, outside 200.00, level 3, low-income" as a case of the settlement library's specs. */
function caseOf(words: string): Parameters<typeof inputOf>[1] {
  const given: Record<string, unknown> = { categories: [] };
  for (const word of words.split(',').map((each) => each.trim())) {
    const [, key = '', value = ''] = /^(\S+)(?: (.*))?$/.exec(word) ?? [];
    if (key === 'total') given.totalFen = fenOf(value);
    else if (key === 'outside') given.outOfCatalogueFen = fenOf(value);
    else if (key === 'level') given.level = Number(value);
    else if (key === 'diagnosis') given.diagnosis = value;
    else if (key === 'hospital') given.hospitalRegion = value.replace('in ', '');
    else if (key === 'item') {
      const [code = '', yuan = ''] = value.split(/ (.*)/);
      const amountFen = fenOf(yuan);
      given.lines = [
        { code: 'A', class: 'A', amountFen: (given.totalFen as number) - amountFen },
        { code, class: 'C', amountFen },
      ];
    } else if (key === 'visit') given.chronicDisease = value;
    else if (key === 'born') given.birthDate = value;
    else if (key in CATEGORIES) (given.categories as string[]).push(key);
    else throw new Error(`the README's box says "${word}", which nobody understands`);
  }
  return given;
}

/** A settlement in the words of a box: every line in the chain's order, then the patient. */
function wordsOf({ shares, selfPayFen }: SettlementView): string {
  return [...shares.map(({ line, paidFen }) => [line, paidFen] as const), ['patient', selfPayFen ?? -1] as const]
    .map(([name, fen]) => `${name} ${yuanOf(fen)}`)
    .join('; ');
}

function yuanOf(fen: number): string {
  const digits = String(fen).padStart(3, '0');
  return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ' ')}.${digits.slice(-2)}`;
}

function rowsOf({ text }: Block): readonly [string, string][] {
  return text
    .trim()
    .split('\n')
    .map((row) => row.split(' → ') as [string, string]);
}

function settleRows(pack: Pack, rows: readonly [string, string][]): string[] {
  return settledYear(pack, rows).said;
}

function settledYear(pack: Pack, rows: readonly [string, string][]): { readonly said: string[]; readonly year: BenefitYear } {
  let year: BenefitYear = EMPTY_YEAR;
  const said = rows.map(([bill]) => {
    const outcome = settleAlone(inputOf(pack, caseOf(bill)), year);
    if ('refused' in outcome) throw new Error(`${bill}: ${JSON.stringify(outcome.refused)}`);
    year = outcome.year;
    return `${bill} → ${wordsOf(outcome.settled)}`;
  });
  return { said, year };
}

const named = (list: readonly Block[]): [string, Block][] => list.map((block) => [`line ${block.line}`, block]);

describe('every pack in the page loads', () => {
  test.each(named(blocksOf('yaml tail')))('small example, %s', (_, { text }) => {
    expect(readPack(HEAD + text, 'example.yaml').lines.length).toBeGreaterThan(0);
  });

  test.each(named(blocksOf('yaml snippet')))('snippet, %s', (_, { text }) => {
    const { rate = { value: 1 }, ...rule } = parse(text) as Record<string, unknown>;
    const parts = [{ base: 'in-scope-rest', rate }];
    const line = { id: 'x', label: 'x', payer: 'basic-insurance', shape: 'proportional', rules: [{ parts, ...rule }] };
    const content = { ...(parse(HEAD) as object), care: { inpatient: { chain: ['x'] } }, lines: [line] };
    expect(checkedPack(content, 'snippet.yaml').lines).toHaveLength(1);
  });

  test('the full example', () => {
    expect(readPack(only('yaml pack').text, 'example.yaml').id).toBe('990101/2024-01-01');
  });
});

describe('every bill in the page comes to the fen', () => {
  test.each(named(blocksOf('worked')))('box, %s', (_, box) => {
    const pack = readPack(HEAD + above(box, 'yaml tail').text, 'example.yaml');
    expect(settleRows(pack, rowsOf(box))).toEqual(rowsOf(box).map((row) => row.join(' → ')));
  });

  test('what a line pays at the end of the year of the bills above it', () => {
    const box = only('worked year');
    const pack = readPack(HEAD + above(box, 'yaml tail').text, 'example.yaml');
    const { accounts } = settledYear(pack, rowsOf(above(box, 'worked'))).year;
    const said = rowsOf(box).map(([words]) => {
      const [date = '', ...categories] = words.split(', ') as [string, ...(keyof typeof CATEGORIES)[]];
      const shares = yearEndShares(pack, categories, date, accounts);
      return [words, shares.map(({ line, paidFen }) => `${line} ${yuanOf(paidFen)}`).join('; ')];
    });
    expect(said).toEqual(rowsOf(box));
  });

  test('the same bands measured from zero', () => {
    const box = only('worked zero');
    const tail = above(box, 'yaml tail').text;
    expect(tail).toContain('value: after-deductible');
    const pack = readPack(HEAD + tail.replace('value: after-deductible', 'value: zero'), 'example.yaml');
    expect(settleRows(pack, rowsOf(box))).toEqual(rowsOf(box).map((row) => row.join(' → ')));
  });

  test('the full example, settled as the command settles the file', () => {
    const file = settleFileOf(JSON.parse(only('json bill').text), 'bill.json');
    const pack = { pack: readPack(only('yaml pack').text, 'example.yaml'), file: 'example.yaml', digest: 'sha256:readme' };
    const box = only('worked bill');
    const said = rowsOf(box).map(([bill], index) => {
      const outcome = settleBills({ ...file, bills: file.bills.slice(0, index + 1) }, { only: pack }, TODAY);
      if ('refused' in outcome) throw new Error(JSON.stringify(outcome.refused));
      expect(outcome.settled.totalFen).toBe(fenOf(bill.replace(/^.*total /, '')));
      return `${bill} → ${wordsOf(outcome.settled)}`;
    });
    expect(file.bills).toHaveLength(said.length);
    expect(said).toEqual(rowsOf(box).map((row) => row.join(' → ')));
  });
});

describe('every message in the page is the one that the loader prints', () => {
  test.each(named(blocksOf('yaml refused')))('%s', (_, block) => {
    const message = (): void => void readPack(HEAD + block.text, 'county.yaml');
    expect(message).toThrow(PackInvalid);
    const printed = blocks[blocks.indexOf(block) + 1];
    expect(printed?.info).toBe('text refused');
    expect(message).toThrow(printed?.text.trimEnd());
  });
});

describe('nothing of the format is left out', () => {
  const namesIn = (node: unknown): string[] =>
    typeof node !== 'object' || node === null
      ? []
      : Object.entries(node).flatMap(([key, value]) => [
          ...(key === 'properties' ? Object.keys(value as object) : []),
          ...namesIn(value),
        ]);

  test('every element of the schema', () => {
    // The three levels are written as numbers.
    const elements = [...new Set(namesIn(schema))].filter((name) => !/^[123]$/.test(name));
    expect(elements.length).toBeGreaterThan(60);
    expect(elements.filter((name) => !new RegExp(`\`${name}[\`:]`).test(README))).toEqual([]);
  });

  test('every word of the vocabularies', () => {
    const words = [BASES, CARE_TYPES, CATEGORIES, PAYERS, PROVENANCES, TRANSFERS].flatMap((each) => Object.keys(each));
    const missing = [...words, ...SHAPES].filter((word) => !new RegExp(`\`(payer: )?${word}\``).test(README));
    expect(missing).toEqual([]);
  });
});
