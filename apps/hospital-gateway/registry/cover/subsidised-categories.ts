/** Whose individual premium the public purse pays in a county on a day: what its pack says, else what the notice says. */
import { Injectable } from '@nestjs/common';
import { type Category, subsidisedCategories } from '@oss/policy';
import { PolicyShelf } from '../../policy/policy-shelf';

/** The notice's answer (三(三)1, with the assistance rules it stands on), where a county has no pack or its pack is silent. */
const OF_THE_NOTICE: readonly Category[] = ['destitute', 'low-income', 'registered-poor'];

@Injectable()
export class SubsidisedCategories {
  constructor(private readonly shelf: PolicyShelf) {}

  /**
   * Categories whose premium is fully subsidised (三(三)1).
   * @param region division code of the insured person's county
   * @param date the day that is asked about, YYYY-MM-DD
   */
  async of(region: string, date: string): Promise<readonly Category[]> {
    const ruling = await this.shelf.inForce(region, date);
    const named = ruling === null ? [] : subsidisedCategories(ruling.pack).map(({ category }) => category);
    return named.length > 0 ? named : OF_THE_NOTICE;
  }
}
