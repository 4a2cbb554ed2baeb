/**
 * The XML of a workbook's parts as events, with bounds: no part can make the parser hold more than a few texts, whatever it
 * contains. Document types are refused, so there are no entities to expand. Names come without their prefixes.
 */
import { StringDecoder } from 'node:string_decoder';
import { Problem } from '@oss/host';
import { parser as saxParser } from 'sax';
import { unreadable } from './archive';

/** Deeper or wider than any part that a spreadsheet program writes. */
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 64;
/** Characters between two tags; a cell of Excel has at most 32 767. */
const MAX_TEXT_CHARS = 1_048_576;

export type Attributes = Readonly<Record<string, string>>;

export interface XmlEvents {
  open(name: string, attributes: Attributes): void;
  /** A long text comes in several pieces. */
  text?(piece: string): void;
  close?(name: string): void;
}

/** Feeds the parser; what the events gather can be looked at after each chunk. */
export class XmlReader {
  readonly #decoder = new StringDecoder('utf8');
  readonly #parser = saxParser(true, { xmlns: false });
  readonly #part: string;

  constructor(part: string, events: XmlEvents) {
    this.#part = part;
    const sax = this.#parser;
    let depth = 0;
    let attributes = 0;
    let chars = 0;
    sax.onerror = (error) => {
      throw error;
    };
    sax.ondoctype = () => {
      throw new Error('a document type has no place in a workbook');
    };
    sax.onopentagstart = () => {
      depth += 1;
      attributes = 0;
      chars = 0;
      if (depth > MAX_DEPTH) throw new Error(`elements are nested deeper than ${MAX_DEPTH}`);
    };
    sax.onattribute = () => {
      attributes += 1;
      if (attributes > MAX_ATTRIBUTES) throw new Error(`an element has more than ${MAX_ATTRIBUTES} attributes`);
    };
    sax.onopentag = ({ name, attributes: given }) => events.open(localName(name), localNames(given as Attributes));
    sax.onclosetag = (name) => {
      depth -= 1;
      chars = 0;
      events.close?.(localName(name));
    };
    sax.ontext = sax.oncdata = (piece) => {
      chars += piece.length;
      if (chars > MAX_TEXT_CHARS) throw new Error(`a text is longer than ${MAX_TEXT_CHARS} characters`);
      events.text?.(piece);
    };
  }

  /** @throws Problem `unreadable-spreadsheet` when this is no XML; whatever the events throw */
  take(chunk: Buffer): void {
    this.#guarded(() => this.#parser.write(this.#decoder.write(chunk)));
  }

  /** @throws Problem `unreadable-spreadsheet` when the document is not complete */
  end(): void {
    this.#guarded(() => this.#parser.write(this.#decoder.end()).close());
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw error instanceof Problem ? error : unreadable(`${this.#part} is not the XML of a workbook`, error);
    }
  }
}

/** Reads a whole part through the events. */
export async function readXml(part: string, chunks: AsyncIterable<Buffer>, events: XmlEvents): Promise<void> {
  const reader = new XmlReader(part, events);
  for await (const chunk of chunks) reader.take(chunk);
  reader.end();
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** Of two attributes with one local name (`id`, `r:id`) the prefixed one stands under its full name too. */
function localNames(given: Attributes): Attributes {
  let prefixed = false;
  for (const name in given) if (name.includes(':')) prefixed = true;
  if (!prefixed) return given;
  return { ...Object.fromEntries(Object.entries(given).map(([name, value]) => [localName(name), value])), ...given };
}
