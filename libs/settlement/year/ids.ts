/** Names and ids that follow from the case alone, so that a repeated decision repeats them (RFC 9562, UUIDv5). */
import { hash } from 'node:crypto';

/** Namespace of settlement ids: an own UUID, fixed for ever. */
const SETTLEMENT_NAMESPACE = '5a0d4b0e-7c0b-5f0a-9a6e-360222018404';

/** settlementId = UUIDv5(hospitalCode + "\n" + encounterNo): names the case, whatever its attempts. */
export function settlementIdOf(hospitalCode: string, encounterNo: string): string {
  return uuidv5(SETTLEMENT_NAMESPACE, hospitalCode, encounterNo);
}

/** Event id = UUIDv5(settlementId, attempt, line, type); `line` is empty for facts of the whole case. */
export function eventIdOf(settlementId: string, attempt: number, line: string, type: string): string {
  return uuidv5(settlementId, attempt.toString(), line, type);
}

/** Id of a fact of the whole year: UUIDv5(stream, how often, type). */
export function yearEventIdOf(stream: string, times: number, type: string): string {
  return uuidv5(SETTLEMENT_NAMESPACE, stream, times.toString(), type);
}

/** Namespace and name, laid side by side to be hashed: ids are made one at a time, so one buffer serves them all. */
const NAMESPACE_BYTES = 16;
const scratch = Buffer.alloc(128);
/** Views of the scratch by their length, so that no id makes one of its own. */
const views = Array.from(scratch, (_, length) => scratch.subarray(0, length));
/** The six or seven ids of a settlement share their namespace and follow each other. */
let namespaceInScratch = '';

/** Where each of the first 32 digits of the hash stands in the text of a UUID. */
const PLACES = Uint8Array.from({ length: 32 }, (_, digit) => digit + [8, 12, 16, 20].filter((dash) => dash <= digit).length);
const VERSION_PLACE = 14;
const VARIANT_PLACE = 19;
const text = Buffer.alloc(36, '-');

/**
 * Name-based UUID of RFC 9562 §5.5. Seven per settlement on the hot path: the `uuid` package takes six times as long
 * (3.2 against 0.5 µs on the build machine), so this is our own; a test compares the two. The digest alone is 0.3 µs of
 * it; SHA-1 in plain TypeScript is no quicker.
 * @param lines of the name: given apart, because to join them first takes two strings and 0.2 µs more
 */
export function uuidv5(namespace: string, ...lines: readonly string[]): string {
  const hex = hash('sha1', bytesOf(namespace, lines), 'hex');
  for (let digit = 0; digit < PLACES.length; digit += 1) text[PLACES[digit] as number] = hex.charCodeAt(digit);
  text[VERSION_PLACE] = ASCII_5;
  text[VARIANT_PLACE] = VARIANTS[nibble(text[VARIANT_PLACE] as number)] as number;
  return text.toString('latin1');
}

const ASCII_5 = 0x35;
/** The variant digit, by the digit that the hash has in its place: its two upper bits become 10. */
const VARIANTS = Buffer.from('89ab89ab89ab89ab');

/** Writing a short name of plain letters here is quicker than having it written; any other name is rare. */
function bytesOf(namespace: string, lines: readonly string[]): Buffer {
  if (namespace !== namespaceInScratch) layNamespace(namespace);
  let end = NAMESPACE_BYTES;
  for (let at = 0; at < lines.length; at += 1) {
    if (at > 0) end = layText('\n', end);
    end = layText(lines[at] as string, end);
  }
  return views[end] ?? Buffer.concat([scratch.subarray(0, NAMESPACE_BYTES), Buffer.from(lines.join('\n'))]);
}

/** @returns where the text ends in the scratch; NOWHERE when it is not of plain letters */
function layText(text: string, start: number): number {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return NOWHERE;
    scratch[start + at] = code;
  }
  return start + text.length;
}

const NOWHERE = Infinity;

function layNamespace(namespace: string): void {
  let at = 0;
  for (let byte = 0; byte < NAMESPACE_BYTES; byte += 1) {
    if (namespace.charCodeAt(at) === ASCII_DASH) at += 1;
    scratch[byte] = (nibble(namespace.charCodeAt(at)) << 4) | nibble(namespace.charCodeAt(at + 1));
    at += 2;
  }
  namespaceInScratch = namespace;
}

const ASCII_DASH = 0x2d;
const ASCII_9 = 0x39;

/** Value of a hexadecimal digit, given as its character code. */
function nibble(code: number): number {
  return code <= ASCII_9 ? code - 0x30 : (code | 0x20) - 0x57;
}

export const ENCOUNTER_PREFIX = 'encounter-';
export const BENEFIT_YEAR_PREFIX = 'benefit-year-';

export function encounterStream(settlementId: string): string {
  return `${ENCOUNTER_PREFIX}${settlementId}`;
}

/** The benefit year is the calendar year of the discharge date. */
export function benefitYearStream(personKey: string, dischargedOn: string): string {
  return `${BENEFIT_YEAR_PREFIX}${personKey}-${dischargedOn.slice(0, 4)}`;
}

/** Person and year that a benefit-year stream's name holds. @throws RangeError on another stream's name */
export function parseBenefitYearStream(stream: string): { readonly personKey: string; readonly year: string } {
  const match = /^benefit-year-([0-9a-f]{32})-(\d{4})$/.exec(stream);
  if (match === null) throw new RangeError(`${stream} is no benefit year`);
  return { personKey: match[1] as string, year: match[2] as string };
}
