/**
 * From a body to the command line of a run. Everything that can be refused is refused here, before anything is begun: what
 * belongs to another kind, days that are none, packs and values that cannot be used.
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { canonicalJson } from '@oss/event-store';
import { type FieldProblem, Problem, withoutIdNumbers } from '@oss/host';
import { isRealDate, PackInvalid, readPack } from '@oss/policy';
import { assertParameters } from '../../checks/run-checks';
import { parseNote } from '../../notes/signed-note';
import { parseVerifierKey } from '../../notes/note-keys';
import { MAX_RULES, valuesOfChange } from '../../what-if/other-rules';
import { notesIn } from '../../checkpoints/audit-files';
import type { RunKind, RunOrder } from './run';
import type { RunRequest } from './run-request';

type Option = Exclude<keyof RunRequest, 'kind' | 'operatorCode'>;

const FILTERS = ['from', 'to', 'region', 'hospital', 'person'] as const;
const OPTIONS: Readonly<Record<RunKind, readonly Option[]>> = {
  verify: [...FILTERS, 'payer', 'recompute', 'checkpoints', 'key'],
  checks: [...FILTERS, 'only', 'parameters'],
  'what-if': [...FILTERS, 'packs', 'lines'],
};
const PARAMETERS_FILE = 'input/parameters.json';
const CHECKPOINTS_FILE = 'input/checkpoints.txt';
/** What the command writes beside its JSON, in the run's directory. */
export const PAGES_DIRECTORY = 'pages';
export const FIGURES_FILE = 'figures.csv';
export const CHART_FILE = 'chart.svg';

/** @throws Problem `invalid-body`, `pack-invalid` naming every field */
export function runOrder(request: RunRequest): RunOrder {
  const fields = fieldProblems(request);
  if (fields.length > 0) throw new Problem('invalid-body', `${fields.length} field(s) of the run cannot be accepted`, { fields });
  const packs = (request.packs ?? []).map(givenPack);
  const { kind, operatorCode } = request;
  const given = OPTIONS[kind].filter((option) => request[option] !== undefined && request[option] !== null);
  const options = Object.fromEntries(given.map((option) => [option, told(request, option, packs)]));
  const files = Object.fromEntries([
    ...packs.map(({ file, text }) => [file, text] as const),
    ...(request.parameters ? [[PARAMETERS_FILE, JSON.stringify(request.parameters)] as const] : []),
    ...(request.checkpoints ? [[CHECKPOINTS_FILE, request.checkpoints] as const] : []),
  ]);
  return { kind, operatorCode, options, args: [...filterArgs(request), ...argsOf(request, packs)], files };
}

/** @throws Problem `invalid-body` when the code of who asks holds an id number */
export function assertOperator(operatorCode: string): void {
  const fields = operatorProblems(operatorCode);
  if (fields.length > 0) throw new Problem('invalid-body', 'operatorCode must not hold an id number', { fields });
}

function operatorProblems(operatorCode: string): FieldProblem[] {
  if (withoutIdNumbers(operatorCode) === operatorCode) return [];
  return [{ path: 'operatorCode', message: 'must not hold an id number: it is recorded' }];
}

interface GivenPack {
  readonly file: string;
  readonly text: string;
  readonly id: string;
  readonly digest: string;
}

/** Its label in the result is its file: number and id. */
function givenPack(text: string, index: number): GivenPack {
  const path = `packs[${index}]`;
  try {
    const { id, content } = readPack(text, path);
    const digest = `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
    return { file: `${index + 1}-${id.replaceAll(/[^\w.-]/g, '-')}.yaml`, text, id, digest };
  } catch (error) {
    if (!(error instanceof PackInvalid)) throw error;
    const fields = error.problems.map(({ path: at, message, cure }): FieldProblem => {
      return { path: at === '' ? path : `${path}.${at}`, message: `${message}. Cure: ${cure}` };
    });
    throw new Problem('pack-invalid', `${path} has ${fields.length} problem(s)`, { fields, cause: error });
  }
}

/** What the record tells of an option: whole texts by their names or sizes. */
function told(request: RunRequest, option: Option, packs: readonly GivenPack[]): unknown {
  if (option === 'packs') return packs.map(({ id, digest }) => ({ id, digest }));
  if (option === 'checkpoints') return notesIn(request.checkpoints!).length;
  return request[option];
}

function filterArgs(request: RunRequest): string[] {
  return [...FILTERS, 'payer' as const].flatMap((filter) => {
    const value = request[filter];
    return value ? [`--${filter}=${value}`] : [];
  });
}

function argsOf(
  { kind, recompute, checkpoints, key, only, parameters, lines }: RunRequest,
  packs: readonly GivenPack[],
): string[] {
  if (kind === 'verify') {
    return [
      ...(recompute === false ? ['--no-recompute'] : [`--threads=${threads()}`]),
      ...(checkpoints ? [`--checkpoints=${CHECKPOINTS_FILE}`] : []),
      ...(key ? [`--key=${key}`] : []),
    ];
  }
  if (kind === 'checks') {
    return [
      ...[`--csv=${PAGES_DIRECTORY}`, `--xlsx=${PAGES_DIRECTORY}`],
      ...(parameters ? [`--params=${PARAMETERS_FILE}`] : []),
      ...(only ?? []).map((check) => `--only=${check}`),
    ];
  }
  return [
    ...[`--csv=${FIGURES_FILE}`, `--svg=${CHART_FILE}`, `--threads=${threads()}`],
    ...packs.map(({ file }) => `--pack=${file}`),
    ...(lines ?? []).map((line) => `--line=${line}`),
  ];
}

/** Of a recomputation or a what-if: half of the cores, for the other half settles. */
function threads(): number {
  return Math.max(1, Math.floor(availableParallelism() / 2));
}

function fieldProblems(request: RunRequest): FieldProblem[] {
  const { kind, operatorCode, from, to } = request;
  const allowed: readonly string[] = [...OPTIONS[kind], 'kind', 'operatorCode'];
  const fields: FieldProblem[] = Object.entries(request)
    .filter(([name, value]) => value !== undefined && value !== null && !allowed.includes(name))
    .map(([path]) => ({ path, message: `does not belong to a run of kind ${kind}` }));
  fields.push(...operatorProblems(operatorCode));
  for (const [path, day] of Object.entries({ from, to }))
    if (day && !isRealDate(day)) fields.push({ path, message: 'is no day of the calendar' });
  if (from && to && from > to) fields.push({ path: 'to', message: 'is before from; both are inclusive' });
  if (kind === 'verify') fields.push(...verifyProblems(request));
  if (kind === 'checks') fields.push(...checksProblems(request));
  if (kind === 'what-if') fields.push(...whatIfProblems(request));
  return fields;
}

function verifyProblems({ checkpoints, key }: RunRequest): FieldProblem[] {
  return [
    ...refusal('checkpoints', () => checkpoints && notesIn(checkpoints).forEach(parseNote)),
    ...refusal('key', () => key && parseVerifierKey(key)),
  ];
}

function checksProblems({ parameters }: RunRequest): FieldProblem[] {
  return refusal('parameters', () => assertParameters(parameters ?? {}));
}

function whatIfProblems({ packs, lines }: RunRequest): FieldProblem[] {
  if (!packs && !lines) return [{ path: 'lines', message: 'is missing: name other rules, as lines or as packs' }];
  let rules = lines ? 1 : 0;
  const fields = (lines ?? []).flatMap((line, index) => refusal(`lines[${index}]`, () => (rules *= valuesOfChange(line))));
  if (fields.length === 0 && rules + (packs?.length ?? 0) > MAX_RULES)
    fields.push({ path: 'lines', message: `make more than ${MAX_RULES} sets of rules: ask for fewer values` });
  return fields;
}

/** What the product itself says against a value, as the problem of a field. */
function refusal(path: string, judge: () => unknown): FieldProblem[] {
  try {
    judge();
    return [];
  } catch (error) {
    return [{ path, message: error instanceof Error ? error.message : String(error) }];
  }
}
