/** `npm run settle -- year-end --region R --year Y`: asks the running server, draws a bar on stderr, prints the sums. */
import { Presets, SingleBar } from 'cli-progress';
import { formatYuan } from '@oss/money';
import { callWithLines, CliError } from '../registry/server';

export interface YearEndOptions {
  readonly region: string;
  readonly year: string;
  readonly operator: string;
  /** Where the server answers. */
  readonly url: string;
  readonly json?: true;
}

interface Done {
  readonly settled: number;
  readonly settledBefore: number;
  readonly openCases: number;
  readonly nothingDue: number;
  readonly otherRegion: number;
  readonly failed: number;
  readonly paidFen: number;
}

type Line = { readonly years: number } | { readonly personKey: string } | { readonly done: Done };

/** @returns true when no year is left over; @throws CliError when the server does not answer, refuses or breaks off */
export async function settleYearEnds({ region, year, operator, url, json }: YearEndOptions): Promise<boolean> {
  const body = JSON.stringify({ region, year, operatorCode: operator });
  const headers = { 'content-type': 'application/json' };
  const bar = new SingleBar(
    {
      format: '年终结算 {bar} {percentage}% | {value}/{total} 人 persons | 剩余 left {eta_formatted}',
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let done: Done | null = null;
  try {
    for await (const line of callWithLines<Line>(url, { method: 'POST', path: '/v1/year-ends', headers, body })) {
      if ('years' in line) bar.start(line.years, 0);
      else if ('done' in line) done = line.done;
      else bar.increment();
    }
  } finally {
    bar.stop();
  }
  if (done === null) throw new CliError('the answer broke off; run the same command again: nothing is settled twice');
  process.stdout.write(json === true ? `${JSON.stringify(done)}\n` : textOf(region, year, done));
  return done.openCases === 0 && done.failed === 0;
}

function textOf(region: string, year: string, done: Done): string {
  const rows = [
    ['本次结算 settled now', done.settled],
    ['此前已结算 settled before', done.settledBefore],
    ['无应付 nothing due', done.nothingDue],
    ['尚有未完成结算 with an open case', done.openCases],
    ['最后参保地不在本地区 last insured elsewhere', done.otherRegion],
    ['失败（见日志） failed, see the log', done.failed],
  ] as const;
  const lines = rows.map(([label, count]) => `  ${label}: ${count} 人`);
  return `年终结算 Year-end settlement ${region} ${year}\n${lines.join('\n')}\n  年终支付合计 paid at year end: ${formatYuan(done.paidFen)} 元\n`;
}
