/** Real facts for the store case, made beforehand: what settling a county's bills appends, ready to be appended again. */
import { hash } from 'node:crypto';
import type { NewEvent } from '@oss/event-store';
import { type County, discharge } from '../county';
import { appendsOf, Desk } from '../desk';
import { LINES } from './plan';

const TODAY = '2026-01-01';

export interface PlannedAppend {
  readonly stream: string;
  readonly expected: number | 'no_stream';
  readonly events: readonly NewEvent[];
}

/** One settlement: the acceptance on its encounter, then six facts on a benefit year. */
export interface Planned {
  readonly appends: readonly PlannedAppend[];
}

/** Each person has one case, so that no lane ever waits for another. */
export function plannedSettlements(count: number): Planned[] {
  const county: County = { persons: count };
  const desk = new Desk(county);
  return Array.from({ length: count }, (_, number) => {
    const accepted = { ...desk.accept(discharge(county, number, LINES), TODAY), personKey: hash('md5', `person ${number}`) };
    const id = hash('md5', `acceptance ${number}`).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
    const appends = appendsOf(accepted, id, desk.settle(accepted, hash('sha256', id)));
    return { appends: appends.map(({ stream, events }) => ({ stream, expected: 'no_stream' as const, events })) };
  });
}
