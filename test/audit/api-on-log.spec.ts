/** The audit API where the log is looked at closely: its checkpoints with cosignatures, and a log that was tampered with. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { collect } from '@oss/event-store';
import { benefitYearStream, type SettlementView } from '@oss/settlement';
import { CheckpointList } from '../../apps/audit/api/checkpoint-list';
import type { AuditStatus } from '../../apps/audit/api/status.controller';
import { LogCheckpoints } from '../../apps/audit/audit.module';
import { auditDirectory } from '../../apps/audit/checkpoints/audit-files';
import { cosign, withCosignatures } from '../../apps/audit/notes/cosignature';
import { drawSecret, LOG_KEY, signingKey, WITNESS_KEY } from '../../apps/audit/notes/note-keys';
import { noteText, parseNote } from '../../apps/audit/notes/signed-note';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, madeUpPerson } from '../support/county';
import { refusalOf } from '../support/http-client';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { AuditedStore } from './audited-store';
import { changeText, sealAgain } from './forger';

jest.setTimeout(60_000);

describe('checkpoints of a log', () => {
  let store: AuditedStore;
  beforeAll(async () => {
    store = await AuditedStore.settled();
  });
  afterAll(() => store.close());

  const sizes = (): number[] => store.checkpoints.map(({ size }) => size).reverse();
  const list = (key = store.key): CheckpointList => new CheckpointList(store.scene.store, auditDirectory(store.directory), key);

  test('newest first, page by page, each signed by the log', async () => {
    const first = await list().page(null, 2);
    const rest = await list().page(Number(first.next), 2);
    expect([...first.items, ...rest.items].map(({ size, signatureHolds }) => [size, signatureHolds])).toEqual(
      sizes().map((size) => [size, true]),
    );
    expect([first.next, rest.next]).toEqual(['0', null]);
    expect(BigInt(first.items[0]!.position)).toBe(BigInt(first.items[0]!.size));
  });

  test('each by its size, and none of another', async () => {
    for (const size of sizes()) expect((await list().ofSize(size))?.size).toBe(size);
    for (const size of [0, sizes()[0]! - 1, 1_000_000]) expect(await list().ofSize(size)).toBeNull();
  });

  test('one that another key should have signed is told', async () => {
    const { name } = store.key;
    expect((await list(signingKey(name, LOG_KEY, drawSecret())).last())?.signatureHolds).toBe(false);
  });

  test('carries the cosignatures of the copies at hand, with the time that each states; nonsense among them is left out', async () => {
    const [newest] = store.checkpoints.slice(-1);
    const witness = signingKey('witness.example/office', WITNESS_KEY, drawSecret());
    const { note } = newest!;
    const copy = withCosignatures(note, [{ body: note.body, signatures: [cosign(note.body, 1_545_000_000, witness)] }]);
    writeFileSync(join(auditDirectory(store.directory), 'cosigned.txt'), `${copy}\nno note\n\n`);
    const view = (await list().last())!;
    expect(view.cosignatures).toEqual([{ name: witness.name, keyId: witness.id, at: '2018-12-16T22:40:00.000Z' }]);
    expect(view.note).toBe(copy);
    expect(noteText(parseNote(view.note))).toBe(copy);
    expect((await list().ofSize(sizes()[1]!))?.cosignatures).toEqual([]);
  });
});

describe('a log that was tampered with', () => {
  const directory = freshDirectory();
  const persons = [madeUpPerson(1, { category: 'registered-poor' }), madeUpPerson(2)];
  let system: System;
  let changed: SettlementView;
  let intact: SettlementView;
  let unsigned: SettlementView;

  beforeAll(async () => {
    system = await inProcess({ dataDir: directory.path });
    await system.client.registerHospitals(HOSPITALS);
    const [key = ''] = [await system.client.register(persons[0]!), await system.client.register(persons[1]!)];
    changed = await system.client.settle(dischargeOf(persons[0]!, { encounterNo: 'T1', bill: EXAMPLE_BILL }));
    intact = await system.client.settle(dischargeOf(persons[1]!, { encounterNo: 'T2' }));
    await system.app.get(LogCheckpoints).sign();
    unsigned = await system.client.settle(dischargeOf(persons[1]!, { encounterNo: 'T3' }));
    const year = await collect(system.store.readStream(benefitYearStream(key, '2018')));
    const share = year.find(({ text }) => text.includes('"paidFen":116850'))!;
    await system.stop();
    tamper(Number(share.position));
    system = await inProcess({ dataDir: directory.path });
    await system.app.get(LogCheckpoints).sign();
  });
  afterAll(async () => {
    await system.stop();
    directory.remove();
  });

  /** One fen more for the patient's sake, all chains sealed again, and the tree's place forgotten. */
  function tamper(position: number): void {
    const db = new DatabaseSync(join(directory.path, 'events.sqlite'));
    db.exec(changeText(position, '"paidFen":116850', '"paidFen":116851'));
    db.exec("DELETE FROM checkpoints WHERE name = 'audit-tree'");
    db.close();
    sealAgain(directory.path, position);
  }

  const proof = (id: string): ReturnType<System['client']['get']> => system.client.get(`/v1/audit/settlements/${id}/proof`);

  test('raises the alarm and says why', async () => {
    const { alarm, lastCheckpoint } = (await system.client.get('/v1/audit/status')).json<AuditStatus>();
    expect(alarm.raised).toBe(true);
    expect(alarm.message).toContain('stands where another event stood');
    expect(lastCheckpoint).not.toBeNull();
  });

  test('what was signed is still proven; what was not never will be, and nobody is told to wait for it', async () => {
    expect((await proof(intact.settlementId)).status).toBe(200);
    const answer = await proof(unsigned.settlementId);
    expect([refusalOf(answer), answer.headers['retry-after']]).toEqual([
      { status: 409, code: 'log-contradicts', paths: [] },
      undefined,
    ]);
  });

  test('what was changed is under no checkpoint, and its amounts do not close', async () => {
    expect(refusalOf(await proof(changed.settlementId)).code).toBe('log-contradicts');
    const answer = await system.client.get(`/v1/audit/settlements/${changed.settlementId}/explanation`);
    expect(refusalOf(answer).code).toBe('log-contradicts');
  });
});
