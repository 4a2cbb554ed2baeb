/** The table of commands: what each is for, whether it needs the compiled tree, and which program files it runs. */
import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SetupError } from './tell.mjs';

// V8 would let the heap of a server grow far beyond what lives in it: a bounded young generation, an old one that grows slowly.
// The young one is large enough that what a request needs dies in it. Its collection is short: threads that help with it
// take longer to come and go than they save, and take the cores from those who write and answer.
// V8 also guesses from its first collections where objects are made that live long. Some starts it guessed so of all events: made among
// the old ones, each keeps what it points to until the next full collection, of which there then were three to five times as many.
const heapFlags = (youngMiB) => [
  `--max-semi-space-size=${youngMiB}`,
  '--no-parallel-scavenge',
  '--heap-growing-percent=50',
  '--no-allocation-site-pretenuring',
];
// kafkajs plans a look at its queue in the past when nothing waits; Node 24 takes that as 1 ms, and says so each time.
const QUIET_FLAGS = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
// Reading the source maps takes a tenth of the server's start, and in the audit each thread would read them for itself: their stack
// traces name files and functions as they are in dist/.
const SERVER_FLAGS = [...QUIET_FLAGS, ...heapFlags(16)];
// It reads the whole log as fast as it can: with half of it, verify takes a twentieth longer.
const AUDIT_FLAGS = [...QUIET_FLAGS, ...heapFlags(32)];
const APP_FLAGS = ['--enable-source-maps', ...SERVER_FLAGS];

/** What a start compiles is kept for the next one, until the next build; glibc gets two arenas instead of eight per core. */
const APP_ENVIRONMENT = { NODE_COMPILE_CACHE: join(ROOT, 'dist', '.compile-cache'), MALLOC_ARENA_MAX: '2' };

/** A program of ours, compiled to dist/. `keepDirectory`: file names on its command line are the caller's. */
const program = (file, { keepDirectory = false, nodeFlags = APP_FLAGS } = {}) => ({
  needsBuild: true,
  steps: (args) => [{ file, args, nodeFlags, keepDirectory, env: withoutThoseSet(APP_ENVIRONMENT) }],
});

export const COMMANDS = {
  demo: {
    about: 'start on a fresh store, settle a sample county, print statements',
    ...program('dist/apps/one-stop/demo/main.js'),
  },
  start: {
    about: 'run the system (PORT, HOST, DATA_DIR, POLICY_DIR …)',
    ...program('dist/apps/one-stop/main.js', { nodeFlags: SERVER_FLAGS }),
  },
  app: {
    about: 'run one app alone on a store that several share: npm run app -- basic-insurance (EVENT_STORE, KURRENTDB_URL …)',
    needsBuild: true,
    steps: ([app, ...args]) => program(mainOf(app), { nodeFlags: SERVER_FLAGS }).steps(args),
  },
  settle: {
    about: 'settle one bill from a file, without a server, and print its statement; or a batch through the running server',
    ...program('dist/apps/one-stop/settle/main.js', { keepDirectory: true }),
  },
  registry: {
    about: 'registry work through a running server: import a roster, cover report, erase a person',
    ...program('dist/apps/one-stop/registry/main.js', { keepDirectory: true }),
  },
  parked: {
    about: 'events that a subscription gave up on: list them, deliver them again',
    ...program('dist/apps/one-stop/parked/main.js', { keepDirectory: true }),
  },
  audit: {
    about: 'verify, replay, explain, prove and check what the log holds; what other rules would have cost',
    ...program('dist/apps/audit/main.js', { keepDirectory: true, nodeFlags: AUDIT_FLAGS }),
  },
  policy: {
    about: "a county's rules as packs: check them, compare two, adopt one",
    ...program('dist/apps/one-stop/policy/main.js', { keepDirectory: true }),
  },
  bench: { about: 'measure speed and print the table', ...program('dist/test/bench/main.js') },
  test: {
    about: 'run the tests (arguments go to Jest)',
    // Some tests start the real program, so the compiled tree must be there too.
    needsBuild: true,
    steps: (args) => [
      {
        file: 'node_modules/jest/bin/jest.js',
        args,
        env: { NODE_OPTIONS: withoutRepeats('--experimental-vm-modules --disable-warning=ExperimentalWarning') },
      },
    ],
  },
  contract: {
    about: 'write the AsyncAPI document and schemas of the Kafka topics anew',
    ...program('dist/apps/insurer-relay/contract/main.js'),
  },
  mutation: {
    about: 'see that the specs of money, policy and settlement notice every small change of the code (minutes)',
    needsBuild: false,
    // Without --library all three, one after another; the other arguments go to Stryker.
    steps: (args) => {
      const named = args.indexOf('--library');
      const libraries = named < 0 ? ['money', 'policy', 'settlement'] : [args[named + 1]];
      const others = named < 0 ? args : args.toSpliced(named, 2);
      return libraries.map((library) => ({
        file: 'node_modules/@stryker-mutator/core/bin/stryker.js',
        args: ['run', ...others],
        env: { MUTATION_LIBRARY: library },
      }));
    },
  },
  'test:contract': {
    about: 'run the store contract on a real KurrentDB: KURRENTDB_URL, or Docker',
    needsBuild: false,
    steps: (args) => [
      {
        file: 'node_modules/jest/bin/jest.js',
        args: ['--testMatch', '**/test/contract/*.real.ts', '--runInBand', ...args],
        env: { NODE_OPTIONS: withoutRepeats('--experimental-vm-modules --disable-warning=ExperimentalWarning') },
      },
    ],
  },
  lint: {
    about: 'check types, rules and formatting',
    needsBuild: false,
    steps: () => [
      { file: 'node_modules/typescript/bin/tsc', args: ['--noEmit'] },
      { file: 'node_modules/eslint/bin/eslint.js', args: ['.'] },
      { file: 'node_modules/prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
    ],
  },
  build: { about: 'compile apps, libs and test to dist/', needsBuild: true, steps: () => [] },
};

/** The compiled entry of an app that can stand alone: it has a module of its own name. @throws SetupError naming those that can */
function mainOf(app) {
  const apps = readdirSync(join(ROOT, 'apps')).filter((name) => existsSync(join(ROOT, 'apps', name, `${name}.module.ts`)));
  // Its main.js is the auditor's command line.
  if (app === 'audit') return 'dist/apps/audit/service/main.js';
  if (apps.includes(app)) return `dist/apps/${app}/main.js`;
  throw new SetupError(
    `npm run app -- NAME: ${app === undefined ? 'no app named' : `there is no app ${app}`}. Apps: ${apps.join(', ')}`,
  );
}

/** The variables that the caller has not set himself. */
function withoutThoseSet(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => process.env[name] === undefined));
}

/** Our flags after those that the caller has set already, each once. */
function withoutRepeats(flags) {
  return [...new Set([...(process.env.NODE_OPTIONS ?? '').split(' '), ...flags.split(' ')].filter(Boolean))].join(' ');
}

export function describeCommands() {
  const lines = Object.entries(COMMANDS).map(([name, command]) => `  npm run ${name.padEnd(13)} ${command.about}`);
  return `One-Stop Settlement 一站式结算\n\n${lines.join('\n')}\n\nOptions of a command: npm run <command> -- --help\n`;
}
