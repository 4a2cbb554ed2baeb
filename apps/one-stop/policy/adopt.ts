/** `adopt`: packs into the log. Everything is read and checked first, so one bad file adopts nothing; then one after another. */
import {
  checkedFile,
  distinctSources,
  packSource,
  PackFilesUnusable,
  type PackSource,
} from '../../hospital-gateway/policy/pack-files';
import { NO_OPERATOR } from '../../hospital-gateway/registry/records';
import { CliError, NoAnswer } from '../registry/server';
import { type AdoptionDesk, openDesk } from './adoption-desk';
import { filesNamed } from './pack-arguments';
import { type RulingPeriod, rulingPeriods } from './ruling';

export interface AdoptOptions {
  readonly replaces?: string;
  readonly operator?: string;
  readonly url: string;
  readonly dataDir?: string;
}

/** What became of one pack, and which pack rules its region from when, before and after. */
interface Done {
  readonly file: string;
  readonly id: string;
  readonly digest: string;
  readonly region: string;
  readonly outcome: 'adopted' | 'known' | 'refused';
  /** Of a refusal: why, and what to do. */
  readonly reason?: string;
  /** Digest of the version that rules in place of a known one. */
  readonly replacedBy?: string;
  readonly before: readonly RulingPeriod[];
  readonly after: readonly RulingPeriod[];
}

export interface AdoptReport {
  readonly done: { readonly where: string; readonly packs: readonly Done[] };
  readonly text: string;
  readonly isRefused: boolean;
}

/**
 * Adopts the packs named, in the order of their files; after a refusal the others are still tried.
 * @throws PackFilesUnusable, PackInvalid before anything is recorded; NoAnswer when there is nowhere to record
 */
export async function adopt(paths: readonly string[], options: AdoptOptions): Promise<AdoptReport> {
  const sources = distinctSources(filesNamed(paths).map(packSource));
  const regions = sources.map((source) => checkedFile(source).pack.region);
  if (options.replaces !== undefined && sources.length !== 1) {
    throw new PackFilesUnusable(`--replaces goes with one pack, not with ${sources.length}. Cure: name a single file`);
  }
  const desk = await openDesk(options.url.replace(/\/$/, ''), options.dataDir, regions[0] ?? '');
  try {
    const packs: Done[] = [];
    for (const [index, source] of sources.entries()) packs.push(await adoptOne(desk, source, regions[index] ?? '', options));
    const done = { where: desk.where, packs };
    return { done, text: reportText(done), isRefused: packs.some(({ outcome }) => outcome === 'refused') };
  } finally {
    await desk.close();
  }
}

async function adoptOne(desk: AdoptionDesk, source: PackSource, region: string, options: AdoptOptions): Promise<Done> {
  const { digest, file } = source;
  const { id } = checkedFile(source).pack;
  const versions = await desk.versions(region);
  const before = rulingPeriods(versions, region);
  const known = versions.find((version) => version.digest === digest);
  const head = { file, id, digest, region, before };
  if (known !== undefined) return { ...head, outcome: 'known', ...replacedBy(known), after: before };
  try {
    await desk.adopt(source, { operatorCode: options.operator ?? NO_OPERATOR, replaces: options.replaces });
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof NoAnswer) throw error;
    return { ...head, outcome: 'refused', reason: error.message, after: before };
  }
  return { ...head, outcome: 'adopted', after: rulingPeriods(await desk.versions(region), region) };
}

function replacedBy(known: { readonly replacedBy?: string }): { replacedBy?: string } {
  return known.replacedBy === undefined ? {} : { replacedBy: known.replacedBy };
}

const OUTCOMES = {
  adopted: '已采用 adopted',
  known: '此前已采用，未再记录 adopted before, nothing recorded',
  refused: '未采用 refused',
} as const;

function reportText({ packs, where }: AdoptReport['done']): string {
  const lines = packs.flatMap(({ after, before, digest, file, id, outcome, reason, region, replacedBy: successor }) => [
    `${id}：${OUTCOMES[outcome]}`,
    `  文件 File：${file}`,
    `  摘要 Digest：${digest}`,
    ...(reason === undefined ? [] : reason.split('\n').map((line) => `  ${line}`)),
    ...(successor === undefined ? [] : [`  注意 Note：已被替换，现行版本 it was replaced; ruling now: ${successor}`]),
    ...(outcome === 'adopted'
      ? [
          `  地区 ${region} 的适用规则 Which pack rules in region ${region}`,
          ...periodLines('此前 before', before),
          ...periodLines('此后 after ', after),
          '  此前受理的出院结算保持原规则 discharges accepted before keep the rules that they name',
        ]
      : []),
  ]);
  return `${lines.join('\n')}\n记录于 Recorded in：${where}\n`;
}

function periodLines(word: string, periods: readonly RulingPeriod[]): string[] {
  if (periods.length === 0) return [`    ${word}  无 none`];
  return periods.map(({ digest, from, id, to }) => {
    const rules = id === null ? '无适用规则 none' : `${id}  ${(digest ?? '').slice(0, 'sha256:'.length + 12)}…`;
    return `    ${word}  ${from} – ${to ?? '          '}  ${rules}`;
  });
}
