/** What the command line names: directories and files to check or adopt, and packs by file or id to compare. */
import { statSync } from 'node:fs';
import { isRealDate, type Pack } from '@oss/policy';
import {
  builtInPacks,
  distinctPacks,
  filesIn,
  packFile,
  type PackFile,
  PackFilesUnusable,
  packsIn,
} from '../../hospital-gateway/policy/pack-files';
import { packWithId } from '../settle/settle-bills';

/**
 * Directories stand for their pack files (*.yaml, *.yml, *.json; not those of sub-directories), in the order of their names.
 * @throws PackFilesUnusable when a path does not exist or a directory holds no pack
 */
export function filesNamed(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) throw new PackFilesUnusable(`there is no ${path}. Cure: correct the path`);
    if (!found.isDirectory()) return [path];
    const files = filesIn(path);
    if (files.length === 0)
      throw new PackFilesUnusable(`${path} holds no pack (*.yaml, *.yml, *.json). Cure: name another directory`);
    return files;
  });
}

/**
 * A pack by its file, or by its id among the built-in ones and those of POLICY_DIR.
 * @throws PackFilesUnusable, PackInvalid
 */
export function packNamed(named: string): PackFile {
  if (/\.(ya?ml|json)$/.test(named)) return packFile(named);
  const policyDir = process.env.POLICY_DIR;
  return packWithId(named, distinctPacks([...builtInPacks(), ...(policyDir ? packsIn(policyDir) : [])]));
}

/** One side of a comparison: a pack, and the day whose values are compared; null: all values, each with its time. */
export interface Side {
  readonly pack: Pack;
  readonly digest: string;
  readonly on: string | null;
}

/**
 * The two sides of a comparison: two packs, on one day, on a day each, or in all their time; or one pack on two days.
 * @throws PackFilesUnusable, PackInvalid
 */
export function sidesNamed(first: string, second: string | undefined, days: readonly string[]): readonly [Side, Side] {
  if (second === undefined && days.length !== 2) {
    throw new PackFilesUnusable('one pack is compared on two days. Cure: give --on twice, or name a second pack');
  }
  if (days.length > 2) throw new PackFilesUnusable(`two sides have two days, not ${days.length}. Cure: give --on at most twice`);
  const [one, other = one] = days;
  const before = packNamed(first);
  return [sideOn(before, one), sideOn(second === undefined ? before : packNamed(second), other)];
}

function sideOn({ digest, pack }: PackFile, on: string | undefined): Side {
  if (on === undefined) return { pack, digest, on: null };
  if (!isRealDate(on)) throw new PackFilesUnusable(`${on} is no day of the calendar. Cure: write it as YYYY-MM-DD`);
  if (on < pack.from || (pack.to !== null && on > pack.to)) {
    throw new PackFilesUnusable(
      `pack ${pack.id} is not in force on ${on}. Cure: choose a day from ${pack.from} to ${pack.to ?? 'any later one'}`,
    );
  }
  return { pack, digest, on };
}
