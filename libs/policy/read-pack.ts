/** One door for packs, from a YAML file or from the log: schema, meaning, compiled. Nothing unchecked gets past it. */
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { parseDocument } from 'yaml';
import { checkPack } from './check';
import { compilePack } from './compile';
import type { PackContent } from './content';
import type { Pack } from './pack';
import schema from './pack.schema.json';
import { PackInvalid, type PackProblem } from './problem';

/**
 * Compiled when the first pack is checked: a start that adopts nothing new needs no schema, and it takes a while. That the schema
 * itself is one is for a test to say, and code that runs for a few packs is not worth making shorter: both would take as long again.
 */
let compiled: ValidateFunction<PackContent> | null = null;
const OPTIONS = { allErrors: true, verbose: true, strict: false, meta: false, validateSchema: false, code: { optimize: false } };

function schemaOfPacks(): ValidateFunction<PackContent> {
  return (compiled ??= new Ajv(OPTIONS).compile<PackContent>(schema));
}

/**
 * Reads a pack from YAML (or JSON) text.
 * @param text the file's content
 * @param file its name, for messages
 * @throws PackInvalid naming the file, every path at fault and the cure
 */
export function readPack(text: string, file: string): Pack {
  return checkedPack(parsePack(text, file), file);
}

/** The content of a pack's text, not checked. @throws PackInvalid when it is not YAML */
export function parsePack(text: string, file: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    // Only the first: the others follow from it.
    const path = `line ${error.linePos?.[0].line ?? '?'}`;
    const message = error.message.split('\n')[0] ?? 'not YAML';
    throw new PackInvalid(file, [
      { path, message, cure: 'mend the YAML at that line; indentation, quotes and brackets are the usual causes' },
    ]);
  }
  try {
    return document.toJS({ maxAliasCount: 1_000 });
  } catch (error) {
    // Only aliases are left to fail here: one without its anchor, or so many that the text would grow without bound.
    const message = error instanceof Error ? error.message : String(error);
    throw new PackInvalid(file, [{ path: '', message, cure: 'mend the aliases (*name), or write their content out' }]);
  }
}

/** Checks and compiles a pack's content, as it stands in the log. @throws PackInvalid */
export function checkedPack(content: unknown, file: string): Pack {
  const validate = schemaOfPacks();
  if (!validate(content)) throw new PackInvalid(file, schemaProblems(validate.errors ?? []));
  const pack = compilePack(content);
  const problems = checkPack(content, pack);
  if (problems.length > 0) throw new PackInvalid(file, problems);
  return pack;
}

/** Ajv's errors with a cure each, without those of alternatives that the author did not mean. */
function schemaProblems(errors: readonly ErrorObject[]): PackProblem[] {
  const telling = errors.filter((error) => !ALTERNATIVES.includes(error.keyword));
  const choices = new Set(errors.filter((error) => !telling.includes(error)).map(({ instancePath }) => instancePath));
  const kept = telling.filter((error) => !choices.has(error.instancePath) || isMeant(error, telling));
  const problems = new Map<string, PackProblem>();
  for (const error of kept) {
    const path = pathOf(error);
    const problem = { path, message: messageOf(error), cure: cureOf(error) };
    problems.set(`${path} ${problem.message}`, problem);
  }
  return [...problems.values()];
}

/** Says only that no alternative fits: the errors of the alternatives themselves tell more. */
const ALTERNATIVES = ['oneOf', 'if', 'anyOf'];

/**
 * Where several forms are allowed, each that was not written complains. What is wrong further inside shows which form the
 * author wrote: the one that knows those elements. With nothing wrong inside, all of them speak.
 */
function isMeant({ instancePath, parentSchema }: ErrorObject, errors: readonly ErrorObject[]): boolean {
  const known = (parentSchema as { properties?: object } | undefined)?.properties ?? {};
  const inside = errors.filter((other) => other.instancePath.startsWith(`${instancePath}/`));
  return inside.every((other) => (other.instancePath.slice(instancePath.length + 1).split('/')[0] ?? '') in known);
}

function pathOf(error: ErrorObject): string {
  const path = error.instancePath
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replace(/\//g, '.')
    .replace(/^\./, '');
  const { missingProperty, additionalProperty } = error.params as Record<string, string | undefined>;
  const key = missingProperty ?? additionalProperty;
  return key === undefined ? path : path === '' ? key : `${path}.${key}`;
}

function messageOf(error: ErrorObject): string {
  if (error.keyword === 'required') return 'is missing';
  if (error.keyword === 'additionalProperties') return 'is not known here';
  return `${error.message ?? 'is wrong'}, got ${JSON.stringify(error.data)?.slice(0, 80)}`;
}

function cureOf(error: ErrorObject): string {
  const params = error.params as { allowedValues?: unknown[]; type?: string; pattern?: string };
  if (error.keyword === 'required') return 'add it; libs/policy/README.md shows each element with an example';
  if (error.keyword === 'additionalProperties') return 'remove it, or mend its spelling';
  if (error.keyword === 'enum') return `use one of: ${params.allowedValues?.join(', ')}`;
  if (error.keyword === 'type' && params.type === 'string') return 'put it in quotes';
  if (error.keyword === 'type' && params.type === 'integer')
    return 'write whole fen or whole basis points (80 % = 8000), without quotes';
  if (error.keyword === 'pattern') return `write it in the form ${params.pattern}`;
  return 'see libs/policy/README.md';
}
