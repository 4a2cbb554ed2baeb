/** `audit replay`: the past as it was known then, or facts as they come. Two clocks: when it took effect, when it was known. */
import { type Command, InvalidArgumentError } from 'commander';
import { eventAt, type EventReader, type RecordedEvent } from '@oss/event-store';
import { formatYuan, subtractFen } from '@oss/money';
import { PAYERS } from '@oss/policy';
import { BENEFIT_YEAR_PREFIX, padLeft, padRight, statementText } from '@oss/settlement';
import { NotInLog } from '../facts/settlement-facts';
import { settlementThen } from '../facts/settlement-then';
import { type AuditedLog, openLog } from '../log/audited-log';
import { followLog } from '../replay/follow-log';
import { knownAt } from '../replay/instant';
import { type TotalsThen, totalsThen } from '../replay/totals-then';
import { type YearThen, yearThen } from '../replay/year-then';
import type { Selection } from '../verify/selection';
import { ALL_FILTERS, assertOnlyFilters, type Filter, selectionOf, withFilters } from './filters';
import { Progress } from './progress';
import { CLEAN, print, printJson, run, type StoreOptions, whole, withStore } from './run';

interface Options extends StoreOptions, Selection {
  readonly at?: string;
  readonly attempt?: number;
  readonly year?: string;
  readonly totals?: true;
  readonly follow?: true;
  readonly after?: string;
  readonly limit?: number;
  readonly json?: true;
}

const EXAMPLES = `
  replay SETTLEMENT --at 2018-03-19               a settlement as it was known at the end of that day in China
  replay --person KEY --year 2018 --at INSTANT    a person's benefit year
  replay --totals --payer basic-insurance --at …  what a payer (without --payer: each) had paid
  replay --follow                                 facts as they come, one JSON a line, until Ctrl-C

Exit code: 0 done, 2 could not run.
`;

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('回放 The past as it was known then: a settlement, a person’s year, a payer’s totals')
    .argument('[settlement]', '结算号 settlementId')
    .option('--at <instant>', '当时 known at this instant (RFC 3339), or at the end of this day in China; default now', instant)
    .option('--attempt <n>', 'which attempt (default the last one known then)', whole)
    .option('--year <year>', 'which benefit year, YYYY (with --person)')
    .option('--totals', '合计 totals per payer')
    .option('--follow', '跟随 facts as they come')
    .option('--after <position>', 'with --follow: begin after this log position (0: from the beginning)', position)
    .option('--limit <n>', 'with --follow: end after so many facts', whole)
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES);
  withFilters(withStore(command), ['from', 'to', 'region', 'payer', 'hospital', 'person']);
  command.action((settlement: string | undefined, options: Options) => run(() => replay(settlement, options)));
}

async function replay(settlement: string | undefined, options: Options): Promise<number> {
  const asked = askedOf(settlement, options);
  const [applied, what] = APPLIED[asked];
  assertOnlyFilters(selectionOf(options), applied, what);
  const reader = await openLog(options);
  try {
    if (asked === 'follow') await follow(reader, options);
    else if (asked === 'settlement') await tellSettlement(reader, settlement!, options);
    else if (asked === 'year') await tellYear(reader, options.person!, options.year!, options);
    else await tellTotals(reader, options);
    return CLEAN;
  } finally {
    await reader.close();
  }
}

type Asked = 'follow' | 'settlement' | 'year' | 'totals';

/** The filters that each can apply, and why no others. */
const APPLIED: Readonly<Record<Asked, readonly [readonly Filter[], string]>> = {
  follow: [['person'], 'facts are followed as they come, whatever cases they are of'],
  settlement: [[], 'one settlement is shown'],
  year: [['person'], 'a person’s year is shown whole'],
  totals: [ALL_FILTERS, ''],
};

function askedOf(settlement: string | undefined, { follow: isFollowed, person, year, totals }: Options): Asked {
  if (isFollowed) return 'follow';
  if (settlement !== undefined) return 'settlement';
  if (person !== undefined && year !== undefined) return 'year';
  if (totals) return 'totals';
  throw new NotInLog('name a settlement, or --person and --year, or --totals, or --follow');
}

async function follow(log: AuditedLog, { after, limit, person }: Options): Promise<void> {
  // Where positions are no numbers one after another, not every number is a place.
  if (after !== undefined && Number(after) > 0 && !log.isGapless && (await eventAt(log, BigInt(after))) === null)
    throw new RangeError(`no event of this log stands at ${after}: name the position of one, or 0 for the beginning`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const facts = {
    ...(after === undefined ? {} : { after: BigInt(after) }),
    ...(limit === undefined ? {} : { limit }),
    ...(person === undefined ? {} : { filter: { streamPrefixes: [`${BENEFIT_YEAR_PREFIX}${person}-`] } }),
  };
  for await (const event of followLog(log, facts, stop.signal)) print(factLine(event));
}

/** One event as one line of JSON; its data as they are stored. */
function factLine({ position, stream, revision, type, recordedAt, hash, text }: RecordedEvent): string {
  const head = JSON.stringify({ position: String(position), stream, revision, type, recordedAt, hash });
  return `${head.slice(0, -1)},"data":${text}}`;
}

async function tellSettlement(reader: EventReader, settlement: string, { attempt, at, json }: Options): Promise<void> {
  const { view, pack, acceptedAt, leaf } = await settlementThen(reader, settlement, attempt, at ?? null);
  if (json) printJson({ knownAt: at ?? null, acceptedAt, settlement: view, leaf });
  else {
    const proof = leaf === null ? {} : { leaf, onTerminal: process.stdout.isTTY === true };
    print(`  ${thenText(at ?? null)}\n${statementText(view, { packName: pack.name, ...proof })}`);
  }
}

async function tellYear(reader: EventReader, person: string, year: string, { at, json }: Options): Promise<void> {
  const then = await yearThen(reader, person, year, at ?? null);
  if (json) printJson(then);
  else print(yearText(then));
}

async function tellTotals(log: AuditedLog, options: Options): Promise<void> {
  const progress = new Progress();
  try {
    const totals = await totalsThen(log, selectionOf(options), options.at ?? null, (done, total) =>
      progress.report('合计 totals', done, total),
    );
    progress.stop();
    if (options.json) printJson(totals);
    else print(totalsText(totals));
  } finally {
    progress.stop();
  }
}

function thenText(at: string | null): string {
  return at === null ? '截至现在 As known now' : `截至 ${at} 所知 As known at ${at}`;
}

function yearText({ personKey, year, knownAt: at, cases, accounts }: YearThen): string {
  const lines = [`${year} 年度 benefit year，参保人 person ${personKey}，${thenText(at)}`];
  for (const each of cases) {
    const { settlementId, attempt, dischargedOn, hospitalCode, totalFen, selfPayFen, completedAt, reversedAt } = each;
    const self = selfPayFen === null ? '未完成 pending' : `自付 self-pay ${formatYuan(selfPayFen)}`;
    lines.push(`  ${dischargedOn} ${hospitalCode} ${settlementId}/${attempt}  总费用 total ${formatYuan(totalFen)}  ${self}`);
    for (const { line, payer, paidFen } of each.shares) {
      lines.push(`    ${padRight(`${line}（${PAYERS[payer].zh}）`, 44)}${padLeft(formatYuan(paidFen), 16)}`);
    }
    lines.push(`    记录 recorded ${each.recordedAt}，完成 completed ${completedAt ?? '—'}`);
    if (reversedAt !== null) lines.push(`    撤销 reversed ${reversedAt}`);
  }
  lines.push(
    '  年度累计 Accounts',
    ...Object.entries(accounts).map(([name, fen]) => `    ${padRight(name, 44)}${padLeft(formatYuan(fen), 16)}`),
  );
  return `${lines.join('\n')}\n`;
}

function totalsText({ knownAt: at, settlements, totalFen, selfPayFen, yearEnds, payers }: TotalsThen): string {
  const rows = payers.map(({ payer, settlements: count, paidFen, yearEndFen }) => {
    const atYearEnd = yearEndFen === 0 ? '' : `，年末另付 and at year end ${formatYuan(yearEndFen)}`;
    return `  ${padRight(`${PAYERS[payer].zh} ${payer}`, 44)}${padLeft(formatYuan(paidFen), 20)}  ${count} 笔${atYearEnd}`;
  });
  if (yearEnds.settlements > 0) {
    const left = formatYuan(subtractFen(selfPayFen, yearEnds.paidFen));
    rows.push(
      `  年末支付 Year-end payments: ${yearEnds.settlements} 笔，${formatYuan(yearEnds.paidFen)}；其后个人自付 self-pay then ${left}`,
    );
  }
  return [
    `${thenText(at)}：${settlements} 笔结算 settlements，总费用 total ${formatYuan(totalFen)}，个人自付 self-pay ${formatYuan(selfPayFen)}`,
    ...rows,
    '',
  ].join('\n');
}

function instant(given: string): string {
  try {
    return knownAt(given);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function position(given: string): string {
  if (!/^\d{1,18}$/.test(given)) throw new InvalidArgumentError('a log position, a whole number');
  return given;
}
