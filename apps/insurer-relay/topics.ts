/** The topics that the relay writes, and the two of its own: one that says who is active, one that says how far it came. */
import { type KafkaTopic } from '@oss/host';
import type { Payer } from '@oss/policy';

export const SETTLEMENT_EVENTS_TOPIC = 'settlement.events.v1';
export const LEASE_TOPIC = 'relay.lease';
export const CHECKPOINT_TOPIC = 'relay.checkpoints';

/** Who has a view of his own. What the hospital bears stands in the settlement, and is paid to nobody. */
export const VIEWING_PAYERS = [
  'basic-insurance',
  'critical-illness',
  'supplementary-insurance',
  'medical-assistance',
  'fifth-line',
] as const satisfies readonly Payer[];
export type ViewingPayer = (typeof VIEWING_PAYERS)[number];

export function payerTopic(payer: ViewingPayer): string {
  return `settlement.${payer}.v1`;
}

/** One person's events stand in one partition, in order; persons spread over these. */
const PARTITIONS = 6;

/** Topics as they are made where they are absent; an operator who wants others makes them first. */
export const RELAY_TOPICS: readonly KafkaTopic[] = [
  { topic: SETTLEMENT_EVENTS_TOPIC, partitions: PARTITIONS },
  ...VIEWING_PAYERS.map((payer) => ({ topic: payerTopic(payer), partitions: PARTITIONS })),
  { topic: LEASE_TOPIC, partitions: 1 },
  // Only the last checkpoint counts: small segments, so that the ones before are soon compacted away.
  {
    topic: CHECKPOINT_TOPIC,
    partitions: 1,
    settings: { 'cleanup.policy': 'compact', 'segment.bytes': '1048576', 'min.cleanable.dirty.ratio': '0.1' },
  },
];
