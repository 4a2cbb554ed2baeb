/**
 * The store's pipeline (append to acknowledged, with its checks, threads and answers) against a bare loop on node:sqlite in
 * one thread: the same rows in the same tables, in transactions of the size that the pipeline reached, equally durable.
 */
import { openEmbeddedStore } from '@oss/event-store';
import { median, spread } from '../figures';
import { type Figure, progress } from '../report';
import { temporaryDirectory } from '../server';
import { bareLoop } from './bare-loop';
import type { Plan } from './plan';
import { type Planned, plannedSettlements } from './planned-appends';

/** Settlements under way at once, each on streams of its own. */
const LANES = 256;
const WARM_UP_ROUNDS = 1;
const ROUNDS = 5;

interface Outcome {
  readonly eventsPerSecond: number;
  /** Events acknowledged together, on average: one transaction's worth. */
  readonly perCommit: number;
}

export async function storeCase(plan: Plan): Promise<Figure[]> {
  const settlements = plannedSettlements(plan.storeSettlements);
  const pipeline: Outcome[] = [];
  const bare = { full: [] as number[], writeOnly: [] as number[] };
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    const ours = await throughPipeline(settlements);
    const batch = Math.max(1, Math.round(ours.perCommit));
    const full = bareLoop(temporaryDirectory(), settlements, batch, 'serialise, hash and write');
    const writeOnly = bareLoop(temporaryDirectory(), settlements, batch, 'write');
    progress(
      `store: ${Math.round(ours.eventsPerSecond)} events/s in commits of ${batch}; bare loop ${Math.round(full)}, writing only ${Math.round(writeOnly)}`,
    );
    if (round < WARM_UP_ROUNDS) continue;
    pipeline.push(ours);
    bare.full.push(full);
    bare.writeOnly.push(writeOnly);
  }
  const rates = pipeline.map(({ eventsPerSecond }) => eventsPerSecond);
  const against = (other: readonly number[]): number[] => rates.map((rate, index) => rate / other[index]!);
  const batch = Math.round(median(pipeline.map(({ perCommit }) => perCommit)));
  const row = (name: string, values: readonly number[]): Figure => ({
    case: 'store',
    name,
    value: median(values),
    unit: '/s',
    spread: spread(values),
  });
  return [
    {
      ...row('events appended durably by the pipeline', rates),
      note: `appends of 1 and of 6 events, ${LANES} settlements at once, ${batch} events per commit`,
    },
    row('bare loop: serialise, hash, write the same rows', bare.full),
    row('bare loop: write them only', bare.writeOnly),
    {
      case: 'store',
      name: 'pipeline / bare loop',
      value: median(against(bare.full)),
      unit: '×',
      aim: { is: 'at least', value: 0.5 },
      spread: spread(against(bare.full)),
    },
    {
      case: 'store',
      name: 'pipeline / writing only',
      value: median(against(bare.writeOnly)),
      unit: '×',
      aim: { is: 'at least', value: 0.3 },
      spread: spread(against(bare.writeOnly)),
    },
  ];
}

async function throughPipeline(settlements: readonly Planned[]): Promise<Outcome> {
  const store = await openEmbeddedStore({ directory: temporaryDirectory() });
  let commits = 0;
  let counted = false;
  // The appends of one commit are acknowledged in one turn of the event loop.
  const acknowledged = (): void => {
    if (counted) return;
    counted = true;
    commits += 1;
    setImmediate(() => (counted = false));
  };
  let next = 0;
  let events = 0;
  const lane = async (): Promise<void> => {
    for (let settlement = settlements[next++]; settlement !== undefined; settlement = settlements[next++]) {
      for (const { stream, expected, events: facts } of settlement.appends) {
        await store.append(stream, expected, facts);
        acknowledged();
        events += facts.length;
      }
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: LANES }, lane));
  const seconds = (performance.now() - began) / 1_000;
  await store.close();
  return { eventsPerSecond: events / seconds, perCommit: events / commits };
}
