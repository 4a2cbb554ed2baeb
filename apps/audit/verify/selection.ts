/** Which part of history a command looks at: all conditions that are given must hold. Dates are discharge dates, inclusive. */
import { parseBenefitYearStream } from '@oss/settlement';

export interface Selection {
  /** YYYY-MM-DD. */
  readonly from?: string;
  readonly to?: string;
  /** Where the person is insured: a division code or the beginning of one. */
  readonly region?: string;
  readonly payer?: string;
  readonly hospital?: string;
  /** A personKey. */
  readonly person?: string;
}

interface SelectableCase {
  readonly hospitalCode: string;
  readonly region: string;
  readonly dischargedOn: string;
}

/** Whether any case of a benefit year can be selected; its stream's name tells. */
export function selectsYear({ from, to, person }: Selection, stream: string): boolean {
  const { personKey, year } = parseBenefitYearStream(stream);
  if (person !== undefined && personKey !== person) return false;
  return (from === undefined || year >= from.slice(0, 4)) && (to === undefined || year <= to.slice(0, 4));
}

export function selectsCase({ from, to, region, hospital }: Selection, found: SelectableCase): boolean {
  if (from !== undefined && found.dischargedOn < from) return false;
  if (to !== undefined && found.dischargedOn > to) return false;
  if (region !== undefined && !found.region.startsWith(region)) return false;
  return hospital === undefined || found.hospitalCode === hospital;
}

/** Whether all cases of a benefit year are selected that a region's person can have: what is of the year as a whole counts then. */
export function selectsWholeYear(
  { from, to, region, hospital }: Selection,
  of: { readonly region: string; readonly year: string },
): boolean {
  if ((from !== undefined && from > `${of.year}-01-01`) || (to !== undefined && to < `${of.year}-12-31`)) return false;
  return hospital === undefined && (region === undefined || of.region.startsWith(region));
}

/** A share is looked at when its payer is selected; what belongs to no payer always is. */
export function selectsPayer({ payer }: Selection, data: { readonly payer?: string }): boolean {
  return payer === undefined || data.payer === undefined || data.payer === payer;
}
