/** What the decorators of the request cannot say of its shape: fields that exclude or need each other (400). */
import { type FieldProblem, Problem } from '@oss/host';
import type { PostedDischarge } from '@oss/settlement';
import type { BillLineRequest, DischargeRequest } from './discharge.dto';

/**
 * The discharge in the domain's words; null is taken as absent.
 * @throws Problem `invalid-body` naming every offending field
 */
export function shapedDischarge(request: DischargeRequest): PostedDischarge {
  const fields = shapeProblems(request);
  if (fields.length > 0)
    throw new Problem('invalid-body', `${fields.length} field(s) of the request cannot be accepted`, { fields });
  const { hospitalCode, encounterNo, region, care, bill, corrects } = request;
  const { admittedOn, chronicDisease, diagnoses, dischargedOn, transfer, type } = care;
  return {
    hospitalCode,
    encounterNo,
    region,
    corrects: corrects ?? undefined,
    care: { admittedOn, chronicDisease: chronicDisease ?? undefined, diagnoses, dischargedOn, transfer, type },
    bill: {
      invoiceNo: bill.invoiceNo ?? undefined,
      totalFen: bill.totalFen,
      lines: bill.lines?.map(shapedLine),
      summary: bill.summary ?? undefined,
    },
  };
}

/** A line without nulls; as a rule that is the line as it came. */
function shapedLine(line: BillLineRequest): BillLineRequest {
  if (line.firstSelfPayBp !== null && line.overLimitFen !== null && line.name !== null) return line;
  const { amountFen, class: itemClass, code, firstSelfPayBp, name, overLimitFen } = line;
  return {
    amountFen,
    class: itemClass,
    code,
    firstSelfPayBp: firstSelfPayBp ?? undefined,
    name: name ?? undefined,
    overLimitFen: overLimitFen ?? undefined,
  };
}

function shapeProblems(request: DischargeRequest): FieldProblem[] {
  const { lines = null, summary = null } = request.bill;
  const fields: FieldProblem[] = [];
  if (lines === null && summary === null) {
    fields.push({ path: 'bill.lines', message: 'is missing: send lines, or a summary where there are none' });
  }
  if (lines !== null && summary !== null) {
    fields.push({ path: 'bill.summary', message: 'must not stand beside lines' });
  }
  lines?.forEach((line, index) => {
    if (line.class !== 'B' && (line.firstSelfPayBp ?? null) !== null) {
      fields.push({ path: `bill.lines[${index}].firstSelfPayBp`, message: 'is for class B only' });
    }
  });
  for (const path of identifyingPaths(request)) {
    fields.push({ path, message: 'must not hold the id number of the patient: it is recorded for ever' });
  }
  return fields;
}

/** Shorter than any id number: what cannot hold one needs no search. */
const MIN_ID_NUMBER = 15;

/** Recorded texts that hold the patient's id number: the log keeps them for ever, and no erasure would reach them. */
function identifyingPaths({ hospitalCode, encounterNo, patient, bill }: DischargeRequest): string[] {
  const idNumber = patient.idNumber.toUpperCase();
  const paths: string[] = [];
  if (idNumber.length < MIN_ID_NUMBER) return paths;
  if (holds(hospitalCode, idNumber)) paths.push('hospitalCode');
  if (holds(encounterNo, idNumber)) paths.push('encounterNo');
  if (holds(bill.invoiceNo, idNumber)) paths.push('bill.invoiceNo');
  bill.lines?.forEach(({ code, name }, index) => {
    if (holds(code, idNumber)) paths.push(`bill.lines[${index}].code`);
    if (holds(name, idNumber)) paths.push(`bill.lines[${index}].name`);
  });
  return paths;
}

function holds(text: string | null | undefined, idNumber: string): boolean {
  return (text?.length ?? 0) >= MIN_ID_NUMBER && text?.toUpperCase().includes(idNumber) === true;
}
