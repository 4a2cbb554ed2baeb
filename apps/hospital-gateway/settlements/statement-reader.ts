/** What a statement says beyond the settlement: hospital, categories and pack as they stood at acceptance, and the leaf. */
import { Injectable } from '@nestjs/common';
import { leafHash } from '@oss/event-store';
import { SETTLEMENT_COMPLETED, type SettlementView, type StatementHeading } from '@oss/settlement';
import { PolicyShelf } from '../policy/policy-shelf';
import { HospitalRegistry } from '../registry/hospital-registry';
import { SettlementReader } from './settlement-reader';

export interface Statement {
  readonly view: SettlementView;
  readonly heading: StatementHeading;
}

@Injectable()
export class StatementReader {
  constructor(
    private readonly settlements: SettlementReader,
    private readonly shelf: PolicyShelf,
    private readonly hospitals: HospitalRegistry,
  ) {}

  /** The statement of an attempt (default the last), without any name; null when there is no such attempt. */
  async read(settlementId: string, attempt?: number): Promise<Statement | null> {
    const acceptance = await this.settlements.acceptance(settlementId, attempt);
    if (acceptance === null) return null;
    const attempts = await this.settlements.attempts(acceptance);
    if (attempt !== undefined && attempt > attempts.last) return null;
    const gathered = attempts.facts(attempt);
    const view = await this.settlements.viewOf(acceptance, gathered);
    const { snapshot } = gathered.facts?.recorded ?? acceptance.accepted;
    const pack = await this.shelf.byDigest(view.region, snapshot.pack.digest);
    const hospital = await this.hospitals.get(view.hospitalCode);
    // While a correction runs nothing of the attempt is final, though its completion may stand in the log already.
    const completion = view.selfPayFen === undefined ? null : gathered.events.find(({ type }) => type === SETTLEMENT_COMPLETED);
    return {
      view,
      heading: {
        hospitalLevel: snapshot.hospital.level,
        categories: snapshot.categories,
        ...(hospital === null ? {} : { hospitalName: hospital.name }),
        ...(pack === null ? {} : { packName: pack.name }),
        ...(completion ? { leaf: leafHash(completion.hash).toString('hex') } : {}),
      },
    };
  }
}
