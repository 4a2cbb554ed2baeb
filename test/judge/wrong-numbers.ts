/** For every number of the law, the product that has it wrong by the least: what a judge must see. */
import { FULIANG, LONGNAN } from './product';
import type { Subject } from './subjects';

type Wrong = readonly [packId: string, line: string, right: number, wrong: number];

export const WRONG: Readonly<Record<Subject, readonly Wrong[]>> = {
  fuliang: [
    [FULIANG, 'basic', 9_000, 9_001],
    [FULIANG, 'basic', 8_000, 8_001],
    [FULIANG, 'basic', 6_000, 6_001],
    [FULIANG, 'basic', 10_000, 10_001],
    [FULIANG, 'basic', 40_000, 40_001],
    [FULIANG, 'basic', 60_000, 60_001],
    [FULIANG, 'basic', 10_000_000, 10_000_001],
    [FULIANG, 'critical-illness', 1_300_000, 1_300_002],
    [FULIANG, 'critical-illness', 5_000_000, 5_000_001],
    [FULIANG, 'critical-illness', 10_000_000, 10_000_001],
    [FULIANG, 'critical-illness', 6_000, 6_001],
    [FULIANG, 'critical-illness', 7_000, 7_001],
    [FULIANG, 'critical-illness', 500, 501],
    [FULIANG, 'critical-illness', 25_000_000, 25_000_001],
    [FULIANG, 'assistance', 10_000, 9_999],
    [FULIANG, 'assistance', 7_000, 7_001],
    [FULIANG, 'assistance', 3_000_000, 3_000_001],
    [FULIANG, 'fifth-line', 1_000, 1_001],
  ],
  'outpatient-chronic': [
    [FULIANG, 'basic', 9_000, 9_001],
    [FULIANG, 'basic', 1_500_000, 1_500_001],
    [FULIANG, 'basic', 6_000_000, 6_000_001],
    [FULIANG, 'basic', 300_000, 300_001],
    [FULIANG, 'basic', 500_000, 500_001],
    [FULIANG, 'chronic-band', 4_000_000, 4_000_001],
  ],
  programmes: [[FULIANG, 'basic', 7_000, 7_001]],
  rehabilitation: [],
  longnan: [
    [LONGNAN, 'basic', 60_000, 60_001],
    [LONGNAN, 'basic', 10_000_000, 10_000_001],
    [LONGNAN, 'critical-illness', 650_000, 650_001],
    [LONGNAN, 'critical-illness', 6_500, 6_501],
    [LONGNAN, 'supplementary', 9_000, 9_001],
    [LONGNAN, 'supplementary', 7_500, 7_501],
    [LONGNAN, 'supplementary', 25_000_000, 25_000_001],
    [LONGNAN, 'hospital', 500, 501],
    [LONGNAN, 'assistance', 8_000, 8_001],
    [LONGNAN, 'assistance', 7_000, 7_001],
    [LONGNAN, 'assistance', 5_000, 5_001],
    [LONGNAN, 'assistance', 2_000_000, 2_000_001],
    [LONGNAN, 'assistance', 3_000_000, 3_000_001],
    [LONGNAN, 'assistance', 5_000_000, 5_000_001],
  ],
  moved: [],
};
