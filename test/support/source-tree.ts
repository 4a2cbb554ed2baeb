/** The source tree as data, for the house rules: files, their imports, their functions, read with TypeScript's own parser. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as ts from 'typescript';

export const ROOT = resolve(__dirname, '../..');

export interface SourceFile {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly { readonly name: string; readonly line: number; readonly target: string | null }[];
  readonly functions: readonly { readonly name: string; readonly line: number; readonly lines: number }[];
}

/** All TypeScript sources below apps, libs and test. */
export function sourceTree(): SourceFile[] {
  return ['apps', 'libs', 'test'].flatMap((folder) => filesBelow(folder)).map(read);
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function read(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number): number => parsed.getLineAndCharacterOfPosition(position).line + 1;
  const imports: SourceFile['imports'][number][] = [];
  const functions: SourceFile['functions'][number][] = [];
  const visit = (node: ts.Node): void => {
    const name = importedName(node);
    if (name !== null) imports.push({ name, line: lineOf(node.getStart()), target: targetOf(path, name) });
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const lines = lineOf(node.end) - lineOf(node.getStart()) + 1;
      functions.push({ name: node.name?.getText() ?? 'a function', line: lineOf(node.getStart()), lines });
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return { path, text, lines: text.split('\n').length - 1, imports, functions };
}

function importedName(node: ts.Node): string | null {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return (node.moduleSpecifier as ts.StringLiteral).text;
  }
  if (
    ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')
  ) {
    const [argument] = node.arguments;
    return argument !== undefined && ts.isStringLiteral(argument) ? argument.text : null;
  }
  return null;
}

/** The file of this tree that an import means; null for a package or a data file. */
function targetOf(from: string, name: string): string | null {
  if (name.startsWith('@oss/')) return `libs/${name.slice(5)}/index.ts`;
  if (!name.startsWith('.') || name.includes('node_modules')) return null;
  const path = relative(ROOT, resolve(ROOT, dirname(from), name)).replaceAll('\\', '/');
  // What is imported when it is needed is named as Node finds it, compiled.
  return path.endsWith('.json') ? null : `${path.replace(/\.js$/, '')}.ts`;
}

/** The room of a file: "libs/money", "apps/audit", "test". */
export function roomOf(path: string): string {
  const [top = '', room = ''] = path.split('/');
  return top === 'test' ? 'test' : `${top}/${room}`;
}
