/** Small packs and cases for the specs of this library: everything has a default, a spec states only what it is about. */
import { type Category, checkedPack, type Line, type Pack, type Transfer } from '@oss/policy';
import type { PostedDischarge } from './acceptance/accept';
import type { AloneInput } from './settle-alone';
import { settleAlone } from './settle-alone';
import { type BenefitYear, EMPTY_YEAR } from './year/benefit-year';

/** A checked pack of the given lines, in their order, for inpatient care. */
export function packOf(lines: readonly Line[], more: Record<string, unknown> = {}): Pack {
  return checkedPack(
    {
      schema: 1,
      id: '999999/2018-01-01',
      region: '999999',
      name: '测试',
      from: '2018-01-01',
      sources: { test: { title: 'a test' } },
      defaults: { source: 'test', provenance: 'assumed' },
      localArea: { value: ['9999'] },
      categories: ['destitute', 'low-income', 'registered-poor', 'marginal'],
      scope: { classBFirstSelfPay: { value: 1_000 }, outOfArea: { referred: { value: 1_000 } } },
      care: { inpatient: { chain: lines.map(({ id }) => id) } },
      lines,
      ...more,
    },
    'test',
  );
}

export interface Case {
  readonly totalFen?: number;
  readonly outOfCatalogueFen?: number;
  readonly level?: 1 | 2 | 3;
  readonly categories?: readonly Category[];
  readonly date?: string;
  readonly diagnosis?: string;
  readonly diagnoses?: readonly string[];
  readonly birthDate?: string;
  readonly transfer?: Transfer;
  readonly designated?: boolean;
  /** Default: a place that fits the transfer. */
  readonly hospitalRegion?: string;
  /** Makes the case an outpatient visit for this disease, approved since the pack began. */
  readonly chronicDisease?: string;
  /** Lines of the bill in place of total and sum outside. */
  readonly lines?: PostedDischarge['bill']['lines'];
}

/** What `settleAlone` takes for a case of a pack. */
export function inputOf(pack: Pack, given: Case): AloneInput {
  const {
    totalFen = 10_000_00,
    outOfCatalogueFen = 0,
    level = 2,
    categories = [],
    date = '2018-03-19',
    diagnosis = 'C16.9',
    diagnoses = [diagnosis],
    birthDate = '1955-03-07',
    transfer = 'none',
    designated = true,
    hospitalRegion = placeFor(pack, transfer),
    chronicDisease,
    lines,
  } = given;
  const { region } = pack;
  const care = { admittedOn: date, dischargedOn: date, diagnoses, transfer };
  const summary = { outOfCatalogueFen, overLimitFen: 0, firstSelfPayFen: 0 };
  return {
    today: '2026-01-01',
    pack: { pack, digest: 'sha256:test' },
    hospital: { level, region: hospitalRegion, designated },
    person: {
      personKey: '0'.repeat(32),
      region,
      cover: { from: pack.from, premiumPaidBy: 'subsidy' },
      categories: categories.map((category) => ({ category, from: pack.from })),
      approvedDiseases: chronicDisease === undefined ? [] : [{ icd10: chronicDisease, from: pack.from }],
      birthDate,
    },
    discharge: {
      hospitalCode: 'H1',
      encounterNo: `E${counter++}`,
      region,
      care:
        chronicDisease === undefined ? { type: 'inpatient', ...care } : { type: 'outpatient-chronic', ...care, chronicDisease },
      bill:
        lines === undefined
          ? { totalFen, summary }
          : { totalFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0), lines },
    },
  };
}

/** A place that fits the kind of transfer: local, elsewhere in the province, or outside it. */
function placeFor(pack: Pack, transfer: Transfer): string {
  if (transfer === 'none') return (pack.localArea.value[0] ?? '').padEnd(6, '0');
  return transfer === 'unreferred-out-of-province' ? '310104' : `${pack.region.slice(0, 2)}0103`;
}

let counter = 0;

export interface Settled {
  /** What each line pays, in order, in fen. */
  readonly paid: readonly number[];
  readonly selfPayFen: number;
  readonly hospitalFen: number;
  readonly accounts: Readonly<Record<string, number>>;
  /** Steps of each line's workings. */
  readonly steps: readonly (readonly string[])[];
}

/** Settles a person's cases one after another and answers what each came to. */
export function settleAll(pack: Pack, cases: readonly Case[]): Settled[] {
  let year: BenefitYear = EMPTY_YEAR;
  return cases.map((given) => {
    const result = settleAlone(inputOf(pack, given), year);
    if ('refused' in result) throw new Error(result.refused.map(({ code }) => code).join());
    year = result.year;
    const { shares, selfPayFen = -1, hospitalFen = -1 } = result.settled;
    return {
      paid: shares.map(({ paidFen }) => paidFen),
      selfPayFen,
      hospitalFen,
      accounts: result.facts.completed?.accounts ?? {},
      steps: shares.map(({ workings }) => workings.map(({ step }) => step)),
    };
  });
}
