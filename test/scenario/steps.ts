/**
 * A scenario as data: what people at windows ask for, one person's papers in order, and the client that asks. It is patient:
 * a request whose answer was lost is asked again at whichever gateway answers, as the contract tells HIS vendors to do.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { SettlementView } from '@oss/settlement';
import { type Answer, type Client, isLost } from '../support/http-client';

export interface Step {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** JSON; a text is sent as lines of JSON. */
  readonly body?: unknown;
  /** Who is asked; default a gateway. */
  readonly at?: 'settlement';
  /** Statuses that are right. */
  readonly status: number;
  /** The right status when the same was asked before and the answer was lost; default the same. */
  readonly again?: number;
  /** Settlements that must have come to rest before the next step. */
  readonly rest?: readonly string[];
  /** What of the answer is kept; default all. */
  readonly keeps?: (text: string) => string;
}

/** Steps of one person (or of one matter) in their order. */
export type Queue = readonly Step[];
/** Queues that go side by side. */
export type Phase = readonly Queue[];

/** Whoever answers HTTP now, the n-th of those there are; null while nobody does. */
export type Counter = (at: 'gateway' | 'settlement', n: number) => Client | null;

export interface Answered {
  readonly step: Step;
  readonly status: number;
  readonly text: string;
  /** Asked more than once, because an answer was lost. */
  readonly again: boolean;
}

const PAUSE_MS = 25;
/** A hang becomes an error that says what hangs. */
const PATIENCE_MS = 180_000;

export interface PlayOptions {
  /** Queues at a time. */
  readonly connections?: number;
  /** Answers may be lost, and processes away: ask again. */
  readonly patient?: boolean;
  readonly onAnswer?: () => void;
}

/** Plays phase after phase. @returns all answers, in the order of the scenario @throws on an answer that is wrong */
export async function play(phases: readonly Phase[], counter: Counter, options: PlayOptions = {}): Promise<Answered[]> {
  const { connections = 8 } = options;
  const answers: Answered[][][] = [];
  for (const phase of phases) {
    const of: Answered[][] = phase.map(() => []);
    answers.push(of);
    const waiting = [...phase.entries()];
    const connection = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, queue] = next;
        for (const [n, step] of queue.entries()) {
          of[index]!.push(await take(step, counter, index + n, options));
          options.onAnswer?.();
        }
      }
    };
    await Promise.all(Array.from({ length: connections }, connection));
  }
  return answers.flat(2);
}

async function take(step: Step, counter: Counter, n: number, { patient = false }: PlayOptions): Promise<Answered> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask(step, counter(step.at ?? 'gateway', n + tries), patient);
    if (answer === null) {
      await pause(PAUSE_MS);
      continue;
    }
    const { status, text } = answer;
    const rightly = [step.status, ...(tries > 0 ? [step.again ?? step.status] : []), ...(step.rest && patient ? [202] : [])];
    if (!rightly.includes(status))
      throw new Error(
        `${step.method} ${step.path} was answered ${status} ${text}, not ${step.status}; ${JSON.stringify(step.body)}`,
      );
    for (const id of step.rest ?? []) await atRest(id, counter, n);
    return { step, status, text: step.keeps?.(text) ?? text, again: tries > 0 };
  }
}

/** Null when nobody is there, the answer was lost, or it was "not now". */
async function ask({ method, path, body }: Step, client: Client | null, patient: boolean): Promise<Answer | null> {
  if (client === null && patient) return null;
  try {
    const operator = { 'x-operator-code': 'SCENARIO' };
    const answer = await (typeof body === 'string'
      ? client!.send(method, path, body, { ...operator, 'content-type': 'application/x-ndjson' })
      : client!.send(method, path, body === undefined ? undefined : JSON.stringify(body), {
          ...operator,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        }));
    return patient && answer.status === 503 ? null : answer;
  } catch (error) {
    if (patient && isLost(error)) return null;
    throw error;
  }
}

/** Asks for a settlement until it has come to rest: nobody helps it. */
export async function atRest(id: string, counter: Counter, n = 0): Promise<void> {
  const step: Step = { method: 'GET', path: `/v1/settlements/${id}`, status: 200 };
  const until = performance.now() + PATIENCE_MS;
  for (let tries = 0; ; tries += 1) {
    const answer = await ask(step, counter('gateway', n + tries), true);
    const status = answer?.status === 200 ? answer.json<SettlementView>().status : null;
    if (status === 'completed' || status === 'reversed') return;
    if (performance.now() > until) throw new Error(`settlement ${id} does not come to rest: ${answer?.text ?? 'nobody answers'}`);
    await pause(PAUSE_MS);
  }
}
