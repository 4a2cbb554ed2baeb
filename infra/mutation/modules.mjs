/**
 * Loads TypeScript of this project in the running process. The library that is being changed is compiled once and evaluated
 * anew for every spec file of every run, so that no state of one run (a cache, a table made while loading) is seen by the
 * next. What no change can reach, the other libraries and packages, is loaded once.
 */
import { transformFileSync } from '@swc/core';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { compileFunction } from 'node:vm';

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/**
 * A loader for the tree under `root`: each call of what it returns is a world of its own, which loads files by full name.
 * @param changing the folder of the library that is being changed, full name
 */
export function newLoader(root, changing) {
  const compiled = new Map();
  const requirePackage = createRequire(join(root, 'package.json'));

  const compile = (file) => {
    let code = compiled.get(file);
    if (code === undefined) {
      // The settings are those of .swcrc, as in the build and under Jest.
      const options = { cwd: root, root, configFile: join(root, '.swcrc'), sourceMaps: false };
      code = compileFunction(transformFileSync(file, options).code, PARAMETERS, { filename: file });
      compiled.set(file, code);
    }
    return code;
  };

  /** The file of ours that a name means, null for a package. */
  const fileOf = (name, from) => {
    const door = /^@oss\/([^/]+)$/.exec(name);
    if (door) return join(root, 'libs', door[1], 'index.ts');
    if (!name.startsWith('.')) return null;
    const place = resolve(dirname(from), name);
    return [place, `${place}.ts`, join(place, 'index.ts')].find(isFile) ?? null;
  };

  const lasting = new Map();
  return () => {
    const fresh = new Map();
    const load = (file) => {
      const loaded = file.startsWith(`${changing}${sep}`) ? fresh : lasting;
      const known = loaded.get(file);
      if (known) return known.exports;
      const module = { exports: {} };
      loaded.set(file, module);
      if (file.endsWith('.json')) return (module.exports = JSON.parse(readFileSync(file, 'utf8')));
      const requireFrom = (name) => {
        const target = fileOf(name, file);
        return target ? load(target) : requirePackage(name);
      };
      compile(file)(module.exports, requireFrom, module, file, dirname(file));
      return module.exports;
    };
    return load;
  };
}
