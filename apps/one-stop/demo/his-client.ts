/** The demo's HIS: speaks the HTTP contract and nothing else. Registry by PUT and by roster, discharges one by one. */
import { leafHash } from '@oss/event-store';
import { SETTLEMENT_COMPLETED, type SettlementView } from '@oss/settlement';
import { pause } from './running-system';
import type { SampleHospital, SamplePerson } from './sample-people';
import { CATEGORIES } from '@oss/policy';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A registration or a roster was not accepted: without it nothing that follows means anything. */
export class HisFailed extends Error {
  override readonly name = 'HisFailed';
}

const OPERATOR = 'DEMO-01';
/** Longest wait for a settlement that was answered with 202. */
const PENDING_TIMEOUT_MS = 30_000;
const PENDING_POLL_MS = 100;

export class HisClient {
  constructor(private readonly url: string) {}

  async putHospital({ code, ...record }: SampleHospital): Promise<void> {
    await this.#expect200('PUT', `/v1/registry/hospitals/${code}`, JSON.stringify(record), 'application/json');
  }

  async putPerson(person: SamplePerson): Promise<void> {
    await this.#expect200('PUT', '/v1/registry/persons', JSON.stringify(person), 'application/json');
  }

  /** A roster as a county office exports it: Chinese headers, one row per person. */
  async importRoster(persons: readonly SamplePerson[]): Promise<void> {
    const rows = [
      ['身份证号', '姓名', '参保地', '参保起始日期', '参保终止日期', '保费缴纳方式', '救助对象类别'],
      ...persons.map(rosterRow),
    ];
    const csv = `\ufeff${rows.map((row) => row.join(',')).join('\r\n')}\r\n`;
    const report = (await this.#expect200('POST', '/v1/registry/persons/import', csv, 'text/csv; charset=utf-8')) as {
      created: number;
      failed: number;
    };
    if (report.failed > 0 || report.created !== persons.length) {
      throw new HisFailed(`the roster of ${persons.length} persons was not imported whole: ${JSON.stringify(report)}`);
    }
  }

  /** Posts a discharge; one that is not complete within the server's wait is asked for until it is. */
  async postDischarge(body: unknown): Promise<Answer> {
    const answer = await this.#send('POST', '/v1/discharges', JSON.stringify(body), 'application/json');
    if (answer.status !== 202) return answer;
    const { settlementId } = answer.body as SettlementView;
    for (const deadline = Date.now() + PENDING_TIMEOUT_MS; Date.now() < deadline;) {
      await pause(PENDING_POLL_MS);
      const now = await this.#send('GET', `/v1/settlements/${settlementId}`);
      if ((now.body as SettlementView).status === 'completed') return { status: 201, body: now.body };
    }
    return answer;
  }

  /** The leaf of a settlement's completion in the log's tree, 64 hex digits, from the facts as the system shows them. */
  async leafOf({ settlementId, attempt }: SettlementView): Promise<string | undefined> {
    const { body } = await this.#send('GET', `/v1/settlements/${settlementId}/events`);
    const { events } = body as { events: readonly { type: string; hash: string; data: { attempt: number } }[] };
    const completion = events.find(({ type, data }) => type === SETTLEMENT_COMPLETED && data.attempt === attempt);
    return completion && leafHash(completion.hash).toString('hex');
  }

  async #expect200(method: string, path: string, body: string, type: string): Promise<unknown> {
    const answer = await this.#send(method, path, body, type);
    if (answer.status === 200) return answer.body;
    throw new HisFailed(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  async #send(method: string, path: string, body?: string, type?: string): Promise<Answer> {
    const headers = { 'x-operator-code': OPERATOR, ...(type === undefined ? {} : { 'content-type': type }) };
    const response = await fetch(`${this.url}${path}`, { method, headers, body });
    return { status: response.status, body: await response.json() };
  }
}

function rosterRow({ idNumber, name, region, cover, categories }: SamplePerson): string[] {
  const periods = categories.map(
    ({ category, from, to }) => `${CATEGORIES[category].zh}@${from}${to === undefined ? '' : `~${to}`}`,
  );
  const paidBy = cover === undefined ? '' : cover.premiumPaidBy === 'subsidy' ? '财政补贴' : '个人';
  return [idNumber, name, region, cover?.from ?? '', cover?.to ?? '', paidBy, periods.join('、')];
}
