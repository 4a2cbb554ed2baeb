/** The check as text for a jurist: Chinese first, English second, at most as wide as a page. */
import { type PackProblem, PROVENANCES, type Provenance } from '@oss/policy';
import { columnsOf, padRight, PAGE_COLUMNS, wrap } from '@oss/settlement';
import type { Checked, CheckedPack, StatedValue } from './check';
import { lintText } from './lint-text';

/** Columns that a value takes before the words of its place. */
const VALUE_COLUMNS = 16;

/** One file: its problems; or head, values by provenance, and the lint. */
export function checkText(checked: Checked): string {
  const lines = 'problems' in checked ? problemLines(checked.file, checked.problems) : packLines(checked);
  return `${lines.join('\n')}\n`;
}

function problemLines(file: string, problems: readonly PackProblem[]): string[] {
  return [
    `${file}`,
    `  不能使用 Cannot be used：${problems.length} 处问题 problem${problems.length === 1 ? '' : 's'}`,
    ...problems.flatMap(({ path, message, cure }, index) => [
      `  ${index + 1}. ${path === '' ? '整个文件 the whole file' : path}`,
      ...wrapped(message, 5),
      ...wrapped(`办法 Cure：${cure}`, 5),
    ]),
  ];
}

function packLines({ counts, file, lint, pack, values }: CheckedPack): string[] {
  const { id, name, region, from, to, content } = pack.pack;
  const words = Object.keys(PROVENANCES) as Provenance[];
  return [
    ...wrapped(`${name}${content.nameEn === undefined ? '' : ` ${content.nameEn}`}`, 0),
    `  编号 Id：${id}　地区 Region：${region}　适用 In force：${from} – ${to ?? '（无截止 no end）'}`,
    `  文件 File：${file}`,
    `  摘要 Digest：${pack.digest}`,
    ...(content.notes ?? []).flatMap((note) => wrapped(`说明 Note：${note}`, 2)),
    '  内容检查 Check：通过 passed。每种情形恰有一条规则，数值逐日连续，分段相接',
    '    one rule for every case, one value on every day, bands without gaps',
    '',
    `数值出处 Where the numbers come from：${words.map((word) => `${PROVENANCES[word].zh} ${word} ${counts[word]}`).join(' · ')}`,
    ...words.flatMap((word) => {
      const own = values.filter(({ provenance }) => provenance === word);
      return own.length === 0
        ? []
        : ['', `${PROVENANCES[word].zh} ${PROVENANCES[word].en} (${own.length})`, ...own.flatMap(valueLines)];
    }),
    '',
    ...lintText(lint, pack.pack),
  ];
}

function valueLines({ clause, note, place, source, span, value }: StatedValue): string[] {
  const indent = VALUE_COLUMNS + 4;
  const where = wrap(span === '' ? place : `${place}（${span}）`, PAGE_COLUMNS - indent);
  // A value as long as a list stands alone.
  const [first = '', ...rest] = columnsOf(value) > VALUE_COLUMNS ? ['', ...where] : where;
  const origin = `${clause === null ? '' : `${clause} `}${source}${note === null ? '' : `。${note}`}`;
  return [
    `  ${padRight(value, VALUE_COLUMNS)}  ${first}`.trimEnd(),
    ...rest.map((line) => ' '.repeat(indent) + line),
    ...wrap(origin, PAGE_COLUMNS - indent - 2).map((line) => ' '.repeat(indent + 2) + line),
  ];
}

/** A text broken into lines, each set in by so many columns. */
function wrapped(text: string, indent: number): string[] {
  return wrap(text, PAGE_COLUMNS - indent).map((line) => ' '.repeat(indent) + line);
}
