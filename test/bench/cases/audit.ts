/**
 * The auditor's side on a large store: verify with recomputation, what-if and the checks, as commands of their own, in turns with a
 * bare loop that reads the same rows and parses their JSON. Rates include the start of the program.
 */
import { fillStore } from '../filled-store';
import { median, spread } from '../figures';
import { type Measured, measured } from '../measured-program';
import { type Figure, progress } from '../report';
import { temporaryDirectory } from '../server';
import type { Plan } from './plan';

const AUDIT = 'apps/audit/main.js';
/** Settlements for each person of the county: as in the growth case. */
const SETTLEMENTS_PER_PERSON = 10 / 3;
const CHANGE = 'fifth-line.limitBp=500';
const MEMORY_MB = 500;

interface Run extends Measured {
  /** Events, or cases. */
  readonly count: number;
}

interface Rounds {
  readonly loop: Run[];
  readonly verify: Run[];
  readonly whatIf: Run[];
  readonly checks: Run[];
}

export async function audit(plan: Plan): Promise<Figure[]> {
  const { auditSettlements: settlements, auditRounds } = plan;
  const directory = temporaryDirectory();
  const county = { persons: Math.ceil(settlements / SETTLEMENTS_PER_PERSON) };
  const events = await fillStore(directory, county, settlements, (done) => {
    if (done % 20_480 === 0 || done === settlements) progress(`audit: ${done} of ${settlements} settled`);
  });
  const rounds: Rounds = { loop: [], verify: [], whatIf: [], checks: [] };
  for (let round = 1; round <= auditRounds; round += 1) {
    const loop = await measured('test/bench/audit-loop/main.js', [], { DATA_DIR: directory });
    rounds.loop.push({ ...loop, count: numberIn(loop, ({ objects }) => objects, events) });
    const verify = await measured(AUDIT, ['verify', '--data-dir', directory, '--json']);
    rounds.verify.push({ ...verify, count: numberIn(verify, (report) => report['events'], events) });
    const whatIf = await measured(AUDIT, ['what-if', '--line', CHANGE, '--data-dir', directory, '--json']);
    rounds.whatIf.push({ ...whatIf, count: numberIn(whatIf, ([comparison]) => comparison['cases'], settlements) });
    rounds.checks.push({
      ...(await measured(AUDIT, ['checks', '--data-dir', directory, '--json'], {}, [0, 1])),
      count: settlements,
    });
    progress(`audit: round ${round} of ${auditRounds}: ${words(rounds)}`);
  }
  return figures(rounds, events, settlements);
}

/** What a program says that it went through must be all that there is: else its rate would mean nothing. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function numberIn({ output }: Measured, read: (said: any) => unknown, expected: number): number {
  const found = read(JSON.parse(output));
  if (found !== expected) throw new Error(`${String(found)} were gone through, and there are ${expected}`);
  return expected;
}

const rates = (runs: readonly Run[]): number[] => runs.map(({ count, seconds }) => count / seconds);

function words(rounds: Rounds): string {
  return Object.entries(rounds)
    .map(([name, runs]) => `${name} ${Math.round(rates(runs as Run[]).at(-1)!)}/s`)
    .join(', ');
}

function figures({ loop, verify, whatIf, checks }: Rounds, events: number, settlements: number): Figure[] {
  const ratios = rates(verify).map((rate, index) => rate / rates(loop)[index]!);
  return [
    {
      ...row('verify with recomputation, events', verify),
      aim: { is: 'at least', value: 100_000 },
      note: `${events} events of ${settlements} settlements; ${cpu(verify, 'event')}`,
    },
    { ...row('bare loop: reads the same rows, parses their JSON, one thread', loop), note: cpu(loop, 'event') },
    {
      case: 'audit',
      name: 'verify / bare loop',
      value: median(ratios),
      unit: '×',
      aim: { is: 'at least', value: 0.5 },
      spread: spread(ratios),
    },
    memory('verify', verify),
    {
      ...row('what-if, one value of a line changed, cases', whatIf),
      aim: { is: 'at least', value: 50_000 },
      note: cpu(whatIf, 'case'),
    },
    memory('what-if', whatIf),
    { ...row('all checks, cases with their bills', checks), note: cpu(checks, 'case') },
    memory('checks', checks),
  ];
}

function row(name: string, runs: readonly Run[]): Figure {
  return { case: 'audit', name, value: median(rates(runs)), unit: '/s', spread: spread(rates(runs)) };
}

function memory(command: string, runs: readonly Run[]): Figure {
  const known = runs.flatMap(({ peakMb }) => (peakMb === null ? [] : [peakMb]));
  return {
    case: 'audit',
    name: `most memory of ${command}, all threads`,
    value: known.length === 0 ? null : Math.max(...known),
    unit: 'MB',
    aim: { is: 'at most', value: MEMORY_MB },
  };
}

/** Least disturbed by what else the machine does. */
function cpu(runs: readonly Run[], unit: string): string {
  const known = runs.flatMap(({ cpuSeconds, count }) => (cpuSeconds === null ? [] : [(cpuSeconds * 1e6) / count]));
  return known.length === 0 ? '' : `CPU ${median(known).toFixed(1)} µs per ${unit}`;
}
