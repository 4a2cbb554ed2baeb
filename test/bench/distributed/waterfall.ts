/** One settlement's trace as text: a line per span, where it began, how long it took, under what it hangs. */
import stringWidth from 'string-width';
import type { CollectedSpan } from '../../support/trace-collector';

const BAR_COLUMNS = 56;
/** Names are indented by this, no deeper than so often: each turn hangs under the one before it. */
const INDENT = '  ';
const MOST_INDENTS = 12;

interface Row {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

/** A trace's spans in the order of their beginnings, each under the one that caused it. */
export function waterfall(spans: readonly CollectedSpan[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const rows: Row[] = [];
  const visit = (span: CollectedSpan, depth: number): void => {
    const label = `${INDENT.repeat(Math.min(depth, MOST_INDENTS))}${span.name}  [${span.service}]`;
    rows.push({ label, start: span.start, end: span.end });
    for (const child of byStart(spans.filter(({ parentSpanId }) => parentSpanId === span.spanId))) visit(child, depth + 1);
  };
  for (const first of byStart(spans.filter(({ parentSpanId }) => !ids.has(parentSpanId)))) visit(first, 0);
  return drawn(rows);
}

const byStart = (spans: readonly CollectedSpan[]): CollectedSpan[] => spans.toSorted((a, b) => a.start - b.start);

function drawn(rows: readonly Row[]): string {
  const began = Math.min(...rows.map(({ start }) => start));
  const whole = Math.max(...rows.map(({ end }) => end)) - began;
  const width = Math.max(...rows.map(({ label }) => stringWidth(label)));
  const column = (at: number): number => Math.min(BAR_COLUMNS - 1, Math.floor(((at - began) / whole) * BAR_COLUMNS));
  const lines = rows.map(({ label, start, end }) => {
    const bar = ' '.repeat(column(start)) + '█'.repeat(Math.max(1, column(end) - column(start)));
    const padded = label + ' '.repeat(width - stringWidth(label));
    return `${padded}  ${(start - began).toFixed(1).padStart(7)}  ${(end - start).toFixed(1).padStart(7)}  |${bar.padEnd(BAR_COLUMNS)}|`;
  });
  const head = `${'span'.padEnd(width)}  ${'at ms'.padStart(7)}  ${'took ms'.padStart(7)}`;
  return [head, ...lines].join('\n');
}

/** The traces that are whole: a span of each name stands in them, and every span's cause. */
export function wholeTraces(spans: readonly CollectedSpan[], names: readonly string[]): CollectedSpan[][] {
  return [...Map.groupBy(spans, ({ traceId }) => traceId).values()].filter((trace) => {
    const ids = new Set(trace.map(({ spanId }) => spanId));
    const caused = trace.every(({ parentSpanId }) => parentSpanId === '' || ids.has(parentSpanId));
    return caused && names.every((name) => trace.some((span) => span.name === name));
  });
}

/** From a trace's first beginning to its last end, ms. */
export function lengthOf(trace: readonly CollectedSpan[]): number {
  return Math.max(...trace.map(({ end }) => end)) - Math.min(...trace.map(({ start }) => start));
}
