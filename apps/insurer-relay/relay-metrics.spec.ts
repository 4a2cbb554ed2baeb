/** What the operator's curves are drawn from: who publishes, how late facts come out, how long a year has been held back. */
import { Metrics } from '@oss/host';
import { RelayMetrics, type RelayState } from './relay-metrics';

const NOW = Date.parse('2018-05-01T00:10:00.000Z');
const held = (since: string) => ({ stream: `benefit-year-${'a'.repeat(32)}-2018`, from: 3, since, awaits: ['z/2'] });

async function valuesOf(state: RelayState): Promise<Record<string, number>> {
  const metrics = new Metrics();
  const told = new RelayMetrics(
    metrics,
    () => state,
    () => NOW,
  );
  const checkpoint = { position: 42n, held: [], log: null };
  const messages = [{ topic: 'settlement.events.v1', message: { value: '{}' } }];
  // One fact two seconds old, one by a clock that is ahead of ours.
  told.published({ messages, checkpoint, recordedAt: [NOW - 2_000, NOW + 500], spans: [], empty: false }, NOW);
  const lines = (await metrics.registry.metrics()).matchAll(/^oss_relay_(\w+?)(?:\{le="2.5"\})? (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, Number(value)]));
}

const PUBLISHED = { published_total: 1, position: 42, lag_seconds_bucket: 2, lag_seconds_sum: 2, lag_seconds_count: 2 };

test('an active relay, two years held back: the older one counts', async () => {
  const years = [held('2018-05-01T00:09:00.000Z'), held('2018-05-01T00:00:00.000Z')];
  expect(await valuesOf({ active: true, refused: false, held: years })).toEqual({
    ...PUBLISHED,
    active: 1,
    refused: 0,
    held_years: 2,
    oldest_held_seconds: 600,
  });
});

test("a relay that was refused another log's checkpoint, and holds nothing", async () => {
  expect(await valuesOf({ active: false, refused: true, held: [] })).toEqual({
    ...PUBLISHED,
    active: 0,
    refused: 1,
    held_years: 0,
    oldest_held_seconds: 0,
  });
});
