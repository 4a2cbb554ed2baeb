/**
 * Where a posted discharge stands under its key (hospital + encounter), which is kept for ever: it is new, it came before,
 * or it is the corrected bill of an attempt that was reversed. Reads only; the append at the expected revision decides.
 */
import { Injectable } from '@nestjs/common';
import { Problem } from '@oss/host';
import { type PostedDischarge, settlementIdOf } from '@oss/settlement';
import { type Acceptance, SettlementReader } from '../settlements/settlement-reader';

/** An attempt that may be accepted, if nothing else is recorded on the encounter's stream before it. */
export interface FreePlace {
  readonly attempt: number;
  readonly expected: 'no_stream' | number;
}

/** That of a discharge that corrects nothing: whether its key is taken, the append tells. */
export const FIRST_PLACE: FreePlace = { attempt: 1, expected: 'no_stream' };

@Injectable()
export class CasePlaces {
  constructor(private readonly reader: SettlementReader) {}

  /** The acceptance that the discharge repeats, by its key and by what it corrects; null when there is none. */
  async repeated(discharge: PostedDischarge): Promise<Acceptance | null> {
    const accepted = await this.reader.acceptances(settlementIdOf(discharge.hospitalCode, discharge.encounterNo));
    return accepted.find((each) => each.accepted.corrects?.attempt === discharge.corrects?.attempt) ?? null;
  }

  /**
   * The attempt that the discharge may become. A plain one costs no read.
   * @throws Problem `nothing-to-correct`, `corrects-other-case`, `attempt-not-reversed`, `attempt-not-live`
   */
  async free({ corrects, hospitalCode, encounterNo }: PostedDischarge): Promise<FreePlace> {
    if (corrects === undefined) return FIRST_PLACE;
    const settlementId = settlementIdOf(hospitalCode, encounterNo);
    if (corrects.settlementId !== settlementId) {
      const message = `the settlement of this hospital and encounter is ${settlementId}`;
      throw new Problem('corrects-other-case', message, { fields: [{ path: 'corrects.settlementId', message }] });
    }
    const last = (await this.reader.acceptances(settlementId)).at(-1);
    if (last === undefined) {
      const message = 'no discharge was accepted under this hospital and encounter';
      throw new Problem('nothing-to-correct', message, { fields: [{ path: 'corrects', message }] });
    }
    const attempts = await this.reader.attempts(last);
    if (attempts.last !== corrects.attempt) {
      const message = `the last attempt is ${attempts.last}, not ${corrects.attempt}`;
      throw new Problem('attempt-not-live', message, {
        fields: [{ path: 'corrects.attempt', message }],
        members: { settlementId, lastAttempt: attempts.last },
      });
    }
    const { reversed } = attempts.facts();
    if (reversed === null || reversed.superseded) {
      const message = `attempt ${corrects.attempt} is not reversed: it still counts`;
      throw new Problem('attempt-not-reversed', message, {
        fields: [{ path: 'corrects.attempt', message }],
        members: { settlementId },
      });
    }
    return { attempt: corrects.attempt + 1, expected: last.event.revision };
  }
}
