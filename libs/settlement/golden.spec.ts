/** The issue's own worked example and the municipality's, to the fen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPack } from '@oss/policy';
import { settleAlone, type AloneInput } from './settle-alone';
const load = (f: string) => ({ pack: readPack(readFileSync(join(__dirname, '../policy/packs', f), 'utf8'), f), digest: 'd' });
test('fuliang', () => {
  const input: AloneInput = {
    today: '2026-01-01', pack: load('360222-fuliang-2018.yaml'),
    hospital: { level: 2, region: '360222', designated: true },
    person: { personKey: 'a'.repeat(32), region: '360222', cover: { from: '2018-01-01', premiumPaidBy: 'subsidy' }, categories: [{ category: 'registered-poor', from: '2016-01-01' }], approvedDiseases: [], birthDate: '1955-03-07' },
    discharge: { hospitalCode: 'H1', encounterNo: '1', region: '360222', care: { type: 'inpatient', admittedOn: '2018-03-07', dischargedOn: '2018-03-19', diagnoses: ['C16.9'], transfer: 'none' },
      bill: { totalFen: 5200000, lines: [ { code: 'a', class: 'A', amountFen: 3000000 }, { code: 'b', class: 'B', amountFen: 2000000, firstSelfPayBp: 1000 }, { code: 'c', class: 'C', amountFen: 200000 } ] } },
  };
  const r = settleAlone(input);
  console.log(JSON.stringify(r, null, 1));
  if ('refused' in r) throw new Error();
  expect(r.settled.shares.map((s) => s.paidFen)).toEqual([3840000, 170500, 552650, 116850]);
  expect(r.settled.selfPayFen).toBe(520000);
  const t = performance.now(); const N = 100000;
  for (let i = 0; i < N; i++) settleAlone(input);
  console.log('cases/s', N / (performance.now() - t) * 1000);
});
