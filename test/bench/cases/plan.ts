/** How large and how long the cases are: the real measure, and a quick one that tells the same story with less certainty. */
export interface Plan {
  /** County of the HTTP rounds. */
  readonly persons: number;
  /** Each contender runs so long before its rounds count: the engine goes on compiling for some 15 000 settlements. */
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly latencySeconds: number;
  /** Settlements per round of the store case, and how many rounds. */
  readonly storeSettlements: number;
  readonly adjudicated: number;
  readonly adjudicationPasses: number;
  readonly growthPersons: number;
  readonly growthPoints: readonly [number, number, number];
  readonly longBills: number;
  readonly auditSettlements: number;
  readonly auditRounds: number;
  readonly keeperRounds: number;
}

export const FULL: Plan = {
  persons: 12_000,
  warmUpSeconds: 16,
  rounds: 7,
  roundSeconds: 4,
  latencySeconds: 8,
  storeSettlements: 6_000,
  adjudicated: 20_000,
  adjudicationPasses: 9,
  growthPersons: 60_000,
  growthPoints: [100, 10_000, 200_000],
  longBills: 1_500,
  auditSettlements: 200_000,
  auditRounds: 3,
  keeperRounds: 12,
};

export const QUICK: Plan = {
  persons: 3_000,
  warmUpSeconds: 8,
  rounds: 3,
  roundSeconds: 2,
  latencySeconds: 4,
  storeSettlements: 3_000,
  adjudicated: 8_000,
  adjudicationPasses: 5,
  growthPersons: 6_000,
  growthPoints: [100, 6_000, 20_000],
  longBills: 300,
  auditSettlements: 20_000,
  auditRounds: 3,
  keeperRounds: 6,
};

/** Lines of a usual bill, and of a long one. */
export const LINES = 8;
export const MANY_LINES = 500;
export const CONNECTIONS = 64;
