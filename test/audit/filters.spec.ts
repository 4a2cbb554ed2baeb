/** The six filters of history on every command: applied, or refused with the reason; none is passed over in silence. */
import { Command } from 'commander';
import { addChecks } from '../../apps/audit/cli/checks-command';
import { addExplain } from '../../apps/audit/cli/explain-command';
import { addExport } from '../../apps/audit/cli/export-command';
import { ALL_FILTERS, assertOnlyFilters, type Filter } from '../../apps/audit/cli/filters';
import { addPromise } from '../../apps/audit/cli/promise-command';
import { addProve } from '../../apps/audit/cli/prove-command';
import { addReplay } from '../../apps/audit/cli/replay-command';
import { addVerify } from '../../apps/audit/cli/verify-command';
import { addWhatIf } from '../../apps/audit/cli/what-if-command';
import { addWitness } from '../../apps/audit/cli/witness-command';

const GIVEN: Readonly<Record<Filter, string>> = {
  from: '2018-01-01',
  to: '2018-12-31',
  region: '360222',
  payer: 'basic-insurance',
  hospital: 'H1',
  person: 'a'.repeat(32),
};

/** A command that only parses: what it was given, or what it said against it. */
function parsed(add: (program: Command) => void, args: readonly string[]): Record<string, unknown> | string {
  const program = new Command();
  add(program);
  const [command] = program.commands;
  let given: Record<string, unknown> = {};
  let said = '';
  command!
    .exitOverride()
    .configureOutput({ writeErr: (text) => (said += text) })
    .action(() => void (given = command!.opts()));
  try {
    command!.parse([...args], { from: 'user' });
    return given;
  } catch {
    return said;
  }
}

const WITNESS = ['--name', 'w.example/1', '--state', 'w', '--key', 'k'];
test.each<[string, (program: Command) => void, readonly string[], readonly Filter[], string]>([
  ['verify', addVerify, [], [], ''],
  ['replay', addReplay, ['--totals'], [], ''],
  ['explain', addExplain, ['some-id'], ALL_FILTERS, 'one settlement is explained'],
  ['prove', addProve, ['some-id'], ['from', 'to', 'region', 'payer', 'hospital'], 'a proof is of one settlement'],
  ['witness', addWitness, WITNESS, ALL_FILTERS, 'a witness looks at the whole log'],
  ['checks', addChecks, [], ['payer'], 'choose checks with --only'],
  ['what-if', addWhatIf, [], ['payer'], 'all of them are compared'],
  ['promise', addPromise, ['--region', '36', '--year', '2018'], ['payer'], 'whoever pays the rest'],
  ['export', addExport, [], ['payer'], 'a row holds what every payer paid'],
])('%s', (_, add, args, refused, why) => {
  for (const filter of ALL_FILTERS) {
    const answer = parsed(add, [...args, `--${filter}`, GIVEN[filter]]);
    if (refused.includes(filter)) expect(answer).toContain(why);
    else expect(answer).toMatchObject({ [filter]: GIVEN[filter] });
  }
});

test('of a command that does several things, what is asked for says which filters it can apply', () => {
  const selection = { region: '36', person: GIVEN.person };
  expect(() => assertOnlyFilters(selection, ['person'], 'a person’s year is shown whole')).toThrow(
    '--region: a person’s year is shown whole; only --person can narrow it',
  );
  expect(() => assertOnlyFilters(selection, [], 'one settlement is shown')).toThrow(
    '--region, --person: one settlement is shown; leave them out',
  );
  expect(() => assertOnlyFilters(selection, ALL_FILTERS, '')).not.toThrow();
});
