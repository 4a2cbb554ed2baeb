/**
 * `describe`, `it` and the hooks, as Jest means them, for specs that run many times in one process: loading a file plants a
 * tree, a walk over the tree runs its tests.
 */
import { bind } from 'jest-each';

const HOOKS = ['beforeAll', 'beforeEach', 'afterEach', 'afterAll'];
const newBlock = (name, parent) => ({ name, parent, children: [], ...Object.fromEntries(HOOKS.map((hook) => [hook, []])) });

let open = newBlock('', null);

function describe(name, plant) {
  const block = newBlock(name, open);
  open.children.push(block);
  open = block;
  try {
    plant();
  } finally {
    open = block.parent;
  }
}

function it(name, run) {
  open.children.push({ name, parent: open, run });
}

/** What a spec finds in its global scope, `expect` apart. */
export const SPEC_GLOBALS = {
  describe: Object.assign(describe, { each: bind(describe, false) }),
  it: Object.assign(it, { each: bind(it) }),
  test: Object.assign(it, { each: bind(it) }),
  ...Object.fromEntries(HOOKS.map((hook) => [hook, (run) => open[hook].push(run)])),
};

/** The root of the tree that `load` plants. */
export function plantTree(load) {
  const root = newBlock('', null);
  open = root;
  load();
  return root;
}

/** Full name as Jest says it: the blocks from the outside in, then the test. */
export const fullName = ({ name, parent }) => (parent?.parent ? `${fullName(parent)} ${name}` : name);

/** Every test of a tree, in order. */
export const testsOf = (node) => (node.run ? [node] : node.children.flatMap(testsOf));

const ancestorsOf = (node) => (node.parent ? [...ancestorsOf(node.parent), node.parent] : []);

/**
 * Runs the tests of a tree in order, each between its hooks. `ended(test, error, milliseconds)` is told of each (no error:
 * null) and returns false to stop the walk. An error of `beforeAll` fails the tests below it.
 */
export async function runTree(root, ended) {
  const walk = async (block) => {
    const broken = await firstError(block.beforeAll);
    let goOn = true;
    if (broken) goOn = testsOf(block).every((test) => ended(test, broken, 0));
    else for (const child of block.children) goOn &&= await (child.run ? runTest(child, ended) : walk(child));
    await firstError(block.afterAll);
    return goOn;
  };
  await walk(root);
}

async function runTest(test, ended) {
  const began = performance.now();
  const blocks = ancestorsOf(test);
  const error = await firstError([...blocks.flatMap(({ beforeEach }) => beforeEach), test.run]);
  const afterwards = await firstError(blocks.toReversed().flatMap(({ afterEach }) => afterEach));
  return ended(test, error ?? afterwards, performance.now() - began);
}

/** Runs functions one after another up to the first that throws; what it threw, as an Error; else null. */
async function firstError(functions) {
  for (const run of functions) {
    try {
      await run();
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
  return null;
}
