/** What the demo plans: one request each, what must come of it, and the whole of a sample county. */
import type { ExampleBill } from './public-examples';
import type { SampleHospital, SamplePerson } from './sample-people';

/** One request to `POST /v1/discharges` and what must come of it. */
export interface PlannedPost {
  readonly body: unknown;
  readonly want: 'settled' | 'repeat' | { readonly status: number; readonly code: string };
  /** Of a settled post: who and where, for the expectation and the statement. */
  readonly person?: SamplePerson;
  readonly hospital?: SampleHospital;
  readonly example?: ExampleBill;
}

export interface County {
  readonly hospitals: readonly SampleHospital[];
  readonly persons: readonly SamplePerson[];
  /** Each list is posted in order; different lists at the same time. */
  readonly queues: readonly (readonly PlannedPost[])[];
  /** The posts whose statements are printed in full. */
  readonly shown: readonly PlannedPost[];
}
