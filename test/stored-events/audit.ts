/** What other offices report and what the audit app signs, for the golden history: payments, lists of people, a checkpoint. */
import { collect, type RecordedEvent } from '@oss/event-store';
import { LogCheckpoints } from '../../apps/audit/audit.module';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess, SetClock } from '../support/in-process';

const PAYMENT = { payer: 'basic-insurance', hospitalCode: 'H2', month: '2018-03', paidFen: 800_000, paidOn: '2018-04-20', operatorCode: 'OP-8' };

export async function audit(): Promise<RecordedEvent[]> {
  const { path, remove } = freshDirectory();
  const system = await inProcess({ dataDir: path, clock: new SetClock('2018-07-01T01:00:00.000Z') });
  const { client } = system;
  const poor = madeUpPerson(931, { category: 'low-income' });
  const list = { region: poor.region, date: '2018-06-30', headCount: 2, operatorCode: 'OP-8' };
  try {
    await client.registerHospitals(HOSPITALS);
    await client.register(poor);
    await client.settle(dischargeOf(poor, { encounterNo: 'A-1', bill: inScopeBill(1_000_000) }));
    const answers = [
      await client.post('/v1/clearing/payments', PAYMENT),
      await client.post('/v1/clearing/payments', { ...PAYMENT, paymentNo: '2018-0077' }),
      await client.post('/v1/registry/lists/register', { ...list, members: [poor.idNumber] }),
      await client.post('/v1/registry/lists/insurance', list),
    ];
    for (const { status, text } of answers) if (status !== 201) throw new Error(`${status} ${text}`);
    await system.app.get(LogCheckpoints).sign();
    return await collect(system.store.readAll());
  } finally {
    await system.stop();
    remove();
  }
}
