/**
 * Writes the golden history through the real system, as NDJSON: a small county's year, a case that was stuck and mended, and
 * a year of corrections. Run by hand (README.md beside this file); a file that exists is never written over.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { collect, type RecordedEvent } from '@oss/event-store';
import { nudge } from '@oss/host';
import { BENEFIT_YEAR_PREFIX, BENEFIT_YEAR_TURNS, SETTLEMENT_COMPLETED, settlementIdOf } from '@oss/settlement';
import { until } from '../contract/samples';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, inScopeBill, madeUpPerson, mixedBill } from '../support/county';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { Scene, yearsIn } from '../support/payers-on-a-store';
import { access } from './access';
import { audit } from './audit';
import { corrections } from './corrections';
import { lineOf } from '../support/stored-log';

const PROVINCE = '520102';
const SUMMARY = { totalFen: 1_000_000, summary: { outOfCatalogueFen: 100_000, overLimitFen: 50_000, firstSelfPayFen: 33_333 } };
const OVER_LIMIT = {
  invoiceNo: 'F-2018-0001',
  totalFen: 300_005,
  lines: [
    { code: 'XA02BC', name: '甲类药', class: 'A' as const, amountFen: 100_000, overLimitFen: 12_345 },
    { code: 'XN06BX', class: 'B' as const, amountFen: 200_005, firstSelfPayBp: 1_500, overLimitFen: 5 },
  ],
};

const SCENES = { county, stuck, corrections, audit, access } as const;

async function main(): Promise<void> {
  const [, , directory, number, ...names] = process.argv;
  const known = names.filter((name): name is keyof typeof SCENES => name in SCENES);
  if (directory === undefined || !/^\d+$/.test(number ?? '') || known.length === 0 || known.length < names.length) {
    throw new Error(`usage: node dist/test/stored-events/generate.js test/stored-events NUMBER ${Object.keys(SCENES).join('|')} …`);
  }
  const files = known.map((name) => [name, resolve(directory, `${number}-${name}.ndjson`)] as const);
  for (const [, file] of files) if (existsSync(file)) throw new Error(`${file} exists: stored events only grow, take the next number`);
  for (const [name, file] of files) write(file, await SCENES[name]());
}

function write(file: string, events: readonly RecordedEvent[]): void {
  writeFileSync(file, events.map((event) => `${lineOf(event)}\n`).join(''));
  process.stdout.write(`${file}: ${events.length} events, ${[...new Set(events.map(({ type }) => type))].join(', ')}\n`);
}

/** Everything that HTTP can bring about, in every stored form. */
async function county(): Promise<RecordedEvent[]> {
  const { path, remove } = freshDirectory();
  const clock = new SetClock('2023-12-31T01:00:00.000Z');
  const system = await inProcess({ dataDir: path, clock, policyDir: join(__dirname, '../e2e/packs') });
  try {
    await register(system);
    await settle(system, clock);
    await system.client.post('/v1/registry/persons/erasure', { idNumber: madeUpPerson(904).idNumber, reason: '本人申请', operatorCode: 'OP-2' });
    return await collect(system.store.readAll());
  } finally {
    await system.stop();
    remove();
  }
}

const POOR = madeUpPerson(901, { category: 'registered-poor' });
const ORDINARY = madeUpPerson(902, { cover: { from: '2018-01-01', to: '2019-12-31', premiumPaidBy: 'person' } });
const LOW = madeUpPerson(903, { region: PROVINCE, category: 'low-income', approvedDiseases: [{ icd10: 'N18.0', from: '2019-01-01', to: '2019-12-31' }] });
const LATER_ERASED = madeUpPerson(904, { category: 'destitute' });
const MARGINAL = madeUpPerson(905, { region: '500112', category: 'marginal' });

async function register({ client }: System): Promise<void> {
  const own = { name: '测试省某医院', region: PROVINCE, level: 2, designated: true } as const;
  await client.registerHospitals({ ...HOSPITALS, GZ2: own, GZPLAIN: { ...own, designated: false } });
  for (const person of [POOR, ORDINARY, LOW, LATER_ERASED, MARGINAL]) await client.register(person);
  await client.put('/v1/registry/persons', {
    ...ORDINARY,
    categories: [{ category: 'disabled', from: '2019-01-01', to: '2019-06-30' }],
    diedOn: '2019-12-31',
    memberNos: { 'basic-insurance': 'M-1' },
  });
}

async function settle({ client }: System, clock: SetClock): Promise<void> {
  const province = (encounterNo: string, choice: object, hospitalCode = 'GZ2') => ({ ...dischargeOf(LOW, { dischargedOn: '2019-05-10', ...choice, encounterNo }), hospitalCode });
  const visit = { type: 'outpatient-chronic' as const, chronicDisease: 'N18.0', diagnoses: ['N18.0', 'I10'] };
  const discharges = [
    dischargeOf(POOR, { encounterNo: 'S-1', admittedOn: '2018-03-07', bill: EXAMPLE_BILL }),
    dischargeOf(POOR, { encounterNo: 'S-2', hospital: 'H3', bill: OVER_LIMIT, diagnoses: ['C16.9', 'E11.9'] }),
    dischargeOf(POOR, { encounterNo: 'S-3', bill: SUMMARY }),
    dischargeOf(POOR, { encounterNo: 'S-4', hospital: 'HPROVINCE', transfer: 'referred', bill: mixedBill(1_000_000, 800_000, 200_000) }),
    dischargeOf(POOR, { encounterNo: 'S-5', hospital: 'H1', bill: inScopeBill(30_000_000) }),
    dischargeOf(POOR, { encounterNo: 'S-6', dischargedOn: '2019-01-01', admittedOn: '2018-12-20', bill: { totalFen: 0, lines: [] } }),
    dischargeOf(ORDINARY, { encounterNo: 'S-7', hospital: 'H3', bill: inScopeBill(9_000_001) }),
    dischargeOf(LATER_ERASED, { encounterNo: 'S-8', bill: mixedBill(333_333, 77_777, 1) }),
    dischargeOf(MARGINAL, { encounterNo: 'S-9', hospital: 'CQ1', dischargedOn: '2023-05-01', bill: inScopeBill(5_000_000) }),
    province('S-10', { bill: mixedBill(1_200_000, 600_000, 200_000) }),
    province('S-11', { bill: inScopeBill(500_000), diagnoses: ['K35.8'] }),
    province('S-12', { bill: mixedBill(500_000, 0, 100_000), diagnoses: ['H25.1'], dischargedOn: '2019-08-02' }),
    province('S-13', { bill: mixedBill(90_000, 0, 10_000) }, 'GZPLAIN'),
    province('S-14', { ...visit, bill: inScopeBill(10_000) }),
  ];
  for (const [index, body] of discharges.entries()) {
    clock.set(new Date(Date.parse('2023-12-31T01:00:00.000Z') + index * 61_001).toISOString());
    await client.settle(body);
  }
}

/** A decision that threw, was reported, mended, and asked for again. */
async function stuck(): Promise<RecordedEvent[]> {
  const scene = await Scene.open();
  const broken = settlementIdOf('H', 'STUCK');
  let mended = false;
  try {
    scene.startActors({
      ...BENEFIT_YEAR_TURNS,
      decide: (year, actor, packOf) => {
        if (!mended && actor === 'critical-illness' && year.open[0]?.settlementId === broken) throw new Error('made to fail');
        return BENEFIT_YEAR_TURNS.decide(year, actor, packOf);
      },
    });
    await scene.enter(scene.taker(), { person: 1, category: 'low-income', level: 2, totalFen: 4_000_000 }, 'STUCK');
    await until(async () => (await scene.store.listParked()).length > 0);
    mended = true;
    for (const stream of yearsIn(await scene.events())) await nudge(scene.store, stream, 'critical-illness');
    await until(async () => (await scene.events()).some(({ type, stream }) => type === SETTLEMENT_COMPLETED && stream.startsWith(BENEFIT_YEAR_PREFIX)));
    return await scene.events();
  } finally {
    await scene.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
