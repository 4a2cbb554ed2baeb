/**
 * The house rules: which way imports run, what the pure island may not touch, how large things may grow, that money goes
 * through one library. Each message names the file, the line and the cure.
 */
import { roomOf, type SourceFile, sourceTree } from './support/source-tree';

const files = sourceTree();
const byPath = new Map(files.map((file) => [file.path, file]));
const product = files.filter(({ path }) => !path.startsWith('test/') && !path.endsWith('.spec.ts'));
const isSpec = ({ path }: SourceFile): boolean => path.endsWith('.spec.ts');

/** Which libraries a library may import (design: two islands, the apps are the only bridges). */
const ALLOWED_LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  'libs/money': [],
  'libs/policy': ['libs/money'],
  'libs/settlement': ['libs/money', 'libs/policy'],
  'libs/event-store': [],
  'libs/host': ['libs/event-store'],
};
const PURE = ['libs/money', 'libs/policy', 'libs/settlement'];
/** Packages that the pure island may use: they compute, they do not reach out. */
const PURE_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'libs/money': [],
  'libs/policy': ['ajv', 'yaml'],
  'libs/settlement': ['node:crypto', 'qrcode-generator', 'string-width'],
};
/** What starts by itself, and therefore is imported by nobody. */
const STARTS_BY_ITSELF = [
  /(^|\/)main\.ts$/,
  /\.spec\.ts$/,
  /-worker\.ts$/,
  /\.worker\.ts$/,
  /\.real\.ts$/,
  /^test\/stored-events\/generate\.ts$/,
  /^libs\/\w[\w-]*\/index\.ts$/,
];

function expectNone(offences: readonly string[]): void {
  expect(offences).toEqual([]);
}

describe('house rules', () => {
  it('sees the tree', () => {
    expect(product.length).toBeGreaterThan(50);
    expect(byPath.has('libs/money/rate.ts')).toBe(true);
  });

  it('imports run one way: libraries by the table, apps to libraries, one-stop alone to other apps', () => {
    const offences: string[] = [];
    for (const file of files.filter(({ path }) => !path.startsWith('test/'))) {
      const room = roomOf(file.path);
      for (const { name, line, target } of file.imports) {
        const targetRoom = target === null ? null : roomOf(target);
        if (targetRoom === null || targetRoom === room) continue;
        const where = `${file.path}:${line} imports ${name}`;
        if (targetRoom === 'test' ? !isSpec(file) : target?.startsWith('infra/'))
          offences.push(`${where}: nobody imports test or infra; move what is shared into a library`);
        const allowed = ALLOWED_LIBRARIES[room];
        if (allowed !== undefined && !isSpec(file) && !allowed.includes(targetRoom)) {
          offences.push(`${where}: ${room} may import ${allowed.join(', ') || 'no library'}; let an app bridge the two`);
        }
        if (room.startsWith('apps/') && targetRoom.startsWith('apps/') && room !== 'apps/one-stop') {
          offences.push(`${where}: apps do not import each other; move what two share into libs/host or libs/settlement`);
        }
      }
    }
    expectNone(offences);
  });

  it('a library is entered through its door', () => {
    expectNone(
      files.flatMap((file) =>
        file.imports.flatMap(({ name, line, target }) => {
          if (target === null || name.startsWith('@oss/')) return [];
          const room = roomOf(target);
          const inside = room === roomOf(file.path) || !room.startsWith('libs/') || file.path.startsWith('test/');
          return inside ? [] : [`${file.path}:${line} reaches into ${target}: import @oss/${room.slice(5)}`];
        }),
      ),
    );
  });

  it('every import of ours exists, and nothing stands that nobody imports', () => {
    const imported = new Set(files.flatMap((file) => file.imports.map(({ target }) => target)));
    const missing = files.flatMap((file) =>
      file.imports.flatMap(({ name, line, target }) =>
        target === null || byPath.has(target) || byPath.has(target.replace(/\.ts$/, '/index.ts'))
          ? []
          : [`${file.path}:${line} imports ${name}, which is no file`],
      ),
    );
    const orphans = files
      .filter(({ path }) => !imported.has(path) && !STARTS_BY_ITSELF.some((pattern) => pattern.test(path)))
      .map(({ path }) => `${path} is imported by nobody: use it or delete it`);
    expectNone([...missing, ...orphans]);
  });

  it('has no import cycle', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        cycles.push(`${[...trail.slice(trail.indexOf(path)), path].join(' → ')}: move what both need into a third file`);
        return;
      }
      state.set(path, 'open');
      for (const { target } of byPath.get(path)?.imports ?? []) if (target !== null) visit(target, [...trail, path]);
      state.set(path, 'done');
    };
    for (const { path } of files) visit(path, []);
    expectNone(cycles);
  });

  it('the pure island has no clock, no randomness, no I/O', () => {
    const banned =
      /\bDate\.now\b|new Date\(\)|\bMath\.random\b|\bprocess\.|\bperformance\.|\bsetTimeout\b|\bsetInterval\b|\brandomUUID\b|\brandomBytes\b|\bfetch\(|\bconsole\./;
    const offences: string[] = [];
    for (const file of product.filter(({ path }) => PURE.includes(roomOf(path)))) {
      file.text.split('\n').forEach((line, index) => {
        if (banned.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line))
          offences.push(`${file.path}:${index + 1} is not pure (${line.trim()}): take it as an argument`);
      });
      for (const { name, line, target } of file.imports) {
        if (target === null && !name.startsWith('.') && !PURE_PACKAGES[roomOf(file.path)]?.includes(name)) {
          offences.push(`${file.path}:${line} imports ${name}: the pure island computes and does nothing else`);
        }
      }
    }
    expectNone(offences);
  });

  it('money is rounded in libs/money alone', () => {
    const banned = /\bMath\.(round|floor|ceil|trunc)\(|\.toFixed\(|\bparseFloat\(/;
    const rooms = ['libs/policy', 'libs/settlement', 'apps/hospital-gateway', 'apps/settlement', 'apps/one-stop'];
    const offences: string[] = [];
    for (const file of product.filter(({ path }) => rooms.includes(roomOf(path)))) {
      file.text.split('\n').forEach((line, index) => {
        // A bar's width, an elapsed time or a speed is no money: such a line says so.
        if (banned.test(line) && !line.includes('// not money'))
          offences.push(`${file.path}:${index + 1} rounds (${line.trim()}): use @oss/money, or say "// not money"`);
      });
    }
    expectNone(offences);
  });

  it('files stay small and open with why they exist', () => {
    const offences = files.flatMap(({ path, lines, text }) => [
      ...(lines > 400 ? [`${path} has ${lines} lines: split it by meaning (at most 400)`] : []),
      ...(/^(#!.*\n)?\/\*\*/.test(text) ? [] : [`${path}:1 does not say why it exists: open it with a short comment`]),
      ...(/\b(TODO|FIXME|XXX)\b/.test(text) && path !== 'test/tidy.spec.ts'
        ? [`${path} holds a TODO: do it, or write it into the closing note`]
        : []),
    ]);
    expectNone(offences);
    const sizes = product.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThanOrEqual(250);
  });

  it('functions stay within 70 lines', () => {
    const cap = ({ path }: SourceFile): number => (path.startsWith('test/') || path.endsWith('.spec.ts') ? 400 : 70);
    expectNone(
      files.flatMap((file) =>
        file.functions
          .filter(({ lines }) => lines > cap(file))
          .map(
            ({ name, line, lines }) =>
              `${file.path}:${line} ${name} has ${lines} lines: cut it at its seams (at most ${cap(file)})`,
          ),
      ),
    );
  });
});
