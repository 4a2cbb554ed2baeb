/**
 * The audit app as a process of its own on KurrentDB (its double): it signs what the system settles, the auditor's commands
 * read the shared log, and neither a second process on its files nor one without the log's key signs anything.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { SettlementView } from '@oss/settlement';
import { type CommandResult, runCommand } from '../support/command';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { type RealProcess, startProcess } from '../support/real-process';

jest.setTimeout(180_000);
const directories = Array.from({ length: 3 }, freshDirectory);
const [system$, audit$, other$] = directories.map(({ path }) => path) as [string, string, string];
let double: KurrentDbDouble;
let system: System;
let audit: RealProcess;
let settlement: SettlementView;

const environment = (): Record<string, string> => ({
  EVENT_STORE: 'kurrentdb',
  KURRENTDB_URL: double.url(),
  AUDIT_CHECKPOINT_SECONDS: '1',
});
const start = (dataDir: string): Promise<RealProcess> => startProcess(dataDir, environment(), 'audit/service');
const command = (...args: string[]): Promise<CommandResult> =>
  runCommand('apps/audit/main.js', args, { ...environment(), DATA_DIR: audit$ });

/** A metric of a process, once it is what is waited for. */
async function until({ url }: RealProcess, metric: string, isRight: (value: number) => boolean): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const value = new RegExp(`^${metric} (\\d+)$`, 'm').exec(text)?.[1];
    if (value !== undefined && isRight(Number(value))) return;
    await pause(50);
  }
}

beforeAll(async () => {
  double = await KurrentDbDouble.start();
  const clock = new SetClock('2018-04-01T08:00:00.000Z');
  system = await inProcess({ dataDir: system$, clock, kurrentdbUrl: double.url() });
  await system.client.registerHospitals(HOSPITALS);
  const person = madeUpPerson(1, { category: 'registered-poor' });
  await system.client.register(person);
  settlement = await system.client.settle(dischargeOf(person, { encounterNo: 'A-1', bill: EXAMPLE_BILL }));
  audit = await start(audit$);
});
afterAll(async () => {
  await audit.end('SIGTERM');
  await system.stop();
  double.stop();
  for (const directory of directories) directory.remove();
});

test('signs what was settled; verify, explain, prove and its check read the shared log', async () => {
  await until(audit, 'oss_audit_signed_events', (events) => events > 0);
  const verified = await command('verify', '--json');
  expect([verified.code, verified.stderr]).toEqual([0, '']);
  expect(JSON.parse(verified.stdout)).toMatchObject({ clean: true, checkpoints: 1, recomputed: { cases: 1 } });
  const replayed = await command('replay', settlement.settlementId, '--json');
  expect(JSON.parse(replayed.stdout)).toMatchObject({ settlement: { totalFen: 5_200_000, selfPayFen: 520_000 } });
  expect((await command('explain', settlement.settlementId)).code).toBe(0);
  const proof = join(audit$, 'proof.json');
  const proven = await command('prove', settlement.settlementId);
  writeFileSync(proof, proven.stdout);
  expect(proven.code).toBe(0);
  expect((await command('prove', '--check', proof)).code).toBe(0);
});

test('goes on after a kill, and signs what came meanwhile', async () => {
  await audit.end('SIGKILL');
  const person = madeUpPerson(2);
  await system.client.register(person);
  await system.client.settle(dischargeOf(person, { encounterNo: 'A-2', bill: EXAMPLE_BILL }));
  audit = await start(audit$);
  await until(audit, 'oss_audit_signed_events', (events) => events > 25);
  expect(JSON.parse((await command('verify', '--json')).stdout)).toMatchObject({ clean: true, checkpoints: 2 });
});

test('stops cleanly, its place saved', async () => {
  expect(await audit.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(audit.output()).not.toContain('failed');
  audit = await start(audit$);
});

test('a second process on the same files is refused; one without the log’s key raises the alarm and signs nothing', async () => {
  await expect(start(audit$)).rejects.toThrow(/keeper's files in .* already open for writing by another process/);
  const keyless = await start(other$);
  await until(keyless, 'oss_audit_alarm', (alarm) => alarm === 1);
  expect(keyless.output()).toContain("name the log's key with OSS_CHECKPOINT_KEY_FILE");
  expect(await keyless.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('a store that cannot be reached, or no address of one, is said: exit code 2, no password', async () => {
  const nowhere = await runCommand('apps/audit/main.js', ['verify'], { EVENT_STORE: 'kurrentdb' });
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('give KURRENTDB_URL with EVENT_STORE=kurrentdb')]);
  const misspelt = await runCommand('apps/audit/main.js', ['verify'], { EVENT_STORE: 'kurrent' });
  expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringContaining('must be embedded or kurrentdb')]);
  const wrong = await command('replay', '--totals', '--kurrentdb', 'postgres://user:secret@127.0.0.1');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('KurrentDB needs a connection string')]);
  expect(wrong.stderr).not.toContain('secret');
  const nothing = await command('replay', '--follow', '--after', '5', '--limit', '1');
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('no event of this log stands at 5')]);
  const help = await command('verify', '--help');
  expect([help.code, help.stdout.includes('--kurrentdb <url>'), help.stdout.includes(double.url())]).toEqual([0, true, false]);
});
