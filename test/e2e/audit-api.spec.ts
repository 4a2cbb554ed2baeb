/**
 * The audit over HTTP, on the compiled system as a process of its own: how it stands, what the log says of a settlement and a
 * year, runs from their start to their result; stopped and killed on the way.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import type { SettlementView } from '@oss/settlement';
import type { CheckpointView } from '../../apps/audit/api/checkpoint-list';
import type { RunView } from '../../apps/audit/api/runs/run-view';
import type { AuditStatus } from '../../apps/audit/api/status.controller';
import type { Explained, Explanation } from '../../apps/audit/explain/explanation';
import type { YearThen } from '../../apps/audit/replay/year-then';
import { parseVerifierKey } from '../../apps/audit/notes/note-keys';
import { trustedCheckpoint } from '../../apps/audit/notes/checkpoint';
import { runCommand } from '../support/command';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, madeUpPerson, mixedBill } from '../support/county';
import { type Answer, Client, type Headers, refusalOf } from '../support/http-client';
import { freshDirectory } from '../support/in-process';
import { type RealProcess, startProcess } from '../support/real-process';

jest.setTimeout(120_000);
const data = freshDirectory();
const ENVIRONMENT = { AUDIT_CHECKPOINT_SECONDS: '1' };
const POOR = madeUpPerson(1, { category: 'registered-poor' });
const NOBODY = '00000000-0000-4000-8000-000000000000';
let system: RealProcess;
let client: Client;
let personKey: string;
let first: SettlementView;
let second: SettlementView;

beforeAll(async () => {
  await start();
  await client.registerHospitals(HOSPITALS);
  personKey = await client.register(POOR);
  first = await client.settle(dischargeOf(POOR, { encounterNo: 'A1', bill: EXAMPLE_BILL }));
  second = await client.settle(
    dischargeOf(POOR, { encounterNo: 'A2', dischargedOn: '2018-05-02', bill: mixedBill(900_000, 100_000, 50_000) }),
  );
});
afterAll(async () => {
  await client.close();
  await system.end('SIGTERM');
  data.remove();
});

async function start(): Promise<void> {
  system = await startProcess(data.path, ENVIRONMENT);
  client = new Client(system.url);
}

/** Asks again until the answer is the wanted one. */
async function until(path: string, holds: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await client.get(path);
    if (holds(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function run(body: object): Promise<RunView> {
  const answer = await client.post('/v1/audit/runs', { operatorCode: 'OP-9', ...body });
  expect(answer.status).toBe(202);
  const view = answer.json<RunView>();
  expect(answer.headers['location']).toBe(`/v1/audit/runs/${view.id}`);
  return view;
}

interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: RunView;
}

/** The events of a run until the stream ends. */
async function eventsOf(id: string, lastEventId?: string): Promise<{ status: number; type: unknown; events: SentEvent[] }> {
  const headers: Headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const answer = await client.send('GET', `/v1/audit/runs/${id}/events`, undefined, headers);
  const events = answer.text.split('\n\n').flatMap((block) => {
    const [, at, event, text] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    return at === undefined ? [] : [{ id: at, event: event!, data: JSON.parse(text!) as RunView }];
  });
  return { status: answer.status, type: answer.headers['content-type'], events };
}

const proofPath = (id: string, query = ''): string => `/v1/audit/settlements/${id}/proof${query}`;

describe('how the log stands', () => {
  test('status: the tree, the signer, the last checkpoint, the packs', async () => {
    const answer = await until('/v1/audit/status', (each) => each.json<AuditStatus>().lastCheckpoint !== null);
    const status = answer.json<AuditStatus>();
    expect(status).toMatchObject({ checkpointSeconds: 1, alarm: { raised: false, message: null }, packs: { adopted: 3 } });
    expect(status.runs).toEqual({ running: null, queued: 0, last: { verify: null, checks: null, 'what-if': null } });
    const log = parseVerifierKey(status.vkey!);
    expect(log.name).toBe(status.origin);
    expect(trustedCheckpoint(status.lastCheckpoint!.note, log).size).toBe(status.lastCheckpoint!.size);
    expect(status.treeSize).toBeGreaterThanOrEqual(status.signedSize!);
  });

  test('checkpoints: page by page, one by its size, and as the note itself', async () => {
    await until(proofPath(second.settlementId), ({ status }) => status === 200);
    const all = (await client.get('/v1/audit/checkpoints')).json<{ items: CheckpointView[]; next: string | null }>();
    const [newest] = all.items;
    const sizes = all.items.map(({ size }) => size);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(all.items.every(({ signatureHolds }) => signatureHolds === true)).toBe(true);
    const one = await client.get(`/v1/audit/checkpoints?size=${newest!.size}`);
    expect(one.json()).toEqual(newest);
    const note = await client.send('GET', `/v1/audit/checkpoints?size=${newest!.size}`, undefined, { accept: 'text/plain' });
    expect([note.headers['content-type'], note.text]).toEqual(['text/plain; charset=utf-8', newest!.note]);
    expect(refusalOf(await client.get('/v1/audit/checkpoints?size=1'))).toMatchObject({ status: 404, code: 'not-found' });
    expect(refusalOf(await client.get('/v1/audit/checkpoints?size=x&cursor=y&limit=0')).paths).toEqual([
      'size',
      'cursor',
      'limit',
    ]);
  });

  test('the checks, with what they mean', async () => {
    const { items } = (await client.get('/v1/audit/checks')).json<{ items: { id: string; parameters: object }[] }>();
    expect(items).toHaveLength(14);
    expect(items.find(({ id }) => id === 'split-stay')?.parameters).toMatchObject({ withinDays: expect.any(Number) as number });
  });
});

describe('what the log says', () => {
  test('an explanation gives every fen to one payer or the patient', async () => {
    const path = `/v1/audit/settlements/${first.settlementId}/explanation`;
    const { total, settlementId } = (await client.get(path)).json<Explanation>();
    expect(settlementId).toBe(first.settlementId);
    expect(total.parts.flatMap(({ borneBy, amountFen }: Explained) => (amountFen === 0 ? [] : [[borneBy, amountFen]]))).toEqual([
      ['basic-insurance', 3_840_000],
      ['critical-illness', 170_500],
      ['medical-assistance', 552_650],
      ['fifth-line', 116_850],
      ['patient', 520_000],
    ]);
    const html = await client.send('GET', path, undefined, { accept: 'text/html' });
    expect([html.headers['content-type'], html.text.includes('个人自付')]).toEqual(['text/html; charset=utf-8', true]);
    expect((await client.get(`${path}?format=text`)).text).toContain('核对 Check: 38,400.00 + 1,705.00');
    expect((await client.get(`${path}?attempt=1`)).status).toBe(200);
    expect(refusalOf(await client.get(`${path}?attempt=2`)).code).toBe('not-found');
    expect(refusalOf(await client.get(`${path}?attempt=0&format=pdf`)).paths.sort()).toEqual(['attempt', 'format']);
  });

  test('a proof, once a checkpoint covers it, that is checked offline with the public key; so is the bundle', async () => {
    const third = await client.settle(dischargeOf(POOR, { encounterNo: 'A3', dischargedOn: '2018-06-02' }));
    const soon = await client.get(proofPath(third.settlementId));
    // It was signed within the second, or the answer says when to come again.
    if (soon.status !== 200) {
      expect(refusalOf(soon)).toEqual({ status: 409, code: 'not-under-checkpoint', paths: [] });
      expect(soon.headers['retry-after']).toBe('1');
    }
    const proof = await until(proofPath(third.settlementId), ({ status }) => status === 200);
    const { vkey } = (await client.get('/v1/audit/status')).json<AuditStatus>();
    const file = join(data.path, 'proof.json');
    writeFileSync(file, proof.text);
    const checked = await runCommand('apps/audit/main.js', ['prove', '--check', file, '--key', vkey!, '--json']);
    expect([checked.code, checked.stderr]).toEqual([0, '']);
    expect(JSON.parse(checked.stdout)).toMatchObject({ accepted: true, settlement: { settlementId: third.settlementId } });

    const oldest = (await client.get('/v1/audit/checkpoints?limit=100')).json<{ items: CheckpointView[] }>().items.at(-1)!;
    expect(refusalOf(await client.get(proofPath(third.settlementId, `?size=${oldest.size}`))).code).toBe('not-under-checkpoint');
    const bundle = await client.get(proofPath(third.settlementId, '?bundle=true'));
    writeFileSync(file, bundle.text);
    const evidence = await runCommand('apps/audit/main.js', ['prove', '--check', file, '--key', vkey!]);
    expect([evidence.code, evidence.stdout.includes('证明成立 Accepted')]).toEqual([0, true]);
    // The smallest change is found.
    writeFileSync(file, proof.text.replace('\\"totalFen\\":1000000', '\\"totalFen\\":1000001'));
    expect((await runCommand('apps/audit/main.js', ['prove', '--check', file, '--key', vkey!])).code).toBe(1);
  });

  test('a year as it was known at two instants', async () => {
    const path = `/v1/audit/persons/${personKey}/years/2018`;
    const now = (await client.get(path)).json<YearThen>();
    const before = (await client.get(`${path}?at=${first.completedAt}`)).json<YearThen>();
    expect(now.cases.map(({ encounterNo }) => encounterNo)).toEqual(['A1', 'A2', 'A3']);
    expect(before.cases.map(({ encounterNo, selfPayFen }) => [encounterNo, selfPayFen])).toEqual([['A1', 520_000]]);
    expect(before.knownAt).toBe(first.completedAt);
    expect((await client.get(`${path}?at=2018-03-19`)).json<YearThen>().cases).toEqual([]);
    expect(refusalOf(await client.get(`${path}?at=2018-02-30`))).toEqual({ status: 400, code: 'invalid-body', paths: ['at'] });
  });

  test.each([
    [`/v1/audit/settlements/${NOBODY}/explanation`],
    ['/v1/audit/settlements/A1/explanation'],
    [proofPath(NOBODY)],
    [`/v1/audit/persons/${'0'.repeat(32)}/years/2018`],
    ['/v1/audit/persons/nobody/years/2018'],
    [`/v1/audit/persons/${'0'.repeat(32)}/years/18`],
    [`/v1/audit/runs/${NOBODY}`],
    [`/v1/audit/runs/${NOBODY}/events`],
    [`/v1/audit/runs/${NOBODY}/result`],
    ['/v1/audit/runs/7'],
  ])('there is no %s', async (path) => {
    expect(refusalOf(await client.get(path))).toEqual({ status: 404, code: 'not-found', paths: [] });
  });
});

describe('runs', () => {
  test('verify: followed by its events until it is done, its result whole', async () => {
    const { id, state, operatorCode } = await run({ kind: 'verify' });
    expect([state, operatorCode]).toEqual(['running', 'OP-9']);
    const { status, type, events } = await eventsOf(id);
    expect([status, type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(events[0]?.event).toBe('progress');
    const last = events.at(-1)!;
    expect([last.event, last.data.state, last.data.clean]).toEqual(['done', 'done', true]);
    expect(last.data.progress).toMatchObject({ what: '重新计算 years', done: 1, total: 1 });
    expect(last.data.summary).toMatchObject({ clean: true, findings: 0, recomputed: { years: 1, cases: 3 } });
    expect(last.data).toEqual((await client.get(`/v1/audit/runs/${id}`)).json());

    // Whoever comes late gets the end at once; whoever has it is not told again.
    expect((await eventsOf(id)).events).toEqual([last]);
    expect(await eventsOf(id, last.id)).toMatchObject({ status: 204, events: [] });
    const result = await client.get(`/v1/audit/runs/${id}/result`);
    expect(result.json()).toMatchObject({ clean: true, findings: [], recomputed: { years: 1, cases: 3 } });
    expect((await client.get('/v1/audit/status')).json<AuditStatus>().runs.last.verify?.id).toBe(id);
    expect(refusalOf(await client.get(`/v1/audit/runs/${id}/result?format=csv`)).paths).toEqual(['format']);
    expect(refusalOf(await client.post(`/v1/audit/runs/${id}/cancel`, { operatorCode: 'OP-9' })).code).toBe('run-over');
  });

  test('what-if: cancelled under way; the next one gives what the other rules would have cost', async () => {
    const cancelled = await run({ kind: 'what-if', lines: ['fifth-line.limitBp=500,600,700,800'] });
    const next = await run({ kind: 'what-if', lines: ['fifth-line.limitBp=500'], to: '2018-03-31' });
    expect([cancelled.state, next.state, next.ahead]).toEqual(['running', 'queued', 1]);
    const early = await client.get(`/v1/audit/runs/${next.id}/result`);
    expect(refusalOf(early).code).toBe('run-not-over');
    expect(early.headers['retry-after']).toMatch(/^\d+$/);
    const answer = await client.post(`/v1/audit/runs/${cancelled.id}/cancel`, { operatorCode: 'OP-8' });
    expect(answer.json()).toMatchObject({ state: 'cancelled', operatorCode: 'OP-9', cancelledBy: 'OP-8', formats: [] });
    expect((await eventsOf(cancelled.id)).events.map(({ event }) => event)).toEqual(['cancelled']);
    expect(refusalOf(await client.get(`/v1/audit/runs/${cancelled.id}/result`)).code).toBe('run-without-result');

    expect((await eventsOf(next.id)).events.at(-1)?.event).toBe('done');
    const [comparison] = (await client.get(`/v1/audit/runs/${next.id}/result`)).json<{ cases: number; payers: object[] }[]>();
    expect(comparison!.cases).toBe(1);
    // 5 % of 52 000.00 in place of 10 %: the fifth line pays 2 600.00 more.
    expect(comparison!.payers).toContainEqual({ payer: 'fifth-line', recordedFen: 116_850, otherFen: 376_850 });
    expect(comparison!.payers).toContainEqual({ payer: 'patient', recordedFen: 520_000, otherFen: 260_000 });
    const figures = await client.get(`/v1/audit/runs/${next.id}/result?format=csv`);
    expect(figures.text).toContain('fifth-line.limitBp=500,payerFen,fifth-line,116850,376850');
    expect((await client.get(`/v1/audit/runs/${next.id}/result?format=svg`)).headers['content-type']).toContain('image/svg+xml');
  });

  test('checks: the pages of what was asked for, as JSON, CSV and XLSX', async () => {
    const { id } = await run({
      kind: 'checks',
      only: ['advance-unpaid', 'split-stay'],
      parameters: { 'split-stay': { withinDays: 60 } },
    });
    const last = (await eventsOf(id)).events.at(-1)!.data;
    expect([last.state, last.clean, last.formats]).toEqual(['done', false, ['json', 'csv', 'xlsx']]);
    const pages = (await client.get(`/v1/audit/runs/${id}/result`)).json<{ id: string; count: number }[]>();
    expect(pages.map(({ id: check }) => check)).toEqual(['split-stay', 'advance-unpaid']);
    expect(last.summary).toEqual({ checks: pages.map(({ id: check, count }) => ({ id: check, count })) });
    const csv = await client.get(`/v1/audit/runs/${id}/result?format=csv&check=advance-unpaid`);
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(1 + pages[1]!.count);
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    const xlsx = await request(`${system.url}/v1/audit/runs/${id}/result?format=xlsx&check=split-stay`);
    expect(
      Buffer.from(await xlsx.body.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    expect(refusalOf(await client.get(`/v1/audit/runs/${id}/result?format=csv&check=over-cap`)).code).toBe('not-found');
    expect(refusalOf(await client.get(`/v1/audit/runs/${id}/result?format=csv`)).paths).toEqual(['check']);
  });

  test('what cannot be run is refused before it is begun', async () => {
    const kept = (await client.get('/v1/audit/runs')).json<{ items: RunView[] }>().items.length;
    const answer = await client.post('/v1/audit/runs', { kind: 'what-if', lines: ['fifth-line.limit=1'] });
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'invalid-body', paths: ['operatorCode'] });
    const bad = await client.post('/v1/audit/runs', { kind: 'what-if', operatorCode: 'OP-9', packs: ['id: 1'] });
    expect(refusalOf(bad)).toMatchObject({ status: 422, code: 'pack-invalid' });
    expect((await client.get('/v1/audit/runs')).json<{ items: RunView[] }>().items).toHaveLength(kept);
  });

  test('more than can wait is told to come again', async () => {
    const answers: Answer[] = [];
    for (let n = 0; n < 20; n++) answers.push(await client.post('/v1/audit/runs', { kind: 'verify', operatorCode: 'OP-9' }));
    const refused = answers.filter(({ status }) => status !== 202);
    expect(refused.length).toBeGreaterThan(0);
    expect(refusalOf(refused[0]!)).toEqual({ status: 429, code: 'audit-busy', paths: [] });
    expect(refused[0]!.headers['retry-after']).toMatch(/^\d+$/);
    for (const answer of answers.filter(({ status }) => status === 202))
      await client.post(`/v1/audit/runs/${answer.json<RunView>().id}/cancel`, { operatorCode: 'OP-9' });
    expect((await client.get('/v1/audit/status')).json<AuditStatus>().runs).toMatchObject({ running: null, queued: 0 });
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    '%s under way: afterwards the run has failed and says so; its readers are not left waiting',
    async (signal) => {
      const { id } = await run({ kind: 'verify' });
      const reading = eventsOf(id).then(
        () => 'ended',
        () => 'broken off',
      );
      await system.end(signal);
      expect(['ended', 'broken off']).toContain(await reading);
      await client.close();
      await start();
      const { state, failure } = (await client.get(`/v1/audit/runs/${id}`)).json<RunView>();
      expect(state).toBe('failed');
      expect(failure).toContain('start it again');
      const queued = (await client.get('/v1/audit/status')).json<AuditStatus>().runs;
      expect([queued.running, queued.queued]).toEqual([null, 0]);
    },
  );
});
