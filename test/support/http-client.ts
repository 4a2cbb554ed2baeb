/** A small HTTP client over a bounded number of kept connections, as a hospital's information system would speak to us. */
import { Agent, request } from 'undici';
import type { ProblemBody } from '@oss/host';
import type { SettlementView } from '@oss/settlement';
import type { DischargeBody, HospitalBody, PersonBody } from './county';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body's exact text. */
  readonly text: string;
  json<T>(): T;
}

export type Headers = Readonly<Record<string, string>>;
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const JSON_TYPE = { 'content-type': 'application/json' };
/** Far above any answer; a hang becomes an error instead of a silent wait. */
const PATIENCE_MS = 60_000;

export class Client {
  readonly #agent: Agent;

  constructor(
    readonly url: string,
    connections = 16,
  ) {
    this.#agent = new Agent({ connections, pipelining: 1, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });
  }

  /** Sends a body as it is. */
  async send(method: Method, path: string, body?: string | Buffer, headers: Headers = {}): Promise<Answer> {
    const answer = await request(`${this.url}${path}`, { method, body: body ?? null, headers, dispatcher: this.#agent });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, json: <T>() => JSON.parse(text) as T };
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown, headers: Headers = {}): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), { ...JSON_TYPE, ...headers });
  }

  put(path: string, body: unknown, headers: Headers = {}): Promise<Answer> {
    return this.send('PUT', path, JSON.stringify(body), { ...JSON_TYPE, ...headers });
  }

  discharge(body: DischargeBody, headers: Headers = {}): Promise<Answer> {
    return this.post('/v1/discharges', body, headers);
  }

  /** Posts a discharge that must settle now. @throws with the problem when it does not */
  async settle(body: DischargeBody): Promise<SettlementView> {
    const answer = await this.discharge(body);
    if (answer.status !== 201) throw new Error(`${body.encounterNo} was not settled: ${answer.status} ${answer.text}`);
    return answer.json<SettlementView>();
  }

  /** Registers a person that must be accepted; answers the personKey. */
  async register(person: PersonBody): Promise<string> {
    const answer = await this.put('/v1/registry/persons', person, { 'x-operator-code': 'TEST' });
    if (answer.status !== 200) throw new Error(`a person was refused: ${answer.status} ${answer.text}`);
    return answer.json<{ personKey: string }>().personKey;
  }

  async registerHospitals(hospitals: Readonly<Record<string, HospitalBody>>): Promise<void> {
    for (const [code, hospital] of Object.entries(hospitals)) {
      const answer = await this.put(`/v1/registry/hospitals/${code}`, hospital, { 'x-operator-code': 'TEST' });
      if (answer.status !== 200) throw new Error(`hospital ${code} was refused: ${answer.status} ${answer.text}`);
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/** What a refusal says, in the form that tests compare. */
export function refusalOf(answer: Answer): { status: number; code: string; paths: string[] } {
  const { code, errors } = answer.json<ProblemBody>();
  return { status: answer.status, code, paths: errors.map(({ path }) => path) };
}

/** A connection that broke because the process behind it is gone; anything else is a finding. */
export function isLost(error: unknown): boolean {
  const codes = ['ECONNRESET', 'ECONNREFUSED', 'UND_ERR_SOCKET', 'UND_ERR_DESTROYED', 'EPIPE'];
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return codes.includes(code ?? '') || codes.includes(cause?.code ?? '');
}
