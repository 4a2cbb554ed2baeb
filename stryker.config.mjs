/**
 * Mutation testing of the pure island (`npm run mutation`, not part of CI): every small change of the code must make a spec
 * fail. A library is judged by its own specs alone; MUTATION_LIBRARY names it (money, policy, settlement).
 */
const LIBRARIES = ['money', 'policy', 'settlement'];
const library = process.env.MUTATION_LIBRARY ?? LIBRARIES[0];
if (!LIBRARIES.includes(library)) throw new Error(`no library ${library}: one of ${LIBRARIES.join(', ')}`);

export default {
  packageManager: 'npm',
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    configFile: 'jest.config.cjs',
    config: { testMatch: [`<rootDir>/libs/${library}/**/*.spec.ts`] },
  },
  coverageAnalysis: 'perTest',
  // Doors only re-export; testing.ts holds material of specs.
  mutate: [`libs/${library}/**/*.ts`, '!libs/**/*.spec.ts', '!libs/**/testing.ts', '!libs/**/index.ts'],
  ignorePatterns: ['/dist', '/data', '/reports', '/coverage'],
  tempDirName: '.stryker-tmp',
  reporters: ['progress', 'clear-text', 'json'],
  jsonReporter: { fileName: `reports/mutation-${library}.json` },
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
  // A busy machine must not count as a mutant that was noticed.
  timeoutMS: 20_000,
  concurrency: 1,
  // Jest keeps the modules of every run in memory: a fresh process now and then bounds a run of thousands of mutants.
  maxTestRunnerReuse: 100,
};
