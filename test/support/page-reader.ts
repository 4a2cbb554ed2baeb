/**
 * Reads an HTML page of ours as a browser shows it: elements and the words in them. Unlike a browser it forgives nothing; what is
 * not closed, or closes something else, is an error. For pages without scripts and comments.
 */
export interface PageElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements and words, in their order. */
  readonly inside: readonly (PageElement | string)[];
}

const PIECE = new RegExp(
  [
    '<!doctype html>',
    '<(?<rawTag>style|title)>(?<raw>[^<]*)</\\k<rawTag>>',
    '<(?<slash>/?)(?<tag>[a-z][a-z0-9]*)(?<attributes>(?: [a-zA-Z-]+="[^"<>]*")*)(?<alone>/?)>',
    '(?<words>[^<>]+)',
  ].join('|'),
  'gy',
);
/** Elements that have no end of their own. */
const EMPTY = new Set(['meta', 'br']);
/** Elements whose words stand in the elements below: a browser shows others somewhere else. */
const WITHOUT_WORDS = new Set(['html', 'head', 'table', 'tbody', 'tr', 'dl']);

type Open = PageElement & { readonly inside: (PageElement | string)[] };

/** @throws Error naming what a browser would have to guess */
export function readPage(page: string): PageElement {
  const open: Open[] = [{ tag: '', attributes: {}, inside: [] }];
  let read = 0;
  for (const { index, 0: piece, groups = {} } of page.matchAll(PIECE)) {
    read = index + piece.length;
    const within = open.at(-1)!;
    const { rawTag, raw = '', slash, tag = '', attributes = '', alone, words } = groups;
    if (rawTag !== undefined) within.inside.push({ tag: rawTag, attributes: {}, inside: [plain(raw)] });
    else if (words !== undefined) {
      if (WITHOUT_WORDS.has(within.tag) && words.trim() !== '') throw new Error(`words in <${within.tag}>: ${words}`);
      within.inside.push(plain(words));
    } else if (slash === '/') {
      if (open.length === 1 || within.tag !== tag) throw new Error(`${piece} closes <${within.tag}>`);
      open.pop();
    } else if (tag !== '') {
      const element: Open = { tag, attributes: attributesOf(attributes), inside: [] };
      within.inside.push(element);
      if (alone === '' && !EMPTY.has(tag)) open.push(element);
    }
  }
  if (read < page.length) throw new Error(`neither markup nor text: ${page.slice(read, read + 80)}`);
  if (open.length > 1) throw new Error(`never closed: ${open.slice(1).map(({ tag }) => tag)}`);
  return open[0]!;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, plain(value)]),
  );
}

/** Text without the escapes of markup. */
function plain(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

/** All elements of a kind below one, in the order of the page; with a class only those that carry it. */
export function elementsOf(element: PageElement, tag: string, name?: string): PageElement[] {
  return element.inside.flatMap((each) => {
    if (typeof each === 'string') return [];
    const own = each.tag === tag && (name === undefined || each.attributes['class'] === name) ? [each] : [];
    return [...own, ...elementsOf(each, tag, name)];
  });
}

/** The words of an element as one line, a blank between two elements. */
export function wordsOf(element: PageElement): string {
  const pieces = element.inside.map((each) => (typeof each === 'string' ? each : wordsOf(each)));
  return pieces
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .join(' ');
}

/** The cells' words of each row of a table, a row on a line of its own, "|" between two cells. */
export function rowsOf(table: PageElement): string[] {
  return elementsOf(table, 'tr').map((row) => elementsOf(row, 'td').map(wordsOf).join('|'));
}
