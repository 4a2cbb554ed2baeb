/**
 * What the registry records: the whole record of a hospital or a person per event, so that the last event is the state and
 * the log keeps every version. No event holds a name of a person or an id number. Keys stand in alphabetical order.
 */
import type { RegisteredHospital, RegisteredPerson } from '@oss/settlement';

/** Recorded as operator where the request names none: access control comes later. */
export const NO_OPERATOR = '-';

export interface HospitalRecord extends RegisteredHospital {
  readonly name: string;
}

/** On `hospital-<code>`. */
export interface HospitalRegistered extends HospitalRecord {
  readonly operatorCode: string;
}

export interface PersonRecord extends Omit<RegisteredPerson, 'personKey' | 'birthDate'> {
  /** Day of death, YYYY-MM-DD. */
  readonly diedOn?: string;
  /** The person's number with each payer. */
  readonly memberNos: Readonly<Record<string, string>>;
}

/** On `person-<personKey>`. */
export interface PersonRegistered extends PersonRecord {
  readonly operatorCode: string;
}

/** On `person-<personKey>`, the last event of a person whose identity was deleted. */
export interface PersonErased {
  readonly operatorCode: string;
  readonly reason: string;
}

export const hospitalStream = (code: string): string => `hospital-${code}`;
export const personStream = (personKey: string): string => `person-${personKey}`;

/** The record in stored order: keys alphabetical, lists sorted, so that equal content is equal text. */
export function hospitalRecord({ designated, level, name, region }: HospitalRecord): HospitalRecord {
  return { designated, level, name, region };
}

/** As `hospitalRecord`. */
export function personRecord(given: PersonRecord): PersonRecord {
  const { cover, diedOn, region } = given;
  const categories = given.categories.map(({ category, from, to }) => ({ category, from, ...(to === undefined ? {} : { to }) }));
  const diseases = given.approvedDiseases.map(({ from, icd10, to }) => ({ from, icd10, ...(to === undefined ? {} : { to }) }));
  return {
    approvedDiseases: diseases.sort((a, b) => compare(a.icd10, b.icd10) || compare(a.from, b.from)),
    categories: categories.sort((a, b) => compare(a.category, b.category) || compare(a.from, b.from)),
    cover:
      cover === null
        ? null
        : { from: cover.from, premiumPaidBy: cover.premiumPaidBy, ...(cover.to === undefined ? {} : { to: cover.to }) },
    ...(diedOn === undefined ? {} : { diedOn }),
    memberNos: Object.fromEntries(Object.entries(given.memberNos).sort(([a], [b]) => compare(a, b))),
    region,
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
