/** Medical assistance with a defect, until it is mended: what makes an event be parked. */
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import type { YearTurns } from './payers-on-a-store';

export const DEFECT = 'this cannot be decided';

export function failingAssistance(isMended: () => boolean): YearTurns {
  return {
    ...BENEFIT_YEAR_TURNS,
    decide: (year, actor, packOf) => {
      if (!isMended() && actor === 'medical-assistance') throw new Error(DEFECT);
      return BENEFIT_YEAR_TURNS.decide(year, actor, packOf);
    },
  };
}
