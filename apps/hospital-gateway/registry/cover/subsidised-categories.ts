/** Whose individual premium the public purse pays: one question in one place, so that a county's pack can answer it. */
import type { Category } from '@oss/policy';

/** The notice's answer (三(三)1, with the assistance rules it stands on): destitute, low-income and registered poor. */
const OF_THE_NOTICE: readonly Category[] = ['destitute', 'low-income', 'registered-poor'];

/**
 * Categories whose premium is fully subsidised (三(三)1).
 * @param _region division code of the insured person's county
 * @param _date the day that is asked about, YYYY-MM-DD
 */
export function subsidisedCategories(_region: string, _date: string): readonly Category[] {
  return OF_THE_NOTICE;
}
