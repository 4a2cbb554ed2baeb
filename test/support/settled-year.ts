/** A person's cases settled one after another without any store: the pure domain, as properties ask for it. */
import type { Pack } from '@oss/policy';
import {
  type AloneInput,
  type BenefitYear,
  EMPTY_YEAR,
  settleAlone,
  type SettlementFacts,
  type SettlementView,
} from '@oss/settlement';
import type { ArbitraryCase } from './arbitrary-pack';

export interface SettledCase {
  readonly of: ArbitraryCase;
  readonly before: BenefitYear;
  readonly after: BenefitYear;
  readonly facts: SettlementFacts;
  readonly settled: SettlementView;
}

/** A case of a pack, ready to be settled alone. @param encounterNo names it */
export function aloneInput(pack: Pack, of: ArbitraryCase, encounterNo: string): AloneInput {
  return {
    today: '2030-01-01',
    pack: { pack, digest: 'sha256:any' },
    hospital: { level: of.level, region: pack.region, designated: true },
    person: {
      personKey: 'a'.repeat(32),
      region: pack.region,
      cover: { from: pack.from, premiumPaidBy: 'person' },
      categories: of.categories.map((category) => ({ category, from: '2010-01-01' })),
      approvedDiseases: [],
      birthDate: '1950-01-01',
    },
    discharge: {
      hospitalCode: 'H',
      encounterNo,
      region: pack.region,
      care: {
        type: 'inpatient',
        admittedOn: dayOf(pack, of),
        dischargedOn: dayOf(pack, of),
        diagnoses: of.diagnoses,
        transfer: 'none',
      },
      bill: of.bill,
    },
  };
}

/** @throws when one of the cases is refused: valid packs settle valid cases */
export function settledYear(pack: Pack, cases: readonly ArbitraryCase[]): SettledCase[] {
  let year = EMPTY_YEAR;
  return cases.map((of, index) => {
    const result = settleAlone(aloneInput(pack, of, `E${index}`), year);
    if ('refused' in result) throw new Error(`case ${index} was refused: ${JSON.stringify(result.refused)}`);
    const before = year;
    year = result.year;
    return { of, before, after: year, facts: result.facts, settled: result.settled };
  });
}

function dayOf(pack: Pack, { day }: ArbitraryCase): string {
  return `${pack.from.slice(0, 4)}-06-${day}`;
}
