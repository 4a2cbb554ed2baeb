/** Names and ids that follow from the case alone, so that a repeated decision repeats them (RFC 9562, UUIDv5). */
import { hash } from 'node:crypto';

/** Namespace of settlement ids: an own UUID, fixed for ever. */
const SETTLEMENT_NAMESPACE = '5a0d4b0e-7c0b-5f0a-9a6e-360222018404';

/** settlementId = UUIDv5(hospitalCode + "\n" + encounterNo): names the case, whatever its attempts. */
export function settlementIdOf(hospitalCode: string, encounterNo: string): string {
  return uuidv5(`${hospitalCode}\n${encounterNo}`, SETTLEMENT_NAMESPACE);
}

/** Event id = UUIDv5(settlementId, attempt, line, type); `line` is empty for facts of the whole case. */
export function eventIdOf(settlementId: string, attempt: number, line: string, type: string): string {
  return uuidv5(`${attempt}\n${line}\n${type}`, settlementId);
}

/** Id of a fact of the whole year: UUIDv5(stream, how often, type). */
export function yearEventIdOf(stream: string, times: number, type: string): string {
  return uuidv5(`${stream}\n${times}\n${type}`, SETTLEMENT_NAMESPACE);
}

/** Namespace and name, laid side by side to be hashed: ids are made one at a time, so one buffer serves them all. */
const NAMESPACE_BYTES = 16;
const scratch = Buffer.alloc(1_024);
const MAX_SCRATCH_NAME = (scratch.length - NAMESPACE_BYTES) / 3;
/** The six or seven ids of a settlement share their namespace and follow each other. */
let namespaceInScratch = '';

/**
 * Name-based UUID of RFC 9562 §5.5. Seven per settlement on the hot path: the `uuid` package takes ten times as long
 * (8.5 against 0.8 µs on the build machine), so this is our own; a test compares the two.
 */
export function uuidv5(name: string, namespace: string): string {
  if (namespace !== namespaceInScratch) {
    scratch.write(namespace.replaceAll('-', ''), 0, NAMESPACE_BYTES, 'hex');
    namespaceInScratch = namespace;
  }
  const bytes =
    name.length <= MAX_SCRATCH_NAME ? inScratch(name) : Buffer.concat([scratch.subarray(0, NAMESPACE_BYTES), Buffer.from(name)]);
  const hex = hash('sha1', bytes, 'hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function inScratch(name: string): Buffer {
  return scratch.subarray(0, NAMESPACE_BYTES + scratch.write(name, NAMESPACE_BYTES));
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
