/** From a body to a command line; and everything that is refused before anything is begun. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, validated } from '@oss/host';
import { runOrder } from './run-order';
import { RunRequest } from './run-request';

const PACK = readFileSync(join(__dirname, '../../../../libs/policy/packs/360222-fuliang-2018.yaml'), 'utf8');
const order = (body: object): ReturnType<typeof runOrder> => runOrder(validated(RunRequest, { operatorCode: 'OP-1', ...body }));

test('verify', () => {
  const { args, files, options } = order({ kind: 'verify', from: '2018-01-01', person: 'a'.repeat(32), recompute: false });
  expect(args).toEqual(['--from=2018-01-01', `--person=${'a'.repeat(32)}`, '--no-recompute']);
  expect([files, options]).toEqual([{}, { from: '2018-01-01', person: 'a'.repeat(32), recompute: false }]);
  expect(order({ kind: 'verify' }).args).toEqual([expect.stringMatching(/^--threads=[1-9]\d*$/)]);
});

test('checks', () => {
  const parameters = { 'split-stay': { withinDays: 15 } };
  const { args, files } = order({ kind: 'checks', only: ['split-stay', 'over-cap'], parameters, region: '3602' });
  const pages = ['--csv=pages', '--xlsx=pages'];
  expect(args).toEqual(['--region=3602', ...pages, '--params=input/parameters.json', '--only=split-stay', '--only=over-cap']);
  expect(files).toEqual({ 'input/parameters.json': JSON.stringify(parameters) });
});

test('what-if: packs become files under their ids, and are told by id and digest', () => {
  const { args, files, options } = order({ kind: 'what-if', packs: [PACK], lines: ['fifth-line.limitBp=500,800'] });
  const [file = ''] = Object.keys(files);
  expect(file).toMatch(/^1-360222-2018-01-01\.yaml$/);
  expect(args).toEqual([
    '--csv=figures.csv',
    '--svg=chart.svg',
    expect.stringMatching(/^--threads=\d+$/),
    `--pack=${file}`,
    '--line=fifth-line.limitBp=500,800',
  ]);
  expect(options).toEqual({
    packs: [{ id: '360222/2018-01-01', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string }],
    lines: ['fifth-line.limitBp=500,800'],
  });
});

const grid = (values: number): string => `a.limitBp=${Array.from({ length: values }, (_, n) => n + 1).join(',')}`;

test.each([
  ['no kind', { kind: 'export' }, 'invalid-body', ['kind']],
  ['no operator', { kind: 'verify', operatorCode: ' ' }, 'invalid-body', ['operatorCode']],
  ['an id number', { kind: 'verify', operatorCode: '990222195503071232' }, 'invalid-body', ['operatorCode']],
  ['an unknown field', { kind: 'verify', facts: '/etc/passwd' }, 'invalid-body', ['facts']],
  ['what belongs to another kind', { kind: 'checks', payer: 'hospital', lines: ['a'] }, 'invalid-body', ['payer', 'lines']],
  ['a day that is none', { kind: 'checks', from: '2018-02-30' }, 'invalid-body', ['from']],
  ['the end before the beginning', { kind: 'checks', from: '2018-02-02', to: '2018-02-01' }, 'invalid-body', ['to']],
  ['an option for a hospital', { kind: 'checks', hospital: '--data-dir=/' }, 'invalid-body', ['hospital']],
  ['an unknown check', { kind: 'checks', only: ['everything'] }, 'invalid-body', ['only']],
  ['an unknown parameter', { kind: 'checks', parameters: { 'split-stay': { days: 1 } } }, 'invalid-body', ['parameters']],
  [
    'a parameter of another kind',
    { kind: 'checks', parameters: { 'split-stay': { withinDays: 'x' } } },
    'invalid-body',
    ['parameters'],
  ],
  ['notes that are none', { kind: 'verify', checkpoints: 'note' }, 'invalid-body', ['checkpoints']],
  ['a key that is none', { kind: 'verify', key: '/etc/passwd' }, 'invalid-body', ['key']],
  ['no other rules', { kind: 'what-if' }, 'invalid-body', ['lines']],
  [
    'a change that is none',
    { kind: 'what-if', lines: ['a.limitBp=1', 'a.b=1', 'a.limitBp=,'] },
    'invalid-body',
    ['lines[1]', 'lines[2]'],
  ],
  ['a grid too large', { kind: 'what-if', lines: [grid(8), grid(9)] }, 'invalid-body', ['lines']],
  ['a pack that is none', { kind: 'what-if', packs: [PACK, 'id: 1'] }, 'pack-invalid', ['packs[1]']],
])('refused: %s', (_, body, code, paths) => {
  const refusal = (): unknown => {
    try {
      return order(body);
    } catch (error) {
      return error;
    }
  };
  const problem = refusal() as Problem;
  expect(problem).toBeInstanceOf(Problem);
  expect(problem.code).toBe(code);
  expect([...new Set(problem.fields.map(({ path }) => (code === 'pack-invalid' ? path.split('.')[0] : path)))]).toEqual(paths);
});

test('a grid of 64 is taken', () => {
  expect(order({ kind: 'what-if', lines: [grid(8), grid(8)] }).kind).toBe('what-if');
});
