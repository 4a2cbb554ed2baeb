/** What a clerk is told when a correction is refused; the domain's word becomes a problem here and nowhere else. */
import { Problem } from '@oss/host';
import type { CorrectionOrder, CorrectionRefusal } from '@oss/settlement';

export function noSuchSettlement(settlementId: string): Problem {
  return new Problem('not-found', `there is no settlement ${settlementId}`);
}

/** @param lastAttempt the last attempt of the case, in whichever year it stands */
export function correctionProblem(
  { settlementId, attempt }: CorrectionOrder,
  refused: CorrectionRefusal,
  lastAttempt: number,
): Problem {
  if (refused.code === 'later-cases') {
    const many = refused.cases.length === 1 ? '1 later case' : `${refused.cases.length} later cases`;
    return new Problem('later-cases', `${many} of this person and year would have to be settled again`, {
      members: { settlementId, laterCases: refused.cases },
    });
  }
  const detail = `attempt ${attempt} does not count any more; the last attempt of the settlement is ${lastAttempt}`;
  return new Problem('attempt-not-live', detail, {
    fields: [{ path: 'attempt', message: detail }],
    members: { settlementId, lastAttempt },
  });
}
