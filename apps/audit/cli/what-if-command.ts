/** `audit what-if`: what another rule would have cost, on history as it is. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { csvOf } from '../tables/table';
import type { Selection } from '../verify/selection';
import type { Comparison } from '../what-if/comparison';
import { MAX_RULES, needsBills, type OtherRules, rulesAsked, WhatIfUnusable } from '../what-if/other-rules';
import { whatIf } from '../what-if/what-if';
import { whatIfInThreads } from '../what-if/what-if-in-threads';
import { comparisonChart, comparisonTable, comparisonText } from '../what-if/what-if-report';
import { withFacts } from './facts-source';
import { refuseFilters, selectionOf, withFilters } from './filters';
import { progressOf } from './progress-lines';
import { CLEAN, print, printJson, run, type StoreOptions, withStore } from './run';
import { threadsOption } from './threads';

interface Options extends StoreOptions, Selection {
  readonly pack?: readonly string[];
  readonly line?: readonly string[];
  readonly facts?: string;
  readonly threads: number;
  readonly csv?: string;
  readonly svg?: string;
  readonly json?: true;
}

const EXAMPLES = `
  what-if --pack county-2019.yaml                                   every case as if this pack had been in force
  what-if --line fifth-line.limitBp=500                             one value changed in the packs that the cases name
  what-if --line fifth-line.limitBp=500,800 --line basic.rateBp@3=6500,7000   a grid: every value with every other
  LINE.FIELD[@LEVEL][:CATEGORY]=VALUE; fields: limitBp limitFen capFen capPerStayFen rateBp ratePlusBp deductibleFen deductibleFactorBp

History is read and left as it is. The filters choose the cases that are settled again; the others of a person's year stay under their own rules.
Exit code: 0 done, 2 could not run.
`;

export function addWhatIf(program: Command): void {
  const command = program
    .command('what-if')
    .description('假设 What other rules would have cost: payers, categories, levels, who bears less and more')
    .option('--pack <path...>', '政策包 a pack, or a directory of packs; several are compared each for itself')
    .option('--line <change...>', '改一项数值 a value of a line, or several values: a grid')
    .option('--facts <file>', '外来数据 history made elsewhere, NDJSON, in place of the store')
    .addOption(threadsOption('settle again'))
    .option('--csv <file>', 'all figures as rows')
    .option('--svg <file>', 'a chart of what each payer pays')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES);
  withFilters(withStore(command), ['from', 'to', 'region', 'hospital', 'person']);
  refuseFilters(command, ['payer'], 'what one payer pays moves what the others pay: all of them are compared');
  command.action((options: Options) => run(() => compare(options)));
}

async function compare(options: Options): Promise<number> {
  const rules: readonly OtherRules[] = rulesAsked(options);
  if (rules.length === 0) throw new WhatIfUnusable('name other rules: --pack FILE or DIR, or --line LINE.FIELD=VALUE');
  if (rules.length > MAX_RULES)
    throw new WhatIfUnusable(`${rules.length} sets of rules are more than ${MAX_RULES}: ask for fewer values`);
  const progress = progressOf(options);
  try {
    const tell = (done: number, total: number): void => progress.report('重新结算 persons', done, total);
    const comparisons = await comparisonsOf(options, rules, tell);
    progress.stop();
    if (options.csv !== undefined) writeFileSync(options.csv, csvOf(comparisonTable(comparisons)));
    if (options.svg !== undefined) writeFileSync(options.svg, comparisonChart(comparisons));
    if (options.json) printJson(comparisons);
    else print(comparisons.map(comparisonText).join('\n'));
    progress.summary({
      comparisons: comparisons.map(({ rules: of, cases, persons, payers }) => ({ rules: of, cases, persons, payers })),
    });
    return CLEAN;
  } finally {
    progress.stop();
  }
}

/** The embedded store is read by threads, each for itself; facts of a file are in this process, and so is the one connection of KurrentDB. */
function comparisonsOf(
  options: Options,
  rules: readonly OtherRules[],
  tell: (done: number, total: number) => void,
): Promise<Comparison[]> {
  const { pack, line, facts: file, dataDir, kurrentdb, threads } = options;
  const selection = selectionOf(options);
  const asked = { ...(pack === undefined ? {} : { pack }), ...(line === undefined ? {} : { line }) };
  if (file !== undefined || kurrentdb !== undefined)
    return withFacts(options, { bills: needsBills(asked) }, (facts) => whatIf(facts, rules, selection, tell));
  return whatIfInThreads({ dataDir, asked, selection }, threads, tell);
}
