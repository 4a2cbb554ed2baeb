/** What the bench found, as rows with their aims, and how they are printed: a table for people, JSON for the rest. */
import stringWidth from 'string-width';

export interface Aim {
  readonly is: 'at least' | 'at most';
  readonly value: number;
  /** How the aim is written, where the number alone does not say it. */
  readonly text?: string;
  /** Beyond this it is a defect, not only a missed aim. */
  readonly defect?: number;
}

export interface Figure {
  readonly case: string;
  readonly name: string;
  /** Null: could not be measured; the note says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly aim?: Aim;
  /** (greatest − smallest) / median of the rounds. */
  readonly spread?: number;
  readonly note?: string;
}

export type Verdict = 'met' | 'missed' | 'defect' | 'none';

export function verdict({ value, aim }: Figure): Verdict {
  if (aim === undefined || value === null) return 'none';
  const holds = (limit: number): boolean => (aim.is === 'at least' ? value >= limit : value <= limit);
  if (holds(aim.value)) return 'met';
  return aim.defect !== undefined && !holds(aim.defect) ? 'defect' : 'missed';
}

const MARK: Readonly<Record<Verdict, string>> = { met: '✓', missed: '✗', defect: '✗ defect', none: '' };
/** A spread above this is told as noise: the machine did other work, or the figure is unstable. */
const NOISY_SPREAD = 0.25;

function numberText(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }).replaceAll(',', ' ');
}

function aimText({ aim }: Figure): string {
  if (aim === undefined) return '';
  return aim.text ?? `${aim.is === 'at least' ? '≥' : '≤'} ${numberText(aim.value)}`;
}

/** Rows of cells as aligned columns; `right` names those that are numbers. */
function aligned(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column]!))));
  const cell = (text: string, column: number): string => {
    const gap = ' '.repeat(widths[column]! - stringWidth(text));
    return right.has(column) ? gap + text : text + gap;
  };
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

export function table(figures: readonly Figure[]): string {
  const head = ['case', 'what', 'figure', 'unit', 'aim', '', 'spread', 'note'];
  const rows = figures.map((figure, index) => [
    figures[index - 1]?.case === figure.case ? '' : figure.case,
    figure.name,
    figure.value === null ? '—' : numberText(figure.value),
    figure.unit,
    aimText(figure),
    MARK[verdict(figure)],
    figure.spread === undefined ? '' : `${Math.round(figure.spread * 100)} %${figure.spread > NOISY_SPREAD ? ' noisy' : ''}`,
    figure.note ?? '',
  ]);
  const rule = head.map((_, column) => '─'.repeat(Math.max(...[head, ...rows].map((row) => stringWidth(row[column]!)))));
  return aligned([head, rule, ...rows], new Set([2, 6]));
}

/** A line of progress; stdout belongs to the figures. */
export function progress(line: string): void {
  process.stderr.write(`[bench ${(process.uptime() | 0).toString().padStart(4)} s] ${line}\n`);
}
