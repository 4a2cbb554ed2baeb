/** A county's law in ten lines, for tests of what happens to packs: basic insurance alone, at one rate, without a deductible. */
import type { PackContent } from '@oss/policy';

export interface SmallPack {
  readonly region?: string;
  readonly from?: string;
  readonly to?: string;
  /** After "<region>/<from>" in the id. */
  readonly suffix?: string;
  readonly rateBp?: number;
  readonly provenance?: 'stated' | 'documented' | 'assumed';
}

/** The content, as a file would hold it. */
export function smallPack({ region = '530102', from = '2018-01-01', suffix = '', ...more }: SmallPack = {}): PackContent {
  const { to, rateBp = 5_000, provenance = 'assumed' } = more;
  return {
    schema: 1,
    id: `${region}/${from}${suffix}`,
    region,
    name: `测试县 ${from}`,
    from,
    ...(to === undefined ? {} : { to }),
    sources: { notice: { title: '测试通知' } },
    defaults: { source: 'notice', provenance },
    localArea: { value: [region.slice(0, 4)], unit: 'prefixes' },
    categories: ['low-income'],
    scope: { classBFirstSelfPay: { value: 1_000, unit: 'bp' } },
    care: { inpatient: { chain: ['basic'] } },
    lines: [
      {
        id: 'basic',
        label: '居民基本医保',
        payer: 'basic-insurance',
        shape: 'proportional',
        rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: rateBp, unit: 'bp' } }] }],
      },
    ],
  };
}
