/** The filters of history, the same words for every command. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isRealDate, PAYERS } from '@oss/policy';
import type { Selection } from '../verify/selection';

export type Filter = keyof Selection;

const FILTERS: Readonly<Record<Filter, readonly [string, string, (given: string) => string]>> = {
  from: ['--from <day>', '出院日期起 first discharge date, YYYY-MM-DD', day],
  to: ['--to <day>', '出院日期止 last discharge date, YYYY-MM-DD', day],
  region: [
    '--region <code>',
    '参保地区划 division code of insurance, or its beginning',
    (given) => matching(given, /^\d{2,6}$/, '2 to 6 digits'),
  ],
  payer: ['--payer <payer>', '支付方 shares of one payer', payer],
  hospital: ['--hospital <code>', '定点医疗机构 cases of one hospital', (given) => given],
  person: ['--person <key>', '参保人 one person’s pseudonym', (given) => matching(given, /^[0-9a-f]{32}$/, '32 hex digits')],
};

/** Adds filters to a command. */
export function withFilters(command: Command, filters: readonly Filter[]): Command {
  for (const filter of filters) {
    const [flags, description, parse] = FILTERS[filter];
    command.option(flags, description, parse);
  }
  return command;
}

/** Filters that a command cannot apply: refused with the reason, for one that is passed over misleads. */
export function refuseFilters(command: Command, filters: readonly Filter[], why: string): Command {
  for (const filter of filters) {
    const refused = new Option(FILTERS[filter][0]).hideHelp().argParser(() => {
      throw new InvalidArgumentError(why);
    });
    command.addOption(refused);
  }
  return command;
}

/** Of a command that does several things: the filters that the one asked for cannot apply. @throws RangeError */
export function assertOnlyFilters(selection: Selection, applied: readonly Filter[], what: string): void {
  const other = (Object.keys(selection) as Filter[]).filter((filter) => !applied.includes(filter));
  if (other.length === 0) return;
  const cure = applied.length === 0 ? 'leave them out' : `only ${applied.map((each) => `--${each}`).join(', ')} can narrow it`;
  throw new RangeError(`${other.map((each) => `--${each}`).join(', ')}: ${what}; ${cure}`);
}

/** All filters, in the order of the help. */
export const ALL_FILTERS = Object.keys(FILTERS) as readonly Filter[];

/** The filters among a command's options. */
export function selectionOf({ from, to, region, payer, hospital, person }: Selection): Selection {
  const given = { from, to, region, payer, hospital, person };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function day(given: string): string {
  if (!isRealDate(given)) throw new InvalidArgumentError('no such day; write YYYY-MM-DD');
  return given;
}

function payer(given: string): string {
  if (!(given in PAYERS)) throw new InvalidArgumentError(`one of ${Object.keys(PAYERS).join(', ')}`);
  return given;
}

function matching(given: string, pattern: RegExp, form: string): string {
  if (!pattern.test(given)) throw new InvalidArgumentError(`write ${form}`);
  return given;
}
