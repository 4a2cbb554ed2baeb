/**
 * The file of `npm run settle`: one bill with what the registries would say of its person and hospital, checked with the
 * very classes that check the HTTP bodies. A file that cannot be used is refused as a whole, naming what is wrong in it.
 */
import { readFileSync } from 'node:fs';
import { type FieldProblem, Problem, validated } from '@oss/host';
import {
  birthDateOf,
  idNumberProblem,
  type PostedDischarge,
  type Refusal,
  type RegisteredHospital,
  type RegisteredPerson,
} from '@oss/settlement';
import { DischargeRequest } from '../../hospital-gateway/discharges/discharge.dto';
import { shapedDischarge } from '../../hospital-gateway/discharges/discharge-shape';
import { sameName } from '../../hospital-gateway/identity/person-name';
import { checkedPerson } from '../../hospital-gateway/registry/person-check';
import { HospitalRequest, PersonRequest } from '../../hospital-gateway/registry/requests';

/** The file cannot be used: no JSON, or not of this shape. The message is for whoever wrote it. */
export class SettleFileUnusable extends Error {
  override readonly name = 'SettleFileUnusable';
}

export interface NamedDischarge extends PostedDischarge {
  readonly patient: { readonly idNumber: string; readonly name: string };
}

export interface SettleFile {
  /** The bill to settle, last; before it the same person's earlier ones of the year, in their order. */
  readonly bills: readonly { readonly path: string; readonly discharge: NamedDischarge }[];
  readonly idNumber: string;
  readonly name: string;
  readonly person: RegisteredPerson;
  readonly hospital: RegisteredHospital & { readonly code: string; readonly name: string };
}

/** Without a key store one constant stands for the one person of the file. */
const PERSON_KEY = '0'.repeat(32);
const KNOWN = new Set(['discharge', 'person', 'hospital', 'yearSoFar', 'case']);

/**
 * Reads and checks the file. @param path as typed
 * @throws SettleFileUnusable naming every field at fault; Problem with a 422 code where the person is refused
 */
export function readSettleFile(path: string): SettleFile {
  return settleFileOf(parse(path), path);
}

/** @param file its name, for messages */
export function settleFileOf(content: unknown, file: string): SettleFile {
  if (!isObject(content)) throw new SettleFileUnusable(`${file} must hold one JSON object with discharge, person and hospital`);
  const faults: FieldProblem[] = Object.keys(content)
    .filter((key) => !KNOWN.has(key))
    .map((key) => ({ path: key, message: 'is not known here' }));
  const { discharge, person, hospital, yearSoFar = [] } = content;
  if (!Array.isArray(yearSoFar)) faults.push({ path: 'yearSoFar', message: 'must be a list of earlier discharges' });
  const earlier: unknown[] = Array.isArray(yearSoFar) ? yearSoFar : [];
  const bills = [
    ...earlier.map((each, index) => ({ path: `yearSoFar[${index}]`, value: bareDischarge(each) })),
    { path: 'discharge', value: discharge },
  ].map(({ path, value }) => ({ path, discharge: collected(faults, path, () => dischargeOf(value)) }));
  const shapedPerson = collected(faults, 'person', () => validated(PersonRequest, person));
  const shapedHospital = collected(faults, 'hospital', () => hospitalOf(hospital));
  const sound = bills.flatMap(({ path, discharge }) => (discharge === null ? [] : [{ path, discharge }]));
  faults.push(...otherYears(sound));
  if (faults.length > 0 || shapedPerson === null || shapedHospital === null) {
    throw new SettleFileUnusable(
      `${file} cannot be settled:\n${faults.map(({ path, message }) => `  ${path} ${message}`).join('\n')}`,
    );
  }
  const { cover, categories, approvedDiseases, region } = checkedPerson(shapedPerson);
  const birthDate = birthDateOf(shapedPerson.idNumber);
  return {
    bills: sound,
    idNumber: shapedPerson.idNumber,
    name: shapedPerson.name,
    person: { personKey: PERSON_KEY, region, cover, categories, approvedDiseases, birthDate },
    hospital: shapedHospital,
  };
}

function parse(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettleFileUnusable(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new SettleFileUnusable(`${path} is not JSON: ${(error as Error).message}`);
  }
}

/** An earlier discharge stands there bare, or as in the file itself: under `discharge`. */
function bareDischarge(value: unknown): unknown {
  return isObject(value) && Object.keys(value).length === 1 && 'discharge' in value ? value.discharge : value;
}

function dischargeOf(value: unknown): NamedDischarge {
  const request = validated(DischargeRequest, value);
  return { ...shapedDischarge(request), patient: request.patient };
}

/** The hospital as PUT to the registry, and the code that its address would hold. */
function hospitalOf(value: unknown): SettleFile['hospital'] {
  if (!isObject(value)) throw new Problem('invalid-body', '', { fields: [{ path: '', message: 'must be a JSON object' }] });
  const { code, ...body } = value;
  const { name, region, level, designated } = validated(HospitalRequest, body);
  if (typeof code !== 'string' || code === '') {
    throw new Problem('invalid-body', '', { fields: [{ path: 'code', message: 'must be the hospital code, a text' }] });
  }
  return { code, name, region, level, designated };
}

/** The file's fault list instead of an exception at the first fault. */
function collected<T>(faults: FieldProblem[], under: string, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    faults.push(...error.fields.map(({ path, message }) => ({ path: path === '' ? under : `${under}.${path}`, message })));
    return null;
  }
}

function otherYears(bills: readonly { readonly path: string; readonly discharge: PostedDischarge }[]): FieldProblem[] {
  const year = bills.at(-1)?.discharge.care.dischargedOn.slice(0, 4);
  return bills
    .filter(({ discharge }) => discharge.care.dischargedOn.slice(0, 4) !== year)
    .map(({ path, discharge }) => {
      const message = `(${discharge.care.dischargedOn}) is not in the benefit year ${year} of the bill: leave it out`;
      return { path: `${path}.care.dischargedOn`, message };
    });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the gateway's look into the key store would refuse. */
export function identityRefusals({ idNumber, name }: SettleFile, { patient }: NamedDischarge): Refusal[] {
  if (idNumberProblem(patient.idNumber) !== null) {
    return [{ code: 'id-number-check-digit', fields: ['patient.idNumber'], detail: 'the id number is not one of GB 11643' }];
  }
  if (patient.idNumber !== idNumber) {
    return [
      { code: 'unknown-person', fields: ['patient.idNumber'], detail: 'the bill is for another person than the one in the file' },
    ];
  }
  if (sameName(patient.name, name)) return [];
  return [{ code: 'name-differs', fields: ['patient.name'], detail: 'the name is not the one of the person in the file' }];
}
