/**
 * Packs as files: the built-in ones and those of a directory (POLICY_DIR), each with the digest by which settlements name
 * it for ever. Start-up adopts what is found here; the CLI settles with it directly.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { canonicalJson, InvalidEvent } from '@oss/event-store';
import { checkedPack, type Pack, PackInvalid, parsePack } from '@oss/policy';

/** A pack's file as it is, not checked yet. */
export interface PackSource {
  /** Path as it was asked for: messages name it. */
  readonly file: string;
  readonly content: unknown;
  readonly digest: string;
}

export interface PackFile {
  readonly pack: Pack;
  readonly file: string;
  readonly digest: string;
}

/** The files of a directory cannot be used; the message names them and the cure. */
export class PackFilesUnusable extends Error {
  override readonly name = 'PackFilesUnusable';
}

/** Beside the compiled code as beside the source: the build copies the data files. */
const BUILT_IN = join(__dirname, '../../../libs/policy/packs');
const ENDINGS = new Set(['.yaml', '.yml', '.json']);

/** "sha256:" and the SHA-256 of the content's canonical JSON (RFC 8785), in hex. */
export function packDigest(content: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`;
}

/** @throws PackInvalid naming the file, every path at fault and the cure */
export function packFile(file: string): PackFile {
  return checkedFile(packSource(file));
}

/** @throws PackInvalid naming the file, every path at fault and the cure */
export function checkedFile({ file, content, digest }: PackSource): PackFile {
  return { pack: checkedPack(content, file), file, digest };
}

/** @throws PackFilesUnusable when it cannot be read; PackInvalid when it is no YAML */
export function packSource(file: string): PackSource {
  return packSourceOf(parsePack(textOf(file), file), file);
}

/** A pack that came as data. @param file what messages call it. @throws PackInvalid when it has no canonical form */
export function packSourceOf(content: unknown, file: string): PackSource {
  try {
    return { file, content, digest: packDigest(content) };
  } catch (error) {
    if (!(error instanceof InvalidEvent)) throw error;
    throw new PackInvalid(file, [{ path: '', message: error.message, cure: 'write plain numbers, texts, lists and objects' }]);
  }
}

/** The built-in packs and those of a directory as they are, not checked: several versions of one id may stand there. */
export function packSources(policyDir: string | undefined): PackSource[] {
  const directories = policyDir === undefined ? [BUILT_IN] : [BUILT_IN, policyDir];
  return directories.flatMap((directory) => filesIn(directory).map(packSource));
}

/** One of each id; a true copy is dropped. @throws PackFilesUnusable when one id stands for different rules */
export function distinctSources(sources: readonly PackSource[]): PackSource[] {
  // A file without an id is told so when it is checked; until then its name stands for it.
  return distinct(sources, ({ content, file }) => (content as { id?: unknown } | null)?.id ?? file);
}

/** @throws PackInvalid */
export function builtInPacks(): PackFile[] {
  return packsIn(BUILT_IN);
}

/**
 * Every pack of a directory (*.yaml, *.yml, *.json; not of its sub-directories), in the order of their file names.
 * @throws PackFilesUnusable when the directory cannot be read or two files give one id to different rules; PackInvalid
 */
export function packsIn(directory: string): PackFile[] {
  return distinctPacks(filesIn(directory).map(packFile));
}

/** The pack files of a directory, in the order of their names. @throws PackFilesUnusable when it cannot be read */
export function filesIn(directory: string): string[] {
  return namesIn(directory).map((name) => join(directory, name));
}

/** One of each id; a true copy is dropped. @throws PackFilesUnusable when one id stands for different rules */
export function distinctPacks(files: readonly PackFile[]): PackFile[] {
  return distinct(files, ({ pack }) => pack.id);
}

function distinct<T extends { readonly file: string; readonly digest: string }>(
  files: readonly T[],
  idOf: (file: T) => unknown,
): T[] {
  const kept = new Map<unknown, T>();
  for (const each of files) {
    const id = idOf(each);
    const first = kept.get(id);
    if (first === undefined) kept.set(id, each);
    else if (first.digest !== each.digest) {
      throw new PackFilesUnusable(
        `pack ${String(id)} stands in two files with different rules: ${first.file} (${first.digest}) and ` +
          `${each.file} (${each.digest}). Cure: remove one, give the newer one an id of its own, or adopt ` +
          'one after the other: npm run policy -- adopt, the newer with --replaces',
      );
    }
  }
  return [...kept.values()];
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => ENDINGS.has(extname(name)))
      .sort();
  } catch (error) {
    throw new PackFilesUnusable(
      `the directory of policy packs ${directory} cannot be read: ${reason(error)}. Cure: correct POLICY_DIR`,
    );
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new PackFilesUnusable(`the policy pack ${file} cannot be read: ${reason(error)}. Cure: correct the path`);
  }
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
