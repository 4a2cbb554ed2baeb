/**
 * Mutation testing of the pure island (`npm run mutation`, not part of CI): every small change of the code must make a spec
 * fail. A library is judged by its own specs alone; MUTATION_LIBRARY names it (money, policy, settlement).
 */
const LIBRARIES = ['money', 'policy', 'settlement'];
const library = process.env.MUTATION_LIBRARY ?? LIBRARIES[0];
if (!LIBRARIES.includes(library)) throw new Error(`no library ${library}: one of ${LIBRARIES.join(', ')}`);

export default {
  packageManager: 'npm',
  plugins: ['./infra/mutation/runner.mjs'],
  testRunner: 'in-process',
  // The lint settles thousands of bills through everything else: to judge all that by it would take hours.
  specs: { folder: `libs/${library}`, judgeOwn: ['libs/settlement/lint'] },
  coverageAnalysis: 'perTest',
  // Doors only re-export; testing.ts holds material of specs.
  mutate: [`libs/${library}/**/*.ts`, '!libs/**/*.spec.ts', '!libs/**/testing.ts', '!libs/**/index.ts'],
  ignorePatterns: ['/dist', '/data', '/reports', '/coverage'],
  tempDirName: '.stryker-tmp',
  reporters: ['progress', 'clear-text', 'json'],
  jsonReporter: { fileName: `reports/mutation-${library}.json` },
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
  // A busy machine must not count as a mutant that was noticed. Endless loops end sooner: each round is counted.
  timeoutMS: 60_000,
  concurrency: 1,
};
