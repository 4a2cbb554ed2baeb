/**
 * Lists that other offices keep of the same people: the register of the poor, the enrolment of insurance, the roll of assistance.
 * What each counts on a day is a fact of its own; the audit compares them, nothing is settled by them.
 */
export const LIST_KINDS = {
  register: { zh: '贫困人口登记名册', en: 'register of the poor' },
  insurance: { zh: '医保参保名册', en: 'insurance enrolment' },
  assistance: { zh: '医疗救助名册', en: 'assistance roll' },
} as const;
export type ListKind = keyof typeof LIST_KINDS;

export const LIST_PREFIX = 'list-';
export const LIST_RECORDED = 'ListRecorded';

/** On `list-<kind>-<region>`: a list, or one part of it, as it stood on a day. Keys in alphabetical order. */
export interface ListRecorded {
  /** The day that the list is of, YYYY-MM-DD. */
  readonly date: string;
  /** Persons that the whole list counts, by its own statement. */
  readonly headCount: number;
  readonly kind: ListKind;
  /** Pseudonyms of the members in this part, sorted, each once; absent where only the head count is known. */
  readonly members?: readonly string[];
  readonly operatorCode: string;
  /** 1 … parts: a long list comes in several bodies. */
  readonly part: number;
  readonly parts: number;
  readonly region: string;
  /** Members of this part whom the registry does not know: they have no pseudonym. */
  readonly unknownMembers: number;
}

export function listStream(kind: ListKind, region: string): string {
  return `${LIST_PREFIX}${kind}-${region}`;
}
