/**
 * Is it the same discharge again? Same content after defaults are filled in; names of persons and items are not compared.
 * The key (hospital + encounter) is kept for ever: a repeat answers as the first time did, another content is refused.
 */
import type { DischargeAccepted } from '../year/events';

/** A repeat, ready to be compared: normalised with the default of the pack that the first was accepted under. */
export type ComparableDischarge = Pick<DischargeAccepted, 'bill' | 'care' | 'region'> & {
  /** Null: the person was erased since, and can no longer be compared. */
  readonly personKey: string | null;
};

/** Paths of the fields in which a repeated discharge differs from the accepted one; empty for a true repeat. */
export function differingFields(accepted: DischargeAccepted, again: ComparableDischarge): string[] {
  const fields: string[] = [];
  if (again.region !== accepted.region) fields.push('region');
  if (again.personKey !== null && again.personKey !== accepted.personKey) fields.push('patient.idNumber');
  compareValue('care', accepted.care, again.care, fields);
  compareValue('bill', withoutNames(accepted.bill), withoutNames(again.bill), fields);
  return fields;
}

function withoutNames(bill: DischargeAccepted['bill']): unknown {
  return { ...bill, lines: bill.lines?.map((line) => ({ ...line, name: undefined })) };
}

function compareValue(path: string, first: unknown, second: unknown, fields: string[]): void {
  if (Array.isArray(first) && Array.isArray(second)) {
    if (first.length !== second.length) fields.push(path);
    else first.forEach((value, index) => compareValue(`${path}[${index}]`, value, second[index], fields));
    return;
  }
  if (isObject(first) && isObject(second)) {
    for (const key of new Set([...Object.keys(first), ...Object.keys(second)]))
      compareValue(`${path}.${key}`, first[key], second[key], fields);
    return;
  }
  if (first !== second) fields.push(path);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
