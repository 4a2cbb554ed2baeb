/** The curves' counters: every fen of a completion has one bearer, and what was settled before the start is not counted. */
import { Metrics } from '@oss/host';
import { SETTLEMENT_COMPLETED } from '@oss/settlement';
import { SettledTally } from './settled-tally';

const START = Date.parse('2018-04-01T08:00:00.000Z');
/** 1 000 000 fen: 600 000 + 200 000 by payers, 50 000 by the hospital (30 000 of it as a line), 150 000 by the patient. */
const data = {
  hospitalFen: 50_000,
  selfPayFen: 150_000,
  shares: [
    { line: 'basic', payer: 'basic-insurance', paidFen: 600_000 },
    { line: 'waiver', payer: 'hospital', paidFen: 30_000 },
    { line: 'assistance', payer: 'medical-assistance', paidFen: 150_000 },
    { line: 'tilt', payer: 'medical-assistance', paidFen: 50_000 },
  ],
  totalFen: 1_000_000,
};

async function counted(recordedAt: string, type = SETTLEMENT_COMPLETED): Promise<unknown> {
  const metrics = new Metrics();
  new SettledTally(metrics, START).take({ type, recordedAt, data });
  const valuesOf = async (name: string) => (await metrics.registry.getSingleMetric(name)!.get()).values;
  const fen = (await valuesOf('oss_settled_fen_total')).map(({ labels, value }) => [labels['bearer'], value]);
  return { settlements: (await valuesOf('oss_settlements_completed_total'))[0]!.value, fen };
}

test('every fen is counted once, by who bears it', async () => {
  expect(await counted('2018-04-01T08:00:00.000Z')).toEqual({
    settlements: 1,
    fen: [
      ['patient', 150_000],
      ['hospital', 50_000],
      ['basic-insurance', 600_000],
      ['medical-assistance', 200_000],
    ],
  });
});

test('neither the past nor other facts are counted', async () => {
  expect(await counted('2018-04-01T07:59:59.999Z')).toEqual({ settlements: 0, fen: [] });
  expect(await counted('2018-04-01T08:00:00.000Z', 'DischargeRecorded')).toEqual({ settlements: 0, fen: [] });
});
