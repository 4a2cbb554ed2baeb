/** A year with everything that can be corrected, and the clauses beyond the inpatient chain, for the golden history. */
import { collect, type RecordedEvent } from '@oss/event-store';
import { settlementIdOf } from '@oss/settlement';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { until } from '../contract/samples';
import { dischargeOf, type DischargeBody, HOSPITALS, inScopeBill, madeUpPerson, type PersonBody } from '../support/county';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';

const YEAR_END = '530102';
const PACKS = join(__dirname, 'packs');
const ORDER = { reason: '费用录入错误', operatorCode: 'OP-9', attempt: 1 };

const POOR = madeUpPerson(921, {
  category: 'registered-poor',
  approvedDiseases: [
    { icd10: 'N18.0', from: '2018-01-01' },
    { icd10: 'I11.9', from: '2018-01-01' },
  ],
});
const DISABLED: PersonBody = {
  ...madeUpPerson(922),
  categories: [
    { category: 'disabled', from: '2016-01-01' },
    { category: 'low-income', from: '2016-01-01' },
  ],
};
const LATE = madeUpPerson(923);
const YEARLY = madeUpPerson(924, { region: YEAR_END, category: 'low-income' });
const REHABILITATION = { totalFen: 300_000, lines: [
  { code: '340200020', name: '运动疗法', class: 'C' as const, amountFen: 200_000, overLimitFen: 10_000 },
  { code: 'ZZ0001', class: 'C' as const, amountFen: 100_000 },
] };

/** Reversals, a cascade, corrected bills, a late entitlement, a pack that replaces one, year-ends; chronic care, programmes, rehabilitation. */
export async function corrections(): Promise<RecordedEvent[]> {
  const { path, remove } = freshDirectory();
  const clock = new SetClock('2018-12-20T01:00:00.000Z');
  const system = await inProcess({ dataDir: path, clock, policyDir: PACKS });
  try {
    await system.client.registerHospitals({ ...HOSPITALS, YE2: { ...HOSPITALS.H2, region: YEAR_END } });
    for (const person of [POOR, DISABLED, LATE, YEARLY]) await system.client.register(person);
    await clauses(system);
    await correctedYear(system);
    await lateEntitlement(system);
    await yearEnds(system, clock);
    return await collect(system.store.readAll());
  } finally {
    await system.stop();
    remove();
  }
}

async function clauses({ client }: System): Promise<void> {
  const visit = (encounterNo: string, chronicDisease: string, totalFen: number): DischargeBody =>
    dischargeOf(POOR, { encounterNo, type: 'outpatient-chronic', chronicDisease, diagnoses: [chronicDisease], bill: inScopeBill(totalFen) });
  await client.settle(visit('G-V1', 'N18.0', 7_000_000));
  await client.settle(visit('G-V2', 'N18.0', 1_000_001));
  await client.settle(visit('G-V3', 'I11.9', 200_000));
  await client.settle(dischargeOf(POOR, { encounterNo: 'G-P1', hospital: 'H3', diagnoses: ['C16.9', 'N18.5'], bill: inScopeBill(2_000_001) }));
  await client.settle(dischargeOf(DISABLED, { encounterNo: 'G-R1', bill: REHABILITATION }));
}

async function correctedYear(system: System): Promise<void> {
  const { client } = system;
  const stays = ['C-1', 'C-2', 'C-3'].map((encounterNo, n) => dischargeOf(DISABLED, { encounterNo, bill: inScopeBill(3_000_000 + 7 * n) }));
  for (const stay of stays) await client.settle(stay);
  const first = stays[0]!;
  await ok(client.post(`/v1/settlements/${idOf(first)}/reversal`, { ...ORDER, cascade: true }));
  await settled(system, stays[2]!);
  await ok(client.post('/v1/discharges', { ...first, bill: inScopeBill(2_500_000), corrects: { settlementId: idOf(first), attempt: 1 } }));
  await ok(client.post(`/v1/settlements/${idOf(first)}/reversal`, { ...ORDER, attempt: 2 }));
}

async function lateEntitlement(system: System): Promise<void> {
  const { client } = system;
  const stays = ['L-1', 'L-2'].map((encounterNo) => dischargeOf(LATE, { encounterNo, bill: inScopeBill(4_000_000) }));
  for (const stay of stays) await client.settle(stay);
  await client.register({ ...LATE, categories: [{ category: 'registered-poor', from: '2018-01-01' }] });
  await ok(client.post(`/v1/settlements/${idOf(stays[0]!)}/resettlement`, ORDER));
  await settled(system, stays[1]!);
}

async function yearEnds(system: System, clock: SetClock): Promise<void> {
  const { client } = system;
  const stay = (encounterNo: string): DischargeBody => ({ ...dischargeOf(YEARLY, { encounterNo, bill: inScopeBill(100_000) }), hospitalCode: 'YE2' });
  await client.settle(stay('Y-1'));
  const content = parse(readFileSync(join(PACKS, '530102-year-end-2018.yaml'), 'utf8')) as Record<string, unknown>;
  const confirmed = { ...content, notes: ['县确认稿'] };
  await ok(client.post('/v1/policy/packs', { content: confirmed, operatorCode: 'OP-9', replaces: content['id'] }));
  await client.settle(stay('Y-2'));
  clock.set('2019-01-02T01:00:00.000Z');
  const run = { region: YEAR_END, year: '2018', operatorCode: 'OP-9' };
  await ok(client.post('/v1/year-ends', run));
  await client.settle(stay('Y-3'));
  await ok(client.post('/v1/year-ends', run));
}

const idOf = ({ hospitalCode, encounterNo }: DischargeBody): string => settlementIdOf(hospitalCode, encounterNo);

async function ok(answer: ReturnType<System['client']['post']>): Promise<void> {
  const { status, text } = await answer;
  if (status !== 200 && status !== 201) throw new Error(`${status} ${text}`);
}

async function settled({ client }: System, of: DischargeBody): Promise<void> {
  await until(async () => (await client.get(`/v1/settlements/${idOf(of)}`)).json<{ status: string }>().status === 'completed');
}
