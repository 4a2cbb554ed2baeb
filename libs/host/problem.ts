/** Problem details (RFC 9457): every refusal carries a stable code, the field paths and what to do about it. */
import { withoutIdNumbers } from './logging';
import { PROBLEM_KINDS, type ProblemCode } from './problem-codes';

/** One offending field: its path as a client writes it (`bill.lines[3].amountFen`) and what is wrong with it. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** Most fields that one answer names; the detail says how many there are beyond. */
export const MAX_FIELD_PROBLEMS = 1_000;

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors: readonly FieldProblem[];
  readonly cure: string;
  readonly instance?: string;
  readonly [member: string]: unknown;
}

/** An expected "no" at the edge. Detail and fields never hold a name or an id number: they reach logs of others. */
export class Problem extends Error {
  readonly status: number;
  /** Chinese first, English second. */
  readonly title: string;
  readonly cure: string;
  readonly fields: readonly FieldProblem[];
  /** Further members of the answer, such as the list of later cases. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    more: { fields?: readonly FieldProblem[]; members?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Problem';
    const kind = PROBLEM_KINDS[code];
    this.status = kind.status;
    this.title = `${kind.titleZh} ${kind.titleEn}`;
    this.cure = kind.cure;
    this.fields = more.fields ?? [];
    this.members = more.members ?? {};
  }

  /** The answer's body; `requestId` becomes its `instance`. */
  toBody(requestId?: string): ProblemBody {
    return {
      ...this.members,
      type: `urn:oss:problem:${this.code}`,
      title: this.title,
      status: this.status,
      detail: this.detail,
      code: this.code,
      // A field that we do not know is named as the client spelt it, and that may be an id number.
      errors: this.fields.slice(0, MAX_FIELD_PROBLEMS).map(({ path, message }) => ({ path: withoutIdNumbers(path), message })),
      cure: this.cure,
      ...(requestId === undefined ? {} : { instance: `urn:oss:request:${requestId}` }),
    };
  }
}
