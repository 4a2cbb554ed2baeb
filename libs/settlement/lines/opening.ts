/**
 * What the working of a case's first line says before its own steps: how the bill was read. Only what the scope records of
 * itself, so that a case recorded before these fields existed is derived again word for word.
 */
import type { Scope } from '../bill/discharge';
import type { Working } from './working';

/**
 * The first line's workings after one step for each programme that fits as well and, by the pack's order, does not apply, and
 * one for each list that let items in.
 */
export function withOpening({ admitted, programme }: Scope, workings: readonly Working[]): readonly Working[] {
  const others = programme?.others;
  if (others === undefined && admitted === undefined) return workings;
  return [
    ...(others ?? []).map((id): Working => ({ fen: 0, ref: `programmes/${id}`, step: 'other-programme' })),
    ...(admitted ?? []).map(({ fen, list }): Working => ({ fen, ref: `admittedItems/${list}`, step: 'admitted' })),
    ...workings,
  ];
}
