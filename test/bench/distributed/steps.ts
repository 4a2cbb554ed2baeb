/**
 * Where the time of a settlement goes, over many traces: the way from request to answer cut at the moments at which the next one
 * takes over. The pieces add up to the whole, which spans do not: a turn begins before the append that called for it was read back.
 */
import type { CollectedSpan } from '../../support/trace-collector';
import { median } from '../figures';
import type { Figure } from '../report';

export const REQUEST = 'POST /v1/discharges';
export const PUBLISH = 'publish to Kafka';
const COPY = 'copy into the benefit year';
const TURN = 'turn of ';

type Trace = readonly CollectedSpan[];

/** One row per piece: the median over all traces of what it took. */
export function stepFigures(all: readonly Trace[]): Figure[] {
  const rows: Figure[] = [];
  const add = (name: string, values: readonly number[], note?: string): void => {
    rows.push({ case: 'one settlement', name, value: median(values), unit: 'ms', ...(note === undefined ? {} : { note }) });
  };
  const among = `medians of ${all.length} settlements, one at a time`;
  add(
    'from first byte to answer',
    all.map((trace) => lengthOf(named(trace, REQUEST))),
    among,
  );
  const pieces = all.map(piecesOf);
  for (const name of new Set(pieces.flatMap((each) => [...each.keys()])))
    add(
      `… ${name}`,
      pieces.map((each) => each.get(name) ?? 0),
    );
  for (const step of ['wait', 'load', 'decide', 'append']) {
    const values = all.map((trace) => sumWithin(trace, step));
    if (median(values) > 0)
      add(
        `all turns together: ${step}`,
        values,
        step === 'append' ? 'read back included, which the next turn does not wait for' : undefined,
      );
  }
  if (all[0]!.some(({ name }) => name === PUBLISH)) {
    add(
      'from the last turn to Kafka, committed',
      all.map((trace) => named(trace, PUBLISH).end - turnsOf(trace).at(-1)!.start),
    );
    add(
      '… of which the Kafka transaction',
      all.map((trace) => lengthOf(named(trace, 'Kafka transaction'))),
    );
  }
  return rows;
}

/** The pieces of the way, in its order; what an app does twice is added up. */
function piecesOf(trace: Trace): Map<string, number> {
  const request = named(trace, REQUEST);
  const accepting = named(trace, 'append the acceptance');
  const copy = named(trace, COPY);
  const takeOvers: [string, number][] = [
    ['request read, checks, room in the year', request.start],
    ['acceptance appended and delivered to the copier', accepting.start],
    ['copied into the year, until the first turn begins', copy.start],
    ...turnsOf(trace).map(({ name, start }): [string, number] => [`${name}, until the next begins`, start]),
  ];
  // The last turn completes: what comes after it is the answer.
  takeOvers.at(-1)![0] = 'completion, until the answer is sent';
  const pieces = new Map<string, number>();
  for (const [index, [name, start]] of takeOvers.entries()) {
    const end = takeOvers[index + 1]?.[1] ?? request.end;
    pieces.set(name, (pieces.get(name) ?? 0) + end - start);
  }
  return pieces;
}

const lengthOf = ({ start, end }: CollectedSpan): number => end - start;
const named = (trace: Trace, wanted: string): CollectedSpan => trace.find(({ name }) => name === wanted)!;

function turnsOf(trace: Trace): CollectedSpan[] {
  return trace.filter(({ name }) => name.startsWith(TURN)).toSorted((a, b) => a.start - b.start);
}

/** What steps of a name took within turns. */
function sumWithin(trace: Trace, step: string): number {
  const turns = new Set(turnsOf(trace).map(({ spanId }) => spanId));
  return trace.reduce((sum, span) => (span.name === step && turns.has(span.parentSpanId) ? sum + lengthOf(span) : sum), 0);
}
