/** Who and what the tables of bad input speak of: a registered person, and one for each way of not being entitled. */
import { dischargeOf, EXAMPLE_BILL, madeUpPerson, mixedBill } from '../../support/county';

const covered = { from: '2018-01-01', premiumPaidBy: 'person' } as const;

export const POOR = madeUpPerson(11, { category: 'registered-poor', approvedDiseases: [{ icd10: 'J18.9', from: '2018-01-01' }] });
export const NEVER_COVERED = madeUpPerson(12, { cover: null });
export const LEFT = madeUpPerson(13, { cover: { ...covered, to: '2018-03-18' } });
export const NOT_YET = madeUpPerson(14, { cover: { ...covered, from: '2018-03-20' } });
export const ABROAD = madeUpPerson(15, { region: '130102' });
export const RICH = madeUpPerson(16);
/** Insured where the made-up province's pack rules; the chronic disease is approved for a time. */
export const CHRONIC = madeUpPerson(17, {
  region: '520102',
  approvedDiseases: [{ icd10: 'N18.0', from: '2019-01-01', to: '2019-05-31' }],
});
export const PROVINCE = madeUpPerson(18, { region: '520102' });
/** Insured where the pack has no rules for visits. */
export const NO_VISITS = madeUpPerson(20, { region: '440103' });
/** Valid, and in no registry. */
export const UNKNOWN = madeUpPerson(19);

export const REGISTERED = [POOR, NEVER_COVERED, LEFT, NOT_YET, ABROAD, RICH, CHRONIC, PROVINCE, NO_VISITS] as const;

export const PROVINCE_HOSPITALS = {
  GZ2: { name: '测试省某医院', region: '520102', level: 2, designated: true },
  GD2: { name: '测试省另一医院', region: '440103', level: 2, designated: true },
} as const;

/** A discharge that settles; every row of the tables spoils one thing of it. */
export const GOOD = dischargeOf(POOR, { encounterNo: 'BAD-1', bill: { invoiceNo: 'I-1', ...EXAMPLE_BILL } });
/** The same with a summary instead of lines. */
export const GOOD_SUMMARY = dischargeOf(POOR, {
  encounterNo: 'BAD-1',
  bill: { totalFen: 500_000, summary: { outOfCatalogueFen: 100_000, overLimitFen: 50_000, firstSelfPayFen: 20_000 } },
});
/** A chronic visit on a day on which it would be paid. */
export const GOOD_VISIT = {
  ...dischargeOf(CHRONIC, {
    encounterNo: 'BAD-1',
    dischargedOn: '2019-05-31',
    type: 'outpatient-chronic',
    chronicDisease: 'N18.0',
    diagnoses: ['N18.0'],
    bill: mixedBill(10_000, 0, 0),
  }),
  hospitalCode: 'GZ2',
};
