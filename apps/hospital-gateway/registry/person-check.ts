/**
 * What a well-shaped person may still be refused for: check digit, days that do not exist, periods that end before they
 * begin or overlap, malformed disease codes, and an id number in a field that would be recorded. Every field is named.
 */
import { type FieldProblem, Problem, type ProblemCode, withoutIdNumbers } from '@oss/host';
import { isRealDate, PAYERS } from '@oss/policy';
import { idNumberProblem, isIcd10 } from '@oss/settlement';
import type { PersonRecord } from './records';
import type { PersonRequest } from './requests';

const MAX_MEMBER_NO_LENGTH = 64;

interface Finding extends FieldProblem {
  readonly code: ProblemCode;
}

interface Period {
  readonly from: string;
  readonly to?: string | null;
}

/** The record to store. @throws Problem with the code of the first finding and the fields of all */
export function checkedPerson(request: PersonRequest): PersonRecord {
  const findings = [
    ...idNumberFindings(request),
    ...periodFindings(request),
    ...diseaseFindings(request),
    ...memberNoFindings(request),
  ];
  const [first] = findings;
  if (first !== undefined) {
    throw new Problem(first.code, findings.map(({ path, message }) => `${path} ${message}`).join('; '), {
      fields: findings.map(({ path, message }) => ({ path, message })),
    });
  }
  const { cover, categories, approvedDiseases, diedOn, memberNos, region } = request;
  return {
    approvedDiseases: (approvedDiseases ?? []).map(({ icd10, from, to }) => ({ icd10, from, ...optionalEnd(to) })),
    categories: (categories ?? []).map(({ category, from, to }) => ({ category, from, ...optionalEnd(to) })),
    cover: cover ? { from: cover.from, premiumPaidBy: cover.premiumPaidBy, ...optionalEnd(cover.to) } : null,
    ...(diedOn ? { diedOn } : {}),
    memberNos: memberNos ?? {},
    region,
  };
}

const optionalEnd = (to: string | null | undefined): { to?: string } => (to ? { to } : {});

/**
 * A text that will be recorded must not hold an id number: nothing in the log may say who somebody is.
 * @throws Problem `invalid-body`
 */
export function assertNamesNobody(path: string, text: string): void {
  if (withoutIdNumbers(text) === text) return;
  const fields = [{ path, message: 'must not hold an id number: it is recorded for ever' }];
  throw new Problem('invalid-body', `${path} must not hold an id number`, { fields });
}

function idNumberFindings({ idNumber }: PersonRequest): Finding[] {
  const code = idNumberProblem(idNumber);
  const message =
    'is not an id number of GB 11643: 18 characters, an existing birth date, the right check digit, X in upper case';
  return code === null ? [] : [{ code, path: 'idNumber', message }];
}

function periodFindings({ cover, categories, approvedDiseases, diedOn }: PersonRequest): Finding[] {
  const periods: [string, Period][] = [
    ...(cover ? [['cover', cover] as [string, Period]] : []),
    ...(categories ?? []).map((each, index): [string, Period] => [`categories[${index}]`, each]),
    ...(approvedDiseases ?? []).map((each, index): [string, Period] => [`approvedDiseases[${index}]`, each]),
  ];
  const findings = periods.flatMap(([path, period]) => onePeriod(path, period));
  if (diedOn && !isRealDate(diedOn)) findings.push(noSuchDay('diedOn'));
  const byCategory = Map.groupBy((categories ?? []).entries(), ([, { category }]) => category);
  for (const [category, entries] of byCategory) {
    const sorted = entries.sort(([, a], [, b]) => (a.from < b.from ? -1 : 1));
    sorted.forEach(([index, { from }], at) => {
      const earlier = sorted[at - 1]?.[1];
      if (earlier === undefined || (earlier.to && earlier.to < from)) return;
      const message = `begins before the period of ${category} from ${earlier.from} has ended`;
      findings.push({ code: 'categories-overlap', path: `categories[${index}].from`, message });
    });
  }
  return findings;
}

function onePeriod(path: string, { from, to }: Period): Finding[] {
  const wrong = [isRealDate(from) ? null : 'from', !to || isRealDate(to) ? null : 'to'].filter((each) => each !== null);
  if (wrong.length > 0) return wrong.map((field) => noSuchDay(`${path}.${field}`));
  if (!to || from <= to) return [];
  return [{ code: 'period-ends-before-start', path: `${path}.to`, message: `is ${to}, before ${path}.from, ${from}` }];
}

const noSuchDay = (path: string): Finding => ({ code: 'no-such-day', path, message: 'is no day of the calendar' });

function diseaseFindings({ approvedDiseases }: PersonRequest): Finding[] {
  return (approvedDiseases ?? []).flatMap(({ icd10 }, index): Finding[] => {
    if (isIcd10(icd10)) return [];
    return [
      { code: 'malformed-icd10', path: `approvedDiseases[${index}].icd10`, message: 'is not an ICD-10 code such as N18.0' },
    ];
  });
}

function memberNoFindings({ memberNos, idNumber }: PersonRequest): Finding[] {
  return Object.entries(memberNos ?? {}).flatMap(([payer, number]: [string, unknown]): Finding[] => {
    const found = (message: string): Finding[] => [{ code: 'invalid-body', path: `memberNos.${payer}`, message }];
    if (!Object.hasOwn(PAYERS, payer)) return found('is not a payer');
    if (typeof number !== 'string' || number === '' || number.length > MAX_MEMBER_NO_LENGTH) {
      return found(`must be a text of 1 to ${MAX_MEMBER_NO_LENGTH} characters`);
    }
    const isIdentity = number.toUpperCase().includes(idNumber) || withoutIdNumbers(number) !== number;
    return isIdentity ? found('must not hold the id number: member numbers are recorded for ever') : [];
  });
}
