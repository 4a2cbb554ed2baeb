/** The audit inside the whole system, under way: it signs while bills are settled, verifies beside it, and goes on after a restart. */
import { readdirSync } from 'node:fs';
import { LogCheckpoints } from '../../apps/audit/audit.module';
import { auditDirectory, checkpointsFile, logVerifierKey } from '../../apps/audit/checkpoints/audit-files';
import { verify, type VerifyReport } from '../../apps/audit/verify/verify';
import { dischargeOf, HOSPITALS, madeUpPerson, mixedBill } from '../support/county';
import { assertHistory } from '../support/history';
import { freshDirectory, inProcess, type System } from '../support/in-process';

jest.setTimeout(60_000);
const directory = freshDirectory();
const PERSONS = 6;
const ROUNDS = 5;
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path });
  await system.client.registerHospitals(HOSPITALS);
  for (let n = 0; n < PERSONS; n++) await system.client.register(madeUpPerson(n, n % 2 === 0 ? { category: 'low-income' } : {}));
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

function verified(): Promise<VerifyReport> {
  const auditDir = auditDirectory(directory.path);
  const key = logVerifierKey(auditDir);
  return verify({
    dataDir: directory.path,
    auditDir,
    key,
    checkpointFiles: [checkpointsFile(auditDir)],
    selection: {},
    threads: 1,
  });
}

/** Shares of each settlement: as many as the county's chain has lines. */
let lines = 0;

async function settleRound(round: number): Promise<void> {
  const bill = mixedBill(1_000_000 + round, 200_001, 30_000);
  const stays = Array.from({ length: PERSONS }, (_, n) =>
    dischargeOf(madeUpPerson(n, n % 2 === 0 ? { category: 'low-income' } : {}), { encounterNo: `A${round}-${n}`, bill }),
  );
  const settled = await Promise.all(stays.map((stay) => system.client.settle(stay)));
  lines = settled[0]!.shares.length;
}

const alarm = async (): Promise<string | undefined> =>
  /^oss_audit_alarm (\d)$/m.exec((await system.client.get('/metrics')).text)?.[1];

test('while bills are settled and checkpoints signed, every verification is clean', async () => {
  const settling = (async () => {
    for (let round = 0; round < ROUNDS; round++) await Promise.all([settleRound(round), system.app.get(LogCheckpoints).sign()]);
  })();
  const reports: VerifyReport[] = [];
  for (let run = 0; run < 3; run++) reports.push(await verified());
  await settling;
  expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
  expect(await alarm()).toBe('0');
});

test('at rest everything is vouched for, and all cases are derived again', async () => {
  await system.app.get(LogCheckpoints).sign();
  const { clean, events, vouched, recomputed, underway } = await verified();
  const cases = PERSONS * ROUNDS;
  expect({ clean, left: events - (vouched?.place ?? 0), recomputed, underway }).toEqual({
    clean: true,
    left: 1,
    recomputed: { years: PERSONS, cases, compared: cases * (lines + 2) },
    underway: { accepted: 0, recorded: 0 },
  });
  expect(readdirSync(auditDirectory(directory.path)).sort()).toEqual(['checkpoints.txt', 'leaves.bin', 'log.vkey']);
});

test('after a restart it goes on, and signs nothing for a checkpoint alone', async () => {
  const before = (await verified()).checkpoints;
  await system.stop();
  system = await inProcess({ dataDir: directory.path });
  await system.app.get(LogCheckpoints).sign();
  expect((await verified()).checkpoints).toBe(before);
  await settleRound(ROUNDS);
  await system.app.get(LogCheckpoints).sign();
  expect(await verified()).toMatchObject({ clean: true, checkpoints: before + 1 });
});
