/** `audit explain`: why a settlement came to its amounts. */
import type { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { explanation } from '../explain/explanation';
import { explanationHtml } from '../explain/explanation-html';
import { explanationText } from '../explain/explanation-text';
import { NotInLog } from '../facts/settlement-facts';
import { settlementThen } from '../facts/settlement-then';
import { openLog } from '../log/audited-log';
import { ALL_FILTERS, refuseFilters } from './filters';
import { CLEAN, print, printJson, run, type StoreOptions, whole, withStore } from './run';

interface Options extends StoreOptions {
  readonly attempt?: number;
  readonly json?: true;
  readonly html?: string;
}

export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('说明 Every fen of a bill: who bears it, by which clause, by which calculation')
    .argument('<settlement>', '结算号 settlementId')
    .option('--attempt <n>', 'which attempt (default the last)', whole)
    .option('--html <file>', 'write one printable page there')
    .option('--json', 'the tree as JSON')
    .addHelpText('after', '\nExit code: 0 explained, 2 could not run.\n');
  refuseFilters(withStore(command), ALL_FILTERS, 'one settlement is explained: there is nothing to choose among');
  command.action((settlement: string, options: Options) => run(() => explain(settlement, options)));
}

async function explain(settlement: string, options: Options): Promise<number> {
  const { attempt, json, html } = options;
  const reader = await openLog(options);
  try {
    const { facts, pack } = await settlementThen(reader, settlement, attempt, null);
    if (facts === null)
      throw new NotInLog(`settlement ${settlement} has not entered its benefit year yet: ask again in a moment`);
    const explained = explanation(facts, pack);
    if (html !== undefined) writeFileSync(html, explanationHtml(explained));
    else if (json) printJson(explained);
    else print(explanationText(explained));
    return CLEAN;
  } finally {
    await reader.close();
  }
}
