/** What a longer run tells: fault by fault, how often, over how many settlements, and how long it took until all had ended. */

export interface Round {
  readonly fault: string;
  readonly discharges: number;
  readonly settlements: number;
  /** From the fault to the last answer and the last message that the insurer read. */
  readonly endedMs: number;
  /** How often the watcher had to ask again, because a case had not moved for ten seconds. */
  readonly nudges: number;
}

/** A table, one line per fault. */
export function reportText(rounds: readonly Round[]): string {
  const rows = [...Map.groupBy(rounds, ({ fault }) => fault)].map(([fault, of]) => {
    const sum = (pick: (round: Round) => number): number => of.reduce((total, round) => total + pick(round), 0);
    const slowest = Math.max(...of.map(({ endedMs }) => endedMs));
    return [
      fault,
      of.length,
      sum((r) => r.discharges),
      sum((r) => r.settlements),
      Math.round(slowest / 100) / 10,
      sum((r) => r.nudges),
    ];
  });
  const head = ['fault', 'times', 'discharges', 'settlements', 'slowest end in s', 'asked again'];
  return [head, ...rows].map((row) => row.join(' | ')).join('\n');
}
