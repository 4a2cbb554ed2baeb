/** `audit promise`: who paid what share of the bill, of those whom the fifth line protects; and when the year's money runs out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { dayInChina } from '@oss/host';
import { formatBp, formatYuan } from '@oss/money';
import { parsePack, PAYERS } from '@oss/policy';
import { budgetOf, forecast, type PayerForecast } from '../promise/forecast';
import { type PromiseReport, promiseReport, REASONS } from '../promise/promise';
import type { Selection } from '../verify/selection';
import { csvOf, tableText } from '../tables/table';
import { withFacts } from './facts-source';
import { assertOnlyFilters, refuseFilters, selectionOf, withFilters } from './filters';
import { Progress } from './progress';
import { CLEAN, FINDINGS, print, printJson, run, type StoreOptions, withStore } from './run';

interface Options extends StoreOptions, Omit<Selection, 'region'> {
  readonly region: string;
  readonly year: string;
  readonly facts?: string;
  readonly budget?: string;
  readonly asOf?: string;
  readonly csv?: string;
  readonly json?: true;
}

const SHOWN = 20;

export function addPromise(program: Command): void {
  const command = program
    .command('promise')
    .description('承诺 The 10 % promise: what share of the bill the protected paid, each exception, and how long the money lasts')
    .requiredOption(
      '--region <code>',
      '参保地区划 division code of insurance, or its beginning',
      matching(/^\d{2,6}$/, '2 to 6 digits'),
    )
    .requiredOption('--year <year>', '年度 YYYY', matching(/^\d{4}$/, 'four digits'))
    .option('--facts <file>', '外来数据 history made elsewhere, NDJSON, in place of the store')
    .option('--budget <file>', '预算 YAML or JSON, { payer: fen of the year }: when each runs out, at the pace so far')
    .option(
      '--as-of <day>',
      'with --budget: the last day that counts as past (default today)',
      matching(/^\d{4}-\d{2}-\d{2}$/, 'YYYY-MM-DD'),
    )
    .option('--csv <file>', 'the exceptions as rows')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code: 0 the promise was kept, 1 exceptions (or cases that cannot be judged), 2 could not run.\n',
    );
  withFilters(withStore(command), ['from', 'to', 'hospital', 'person']);
  refuseFilters(command, ['payer'], 'the promise is about what a person pays, whoever pays the rest');
  command.action((options: Options) => run(() => promise(options)));
}

async function promise(options: Options): Promise<number> {
  const { region, year, budget: budgetFile, asOf = dayInChina(new Date()), csv, json } = options;
  const narrower = { ...selectionOf(options), region };
  if (budgetFile !== undefined) assertOnlyFilters(narrower, ['region'], 'a budget is for all cases of the region and year');
  const budget = budgetFile === undefined ? {} : budgetOf(parsePack(readFileSync(budgetFile, 'utf8'), budgetFile));
  const progress = new Progress();
  try {
    const report = await withFacts(options, { bills: false }, (facts) =>
      promiseReport(facts, region, year, (done, total) => progress.report('核对承诺 persons', done, total), narrower),
    );
    progress.stop();
    const forecasts = forecast(report, budget, asOf);
    if (csv !== undefined) writeFileSync(csv, csvOf(exceptionsTable(report)));
    if (json) printJson({ ...report, paidByDay: undefined, forecasts });
    else print(promiseText(report, forecasts));
    return report.kept ? CLEAN : FINDINGS;
  } finally {
    progress.stop();
  }
}

function promiseText(report: PromiseReport, forecasts: readonly PayerForecast[]): string {
  const { region, year, cases, persons, totalFen, selfPayFen, selfPayBp, distribution, unprotected, unjudged, exceptions } =
    report;
  const lines = [
    `个人自付承诺 The promise: ${region}，${year}`,
    `受保护 Protected: ${persons} 人 persons，${cases} 例 cases，总费用 total ${formatYuan(totalFen)}，自付 self-pay ${formatYuan(selfPayFen)}（${formatBp(selfPayBp)}）`,
    `不受保护 Not protected: ${unprotected} 例 cases${unjudged === 0 ? '' : `；无法判断 cannot be judged: ${unjudged}`}`,
    tableText({
      name: 'distribution',
      head: ['自付占比至 self-pay up to', '例 cases'],
      rows: distribution.map(({ upToBp, cases: count }) => [formatBp(upToBp), count]),
    }),
  ];
  if (report.yearEndFen > 0)
    lines.push(`年末另付，不在上列自付之内 Paid at the end of the year, not taken off above: ${formatYuan(report.yearEndFen)}`);
  if (report.kept) lines.push('承诺兑现：无人超过上限 Kept: nobody paid more than the limit');
  else lines.push(`例外 Exceptions: ${exceptions.length}`);
  for (const { settlementId, attempt, dischargedOn, selfPayFen: paidFen, limitFen, reason } of exceptions.slice(0, SHOWN)) {
    const { zh, en } = REASONS[reason];
    lines.push(
      `  - ${settlementId}/${attempt} ${dischargedOn}：自付 ${formatYuan(paidFen)}，上限 ${formatYuan(limitFen)}；${zh} ${en}`,
    );
  }
  if (exceptions.length > SHOWN) lines.push(`  … 另有 ${exceptions.length - SHOWN} 条 more: --csv or --json`);
  if (forecasts.length > 0) lines.push('', tableText(forecastTable(forecasts)));
  return `${lines.join('\n')}\n`;
}

function forecastTable(forecasts: readonly PayerForecast[]): Parameters<typeof tableText>[0] {
  const head = ['支付方 payer', '预算 budget', '已支付 paid', '全年预计 expected', '用完 runs out'];
  const rows = forecasts.map(({ payer, budgetFen, paidFen, expectedFen, runsOutOn, isUsedUp }) => [
    `${PAYERS[payer].zh} ${PAYERS[payer].en}`,
    formatYuan(budgetFen),
    formatYuan(paidFen),
    formatYuan(expectedFen),
    runsOutOn === null ? '年内够用 lasts the year' : `${runsOutOn}${isUsedUp ? ' 已用完 used up' : ' 预计 expected'}`,
  ]);
  return { name: 'forecast', head, rows };
}

function exceptionsTable({ exceptions }: PromiseReport): Parameters<typeof csvOf>[0] {
  const head = [
    'settlementId',
    'attempt',
    'personKey',
    'hospitalCode',
    'dischargedOn',
    'totalFen',
    'selfPayFen',
    'limitFen',
    'reason',
  ];
  const rows = exceptions.map((each) => [
    each.settlementId,
    each.attempt,
    each.personKey,
    each.hospitalCode,
    each.dischargedOn,
    each.totalFen,
    each.selfPayFen,
    each.limitFen,
    each.reason,
  ]);
  return { name: 'promise', head, rows };
}

function matching(pattern: RegExp, form: string): (given: string) => string {
  return (given) => {
    if (!pattern.test(given)) throw new InvalidArgumentError(`write ${form}`);
    return given;
  };
}
