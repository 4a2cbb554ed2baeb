/**
 * The lines of one batch: each is a discharge that goes through the very checks and the very command of a single post. Lines
 * of different persons are settled side by side; a person's lines one after another, each when the one before was answered.
 */
import { asProblem, BODY_LIMIT_BYTES, type Problem, type ProblemBody } from '@oss/host';
import type { SettlementView } from '@oss/settlement';
import type { DischargeRequest } from '../discharge.dto';
import { dischargeIn } from '../discharge-text';
import { Lanes } from '../lanes';
import type { PostOutcome } from '../post-discharge';
import { inOrder } from './in-order';
import { type NdjsonLine, ndjsonLines } from './ndjson-lines';

/** Enough lines at once that the store commits them in groups; few enough bytes that a batch of huge bills stays small. */
const WINDOW = { items: 128, bytes: 16 * 1024 * 1024 };

const END_OF_RESULT = Buffer.from('}\n');

/** One line of the answer: what `POST /v1/discharges` would have answered to this line alone. */
export type LineResult =
  | { readonly line: number; readonly status: 200 | 201 | 202; readonly settlement: SettlementView }
  | { readonly line: number; readonly status: number; readonly problem: ProblemBody };

export interface BatchOptions {
  /** Settles one discharge. @throws Problem, store errors */
  readonly post: (request: DischargeRequest) => Promise<PostOutcome>;
  /** Told of every line that failed through no fault of its own. */
  readonly onFailure: (line: number, problem: Problem) => void;
  readonly requestId: string;
}

export class DischargeBatch {
  /** By id number; bounded by the window. */
  readonly #lanes = new Lanes();

  constructor(private readonly options: BatchOptions) {}

  /** Results in the order of the lines, each ending in LF. @throws when the body breaks off */
  results(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    return inOrder(filled(body), WINDOW, (line) => this.#result(line));
  }

  /** A `LineResult` as JSON. */
  async #result({ line, content }: NdjsonLine): Promise<Buffer> {
    try {
      const request = dischargeIn(content, 'the line');
      const { status, json } = await this.#lanes.enter(request.patient.idNumber, () => this.options.post(request));
      return Buffer.concat([Buffer.from(`{"line":${line},"status":${status},"settlement":`), json, END_OF_RESULT]);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status >= 500) this.options.onFailure(line, problem);
      const failed: LineResult = { line, status: problem.status, problem: problem.toBody(this.options.requestId) };
      return Buffer.from(`${JSON.stringify(failed)}\n`);
    }
  }
}

/** The lines that are not blank. */
async function* filled(body: AsyncIterable<Uint8Array>): AsyncGenerator<NdjsonLine> {
  for await (const line of ndjsonLines(body, BODY_LIMIT_BYTES)) {
    if (line.content === null || line.content.some((byte) => !isBlank(byte))) yield line;
  }
}

/** Space, tab or CR. */
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;
