/**
 * A test runner for Stryker that stays in one process. With Jest every mutant costs a start of Jest (2 s and more, for
 * thousands of mutants); here it costs the spec files that execute it, each evaluated anew with the mutant switched on from
 * the first line. All tests of such a file judge, whichever of them executed the mutant: one test may make what the next one
 * uses, and a table that is made while loading belongs to all.
 */
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import { expect } from 'expect';
import fastCheck from 'fast-check';
import { globSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { newLoader } from './modules.mjs';
import { fullName, plantTree, runTree, SPEC_GLOBALS, testsOf } from './spec-tree.mjs';

/** The switchboard that Stryker's instrumented code looks at. */
const switchboard = (globalThis.__stryker__ ??= {});

class InProcessRunner {
  static inject = tokens(commonTokens.options);
  #specs;
  #judgeOwn;
  #newWorld;
  /** Milliseconds that a spec file took last. */
  #took = new Map();

  /**
   * Stryker runs us in its sandbox: the changed copy of the tree.
   * `options.specs.folder`: the library, whose own specs judge it; `judgeOwn`: folders whose specs judge that folder alone.
   */
  constructor(options) {
    const { folder, judgeOwn } = options.specs;
    this.#specs = globSync(`${folder}/**/*.spec.ts`, { cwd: process.cwd() }).sort();
    this.#judgeOwn = judgeOwn;
    this.#newWorld = newLoader(process.cwd(), join(process.cwd(), folder));
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    Object.assign(globalThis, SPEC_GLOBALS, { expect });
    // The same random cases for every mutant: a score that can be had again.
    fastCheck.configureGlobal({ seed: 1 });
  }

  async dryRun() {
    switchboard.activeMutant = undefined;
    switchboard.hitCount = undefined;
    const perTest = {};
    const tests = [];
    for (const spec of this.#specs) {
      // Without a current test Stryker's code counts every hit as static: here, as of this file.
      switchboard.mutantCoverage = { static: {}, perTest: {} };
      const results = await this.#runSpec(spec, false);
      tests.push(...results);
      const hits = switchboard.mutantCoverage.static;
      const once = Object.fromEntries(Object.keys(hits).map((mutant) => [mutant, 1]));
      // Stryker adds them up, and ends a mutant's run at a hundred times that.
      for (const [index, { id }] of results.entries()) perTest[id] = index === 0 ? hits : once;
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } };
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit, sandboxFileName }) {
    Object.assign(switchboard, { activeMutant: activeMutant.id, hitCount: hitLimit === undefined ? undefined : 0, hitLimit });
    const tests = [];
    for (const spec of this.#judgesOf(relative(process.cwd(), sandboxFileName), testFilter)) {
      tests.push(...(await this.#runSpec(spec, !disableBail)));
      if (!disableBail && tests.some(({ status }) => status === TestStatus.Failed)) break;
    }
    switchboard.activeMutant = undefined;
    const overrun = determineHitLimitReached(switchboard.hitCount, hitLimit);
    return toMutantRunResult(overrun ?? { status: DryRunStatus.Complete, tests }, disableBail);
  }

  /** The spec files that execute a mutant, those first that are likely to notice it, or to say quickly that they do not. */
  #judgesOf(changed, testFilter) {
    const covering = testFilter && new Set(testFilter.map((id) => id.slice(0, id.indexOf(' '))));
    const own = basename(changed, '.ts');
    const distance = (spec) =>
      basename(spec, '.spec.ts') === own ? 0 : dirname(spec) === dirname(changed) ? 1 : changed.startsWith(dirname(spec)) ? 2 : 3;
    return this.#specs
      .filter((spec) => covering?.has(spec) ?? true)
      .filter((spec) => this.#judgeOwn.every((folder) => !spec.startsWith(folder) || changed.startsWith(folder)))
      .sort((a, b) => distance(a) - distance(b) || (this.#took.get(a) ?? 0) - (this.#took.get(b) ?? 0));
  }

  /** The results of one spec file in a fresh world, up to the first failure if `bail`. */
  async #runSpec(spec, bail) {
    const idOf = (test) => `${spec} ${fullName(test)}`;
    const results = [];
    const began = performance.now();
    let root;
    try {
      root = plantTree(() => this.#newWorld()(join(process.cwd(), spec)));
    } catch (error) {
      return [failed({ id: `${spec} `, name: spec, fileName: spec, timeSpentMs: 0 }, error)];
    }
    await runTree(root, (test, error, timeSpentMs) => {
      const base = { id: idOf(test), name: fullName(test), fileName: spec, timeSpentMs };
      results.push(error ? failed(base, error) : { ...base, status: TestStatus.Success });
      return !(bail && error);
    });
    if (results.length === testsOf(root).length) this.#took.set(spec, performance.now() - began);
    return results;
  }
}

const failed = (base, error) => ({ ...base, status: TestStatus.Failed, failureMessage: String(error.stack ?? error) });

/** Tells Stryker that the option `specs` of its settings is ours. */
export const strykerValidationSchema = {
  type: 'object',
  properties: {
    specs: {
      type: 'object',
      properties: { folder: { type: 'string' }, judgeOwn: { type: 'array', items: { type: 'string' } } },
      required: ['folder', 'judgeOwn'],
    },
  },
};

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
