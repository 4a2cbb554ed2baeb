/** `audit what-if`: what another rule would have cost, on history as it is. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { csvOf } from '../tables/table';
import type { Selection } from '../verify/selection';
import { gridOf, MAX_RULES, type OtherRules, rulesOfPacks, WhatIfUnusable } from '../what-if/other-rules';
import { whatIf } from '../what-if/what-if';
import { comparisonChart, comparisonTable, comparisonText } from '../what-if/what-if-report';
import { withFacts } from './facts-source';
import { refuseFilters, selectionOf, withFilters } from './filters';
import { progressOf } from './progress-lines';
import { CLEAN, print, printJson, run, type StoreOptions, withStore } from './run';

interface Options extends StoreOptions, Selection {
  readonly pack?: readonly string[];
  readonly line?: readonly string[];
  readonly facts?: string;
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
    .option('--csv <file>', 'all figures as rows')
    .option('--svg <file>', 'a chart of what each payer pays')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES);
  withFilters(withStore(command), ['from', 'to', 'region', 'hospital', 'person']);
  refuseFilters(command, ['payer'], 'what one payer pays moves what the others pay: all of them are compared');
  command.action((options: Options) => run(() => compare(options)));
}

async function compare(options: Options): Promise<number> {
  const rules: readonly OtherRules[] = [
    ...(options.pack ?? []).map(rulesOfPacks),
    ...(options.line === undefined ? [] : gridOf(options.line)),
  ];
  if (rules.length === 0) throw new WhatIfUnusable('name other rules: --pack FILE or DIR, or --line LINE.FIELD=VALUE');
  if (rules.length > MAX_RULES)
    throw new WhatIfUnusable(`${rules.length} sets of rules are more than ${MAX_RULES}: ask for fewer values`);
  const progress = progressOf(options);
  try {
    // Single values of lines leave every bill's scope as it is: then bills need not be read.
    const bills = options.pack !== undefined;
    const comparisons = await withFacts(options, { bills }, (facts) =>
      whatIf(facts, rules, selectionOf(options), (done, total) => progress.report('重新结算 persons', done, total)),
    );
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
