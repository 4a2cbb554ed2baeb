/** A bill of a day after the registered death is settled like any other: finding it is the auditors' work, not the window's. */
import { dischargeOf, HOSPITALS, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess } from '../support/in-process';

test('a discharge after the day of death is not refused', async () => {
  const directory = freshDirectory();
  const system = await inProcess({ dataDir: directory.path });
  await system.client.registerHospitals(HOSPITALS);
  const person = madeUpPerson(1, { category: 'low-income', diedOn: '2018-03-01' });
  await system.client.register(person);
  const answer = await system.client.discharge(dischargeOf(person, { encounterNo: 'D-1', dischargedOn: '2018-03-19' }));
  expect([answer.status, answer.json()]).toMatchObject([201, { status: 'completed', totalFen: 1_000_000 }]);
  await system.stop();
  directory.remove();
});
