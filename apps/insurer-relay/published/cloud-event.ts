/** CloudEvents 1.0, Kafka protocol binding, binary mode: attributes in headers, the data alone in the value. */
import type { Message } from 'kafkajs';

export const SETTLEMENT_SOURCE = '/one-stop-settlement';

export interface CloudEvent {
  /** Unique together with the source: the id of the stored fact. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The case (settlement id), or the year. */
  readonly subject: string;
  /** When the fact was recorded, RFC 3339 UTC. */
  readonly time: string;
  readonly personKey: string;
  readonly cascadeId?: string;
  /** W3C trace context (the CloudEvents extension for distributed tracing), where the settlement was traced. */
  readonly traceparent?: string;
  readonly data: object;
}

/** Where the schema of a type's data stands, beside the contract. */
export function schemaFile(type: string): string {
  return `schemas/${type}.json`;
}

/** Key = personKey, so that one person's events keep their order. */
export function kafkaMessage({ id, source, type, subject, time, personKey, cascadeId, traceparent, data }: CloudEvent): Message {
  return {
    key: personKey,
    value: JSON.stringify(data),
    timestamp: String(Date.parse(time)),
    headers: {
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: source,
      ce_type: type,
      ce_subject: subject,
      ce_time: time,
      ce_dataschema: schemaFile(type),
      ce_partitionkey: personKey,
      ...(cascadeId === undefined ? {} : { ce_cascadeid: cascadeId }),
      ...(traceparent === undefined ? {} : { ce_traceparent: traceparent }),
      'content-type': 'application/json; charset=utf-8',
    },
  };
}
