/** `audit checks`: what real auditors look for, as named checks on history. */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { dayInChina } from '@oss/host';
import { parsePack } from '@oss/policy';
import { CHECKS } from '../checks/all-checks';
import { checksJson, checksText, findingsTable, SHOWN } from '../checks/checks-report';
import { type CheckPage, runChecks } from '../checks/run-checks';
import { inPortions } from '../tables/portions';
import { csvLines } from '../tables/table';
import { xlsxOf } from '../tables/xlsx';
import type { Selection } from '../verify/selection';
import { withFacts } from './facts-source';
import { refuseFilters, selectionOf, withFilters } from './filters';
import { progressOf } from './progress-lines';
import { CLEAN, FINDINGS, print, printPieces, run, type StoreOptions, withStore } from './run';

interface Options extends StoreOptions, Selection {
  readonly facts?: string;
  readonly only?: readonly string[];
  readonly params?: string;
  readonly csv?: string;
  readonly xlsx?: string;
  readonly json?: true;
  readonly list?: true;
}

export function addChecks(program: Command): void {
  const command = program
    .command('checks')
    .description('检查 What real auditors look for: entitlement, caps, ratios, stays, invoices, advances, head counts')
    .option('--only <names...>', '只做 these checks alone')
    .option('--params <file>', '参数 YAML or JSON: { check: { parameter: value } }')
    .option('--facts <file>', '外来数据 history made elsewhere, NDJSON, in place of the store')
    .option('--csv <dir>', 'one CSV file a check')
    .option('--xlsx <dir>', 'one workbook a check')
    .option('--json', 'all pages as JSON')
    .option('--list', '列出 the checks, what they mean, their false alarms and parameters')
    .addHelpText('after', '\nThe filters narrow what is told.\nExit code: 0 clean, 1 findings, 2 could not run.\n');
  withFilters(withStore(command), ['from', 'to', 'region', 'hospital', 'person']);
  refuseFilters(command, ['payer'], 'a finding is of a case, a person or a list, not of one payer: choose checks with --only');
  command.action((options: Options) => run(() => (options.list ? list() : check(options))));
}

async function check(options: Options): Promise<number> {
  const { only, params, json, csv, xlsx } = options;
  const parameters = params === undefined ? {} : (parsePack(readFileSync(params, 'utf8'), params) as Record<string, unknown>);
  const progress = progressOf(options);
  try {
    const pages = await withFacts(options, {}, (facts) =>
      runChecks(facts, {
        ...(only === undefined ? {} : { only }),
        parameters: parameters ?? {},
        ...(csv === undefined && xlsx === undefined && !json ? { keep: SHOWN } : {}),
        selection: selectionOf(options),
        today: dayInChina(new Date()),
        onPersons: (done, total) => progress.report('检查 persons', done, total),
      }),
    );
    progress.stop();
    if (csv !== undefined) writeEach(csv, pages, 'csv', (page) => inPortions(csvLines(findingsTable(page))));
    if (xlsx !== undefined) writeEach(xlsx, pages, 'xlsx', (page) => [xlsxOf(findingsTable(page))]);
    if (json) await printPieces(checksJson(pages));
    else print(checksText(pages));
    progress.summary({ checks: pages.map(({ check: { id }, findings, more }) => ({ id, count: findings.length + more })) });
    return pages.every(({ findings }) => findings.length === 0) ? CLEAN : FINDINGS;
  } finally {
    progress.stop();
  }
}

function writeEach(
  directory: string,
  pages: readonly CheckPage[],
  ending: string,
  pieces: (page: CheckPage) => Iterable<string | Buffer>,
): void {
  mkdirSync(directory, { recursive: true });
  for (const page of pages) {
    const file = openSync(join(directory, `${page.check.id}.${ending}`), 'w');
    try {
      for (const piece of pieces(page)) writeFileSync(file, piece);
    } finally {
      closeSync(file);
    }
  }
}

async function list(): Promise<number> {
  for (const { id, zh, en, means, falseAlarms, parameters, parametersMean } of CHECKS) {
    print(
      `${id}  ${zh} ${en}\n    ${means.zh}\n    ${means.en}\n    可能并非差错：${falseAlarms.zh}\n    False alarms: ${falseAlarms.en}`,
    );
    for (const [name, value] of Object.entries(parameters))
      print(`    ${name} = ${JSON.stringify(value)}: ${parametersMean[name]}`);
  }
  return CLEAN;
}
