/**
 * Reads an HTML page of ours as a browser shows it: elements and the words in them. Unlike a browser, and unlike any reader of HTML,
 * it forgives nothing: a reader of XML takes what is not closed, or closes something else, for an error.
 */
import { parser as xmlParser } from 'sax';

export interface PageElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements and words, in their order. */
  readonly inside: readonly (PageElement | string)[];
}

/** HTML closes these by itself, XML does not. */
const EMPTY = /<(meta|br)\b([^>]*)>/g;
/** Elements whose words stand in the elements below: a browser shows others somewhere else. */
const WITHOUT_WORDS = new Set(['html', 'head', 'table', 'tbody', 'tr', 'dl']);

type Open = PageElement & { readonly inside: (PageElement | string)[] };

/** @throws Error naming what a browser would have to guess */
export function readPage(page: string): PageElement {
  const open: Open[] = [{ tag: '', attributes: {}, inside: [] }];
  const parser = xmlParser(true);
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const element: Open = { tag: name, attributes: attributes as Record<string, string>, inside: [] };
    open.at(-1)!.inside.push(element);
    open.push(element);
  };
  parser.onclosetag = () => void open.pop();
  parser.ontext = (words) => {
    const { tag, inside } = open.at(-1)!;
    if (WITHOUT_WORDS.has(tag) && words.trim() !== '') throw new Error(`words in <${tag}>: ${words}`);
    inside.push(words);
  };
  parser.write(page.replace(EMPTY, '<$1$2/>')).close();
  return open[0]!;
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
