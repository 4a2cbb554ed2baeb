/** What the decorators of the request cannot say of its shape: fields that exclude or need each other (400). */
import { type FieldProblem, Problem } from '@oss/host';
import type { PostedDischarge } from '@oss/settlement';
import type { DischargeRequest } from './discharge.dto';

/**
 * The discharge in the domain's words; null is taken as absent.
 * @throws Problem `invalid-body` naming every offending field
 */
export function shapedDischarge(request: DischargeRequest): PostedDischarge {
  const { hospitalCode, encounterNo, region, care, bill, corrects } = request;
  const fields: FieldProblem[] = [];
  if ((bill.lines ?? null) === null && (bill.summary ?? null) === null) {
    fields.push({ path: 'bill.lines', message: 'is missing: send lines, or a summary where there are none' });
  }
  if ((bill.lines ?? null) !== null && (bill.summary ?? null) !== null) {
    fields.push({ path: 'bill.summary', message: 'must not stand beside lines' });
  }
  bill.lines?.forEach((line, index) => {
    if (line.class !== 'B' && (line.firstSelfPayBp ?? null) !== null) {
      fields.push({ path: `bill.lines[${index}].firstSelfPayBp`, message: 'is for class B only' });
    }
  });
  fields.push(...identifying(request));
  if (fields.length > 0)
    throw new Problem('invalid-body', `${fields.length} field(s) of the request cannot be accepted`, { fields });
  return {
    hospitalCode,
    encounterNo,
    region,
    corrects: corrects ?? undefined,
    care: { ...care, chronicDisease: care.chronicDisease ?? undefined },
    bill: {
      invoiceNo: bill.invoiceNo ?? undefined,
      totalFen: bill.totalFen,
      lines: bill.lines?.map((line) => ({
        ...line,
        firstSelfPayBp: line.firstSelfPayBp ?? undefined,
        overLimitFen: line.overLimitFen ?? undefined,
        name: line.name ?? undefined,
      })),
      summary: bill.summary ?? undefined,
    },
  };
}

/** Shorter than any id number: what cannot hold one needs no search. */
const MIN_ID_NUMBER = 15;

/** Recorded texts that hold the patient's id number: the log keeps them for ever, and no erasure would reach them. */
function identifying({ hospitalCode, encounterNo, patient, bill }: DischargeRequest): FieldProblem[] {
  const idNumber = patient.idNumber.toUpperCase();
  const fields: FieldProblem[] = [];
  const check = (path: () => string, text: string | null | undefined): void => {
    if ((text ?? '').length < MIN_ID_NUMBER || !text?.toUpperCase().includes(idNumber)) return;
    fields.push({ path: path(), message: 'must not hold the id number of the patient: it is recorded for ever' });
  };
  if (idNumber.length < MIN_ID_NUMBER) return fields;
  check(() => 'hospitalCode', hospitalCode);
  check(() => 'encounterNo', encounterNo);
  check(() => 'bill.invoiceNo', bill.invoiceNo);
  bill.lines?.forEach(({ code, name }, index) => {
    check(() => `bill.lines[${index}].code`, code);
    check(() => `bill.lines[${index}].name`, name);
  });
  return fields;
}
