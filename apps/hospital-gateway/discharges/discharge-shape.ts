/** What the decorators of the request cannot say of its shape: fields that exclude or need each other (400). */
import { type FieldProblem, Problem } from '@oss/host';
import type { PostedDischarge } from '@oss/settlement';
import type { DischargeRequest } from './discharge.dto';

/**
 * The discharge in the domain's words; null is taken as absent.
 * @throws Problem `invalid-body` naming every offending field
 */
export function shapedDischarge(request: DischargeRequest): PostedDischarge {
  const { hospitalCode, encounterNo, region, care, bill } = request;
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
  if (fields.length > 0)
    throw new Problem('invalid-body', `${fields.length} field(s) of the request cannot be accepted`, { fields });
  return {
    hospitalCode,
    encounterNo,
    region,
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
