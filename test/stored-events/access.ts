/** A settled case and somebody who looked at who the person is, for the golden history. */
import { collect, type RecordedEvent } from '@oss/event-store';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess, SetClock } from '../support/in-process';

const ACCESS = { accessId: '3b0f9a52-6b0e-4a53-9a86-0d7a1c5f2e10', operatorCode: 'AUDIT-7', reason: '县审计局年度抽查', persons: 1 };

export async function access(): Promise<RecordedEvent[]> {
  const { path, remove } = freshDirectory();
  const system = await inProcess({ dataDir: path, clock: new SetClock('2018-07-02T01:00:00.000Z') });
  const { client } = system;
  const poor = madeUpPerson(941, { category: 'low-income' });
  try {
    await client.registerHospitals(HOSPITALS);
    await client.register(poor);
    await client.settle(dischargeOf(poor, { encounterNo: 'I-1', bill: inScopeBill(1_000_000) }));
    const filters = { from: '2018-01-01', region: poor.region };
    const { status, text } = await client.post('/v1/registry/identity-accesses', { ...ACCESS, idNumbers: 'masked', filters });
    if (status !== 201) throw new Error(`${status} ${text}`);
    return await collect(system.store.readAll());
  } finally {
    await system.stop();
    remove();
  }
}
