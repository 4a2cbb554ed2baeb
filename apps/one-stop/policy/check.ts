/** What `check` finds out about each file: its problems; or, of a pack that has none, where its numbers come from, and the lint. */
import { PackInvalid, type PackProblem, type Provenance, PROVENANCES } from '@oss/policy';
import { lintPack, type LintReport } from '@oss/settlement';
import { packFile, type PackFile } from '../../hospital-gateway/policy/pack-files';
import { placesOf, spanText, valueText } from './value-rows';

/** One value of the law, ready to print. */
export interface StatedValue {
  readonly place: string;
  /** Yuan, percent or words, Chinese. */
  readonly value: string;
  /** When it is in force, where that is not the whole time of the pack. */
  readonly span: string;
  readonly label: string;
  readonly clause: string | null;
  readonly source: string;
  readonly provenance: Provenance;
  readonly note: string | null;
  /** Path in the pack. */
  readonly ref: string;
}

export interface CheckedPack {
  readonly file: string;
  readonly pack: PackFile;
  readonly counts: Readonly<Record<Provenance, number>>;
  readonly values: readonly StatedValue[];
  readonly lint: LintReport;
}

export type Checked = CheckedPack | { readonly file: string; readonly problems: readonly PackProblem[] };

/**
 * Checks every file; one with problems hinders no other.
 * @param onProgress told which file is being linted and how far
 * @throws PackFilesUnusable when a file cannot be read
 */
export function checkFiles(files: readonly string[], onProgress: (file: string, done: number, total: number) => void): Checked[] {
  const firstOfId = new Map<string, PackFile>();
  return files.map((file) => {
    const pack = readOrProblems(file);
    if (!('pack' in pack)) return { file, problems: pack.problems };
    const first = firstOfId.get(pack.pack.id);
    if (first !== undefined && first.digest !== pack.digest) {
      const message = `${pack.pack.id} stands for other rules in ${first.file}`;
      return { file, problems: [{ path: 'id', message, cure: 'give one of them an id of its own' }] };
    }
    firstOfId.set(pack.pack.id, pack);
    const values = valuesOf(pack);
    const lint = lintPack(pack.pack, (done, total) => onProgress(file, done, total));
    return { file, pack, counts: countsOf(values), values, lint };
  });
}

/** True when a file may not settle anything as it stands: problems, or errors of the lint. */
export function isFaulty(checked: Checked): boolean {
  return 'problems' in checked || checked.lint.findings.some(({ severity }) => severity === 'error');
}

function readOrProblems(file: string): PackFile | { readonly problems: readonly PackProblem[] } {
  try {
    return packFile(file);
  } catch (error) {
    if (error instanceof PackInvalid) return { problems: error.problems };
    throw error;
  }
}

function valuesOf({ pack }: PackFile): StatedValue[] {
  return placesOf(pack).flatMap(({ place, spans }) =>
    spans.map((each) => ({
      place,
      value: valueText(each, pack),
      span: spanText(each, pack),
      label: each.label,
      clause: each.clause,
      source: pack.content.sources[each.source]?.title ?? each.source,
      provenance: each.provenance ?? 'assumed',
      note: each.note,
      ref: each.ref,
    })),
  );
}

function countsOf(values: readonly StatedValue[]): CheckedPack['counts'] {
  const count = (word: Provenance): number => values.filter(({ provenance }) => provenance === word).length;
  const words = Object.keys(PROVENANCES) as Provenance[];
  return Object.fromEntries(words.map((word) => [word, count(word)])) as CheckedPack['counts'];
}

/** A checked file as JSON: everything that the text says, and every place of every finding. */
export function checkedJson(checked: Checked): unknown {
  if ('problems' in checked) return checked;
  const { counts, file, lint, pack, values } = checked;
  const { id, name, region, from, to } = pack.pack;
  return { file, id, name, region, from, to, digest: pack.digest, counts, values, lint };
}
