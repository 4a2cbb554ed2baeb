/**
 * The contract of the integration edge as an AsyncAPI 3 document, made of the very schemas that stand beside the published
 * types. What insurers and hospitals code against; a test compares it with the file that is committed.
 */
import { PAYERS } from '@oss/policy';
import { schemaFile, SETTLEMENT_SOURCE } from '../published/cloud-event';
import { SETTLEMENT_TYPES } from '../published/events';
import { PAYER_TYPES } from '../published/payer-views';
import type { Schema } from '../published/schema';
import { payerTopic, SETTLEMENT_EVENTS_TOPIC, VIEWING_PAYERS } from '../topics';
import { DISCHARGE_CHANNELS, DISCHARGE_MESSAGES, DISCHARGE_OPERATIONS } from './discharges';

type Node = Readonly<Record<string, unknown>>;

const DESCRIPTION = `结算事件与出院消息 Settlement events out, discharges in, over Kafka.

**Out.** CloudEvents 1.0, Kafka binding, binary mode: attributes in headers (\`ce_id\`, \`ce_type\` …), the data alone as the value,
UTF-8 JSON. The key is the person's pseudonym, so one person's events keep their order. Amounts are whole fen (分), rates basis
points, dates China time. Events and the relay's checkpoint are written in one transaction: a consumer with
\`isolation.level=read_committed\` reads each event exactly once; one that reads uncommitted may see events twice, with the same
\`ce_source\` and \`ce_id\`. A type's version is the end of its name; within a version fields are only added: ignore what you do not know.

**Which settlement counts.** Of a case (\`settlementId\`) the last attempt that no \`reversed\` names. A correction that settles
cases again is published at once, after its last completion: its events share a \`cascadeId\` and say their place in it. An
attempt that was reversed before it completed is never published, so numbers of attempts may have gaps.

**In.** \`hospital.discharges.v1\` takes the body of POST /v1/discharges. Put one person's discharges into one partition (key them by
a hash of the id number). What cannot be accepted is told on \`hospital.discharges.v1.rejected\`, at least once, by its place.`;

/** The whole document. */
export function asyncApiDocument(): Node {
  return {
    asyncapi: '3.0.0',
    info: { title: '一站式结算 One-Stop Settlement: Kafka', version: '1.0.0', description: DESCRIPTION },
    defaultContentType: 'application/json',
    channels: { ...outChannels(), ...DISCHARGE_CHANNELS },
    operations: { ...outOperations(), ...DISCHARGE_OPERATIONS },
    components: {
      messages: { ...messagesOf(SETTLEMENT_TYPES), ...messagesOf(PAYER_TYPES), ...DISCHARGE_MESSAGES },
    },
  };
}

/** Every schema file beside the document: name and content. */
export function schemaFiles(): ReadonlyMap<string, Schema> {
  return new Map(
    Object.entries({ ...SETTLEMENT_TYPES, ...PAYER_TYPES }).map(([type, schema]) => [
      schemaFile(type),
      { $schema: 'https://json-schema.org/draft/2020-12/schema', title: type, ...schema },
    ]),
  );
}

function messagesOf(types: Readonly<Record<string, Schema>>): Node {
  return Object.fromEntries(
    Object.entries(types).map(([type, schema]) => [
      type,
      {
        name: type,
        title: String(schema['description']),
        contentType: 'application/json; charset=utf-8',
        headers: headersOf(type, types === PAYER_TYPES),
        payload: schema,
        bindings: { kafka: { key: { type: 'string', description: 'personKey 参保人' } } },
      },
    ]),
  );
}

function headersOf(type: string, ofPayer: boolean): Schema {
  const source = ofPayer ? { type: 'string', pattern: `^${SETTLEMENT_SOURCE}/` } : { const: SETTLEMENT_SOURCE };
  const properties = {
    ce_specversion: { const: '1.0' },
    ce_id: { type: 'string', format: 'uuid', description: 'unique together with ce_source; the same when it is sent again' },
    ce_source: source,
    ce_type: { const: type },
    ce_subject: { type: 'string', description: 'the case (settlementId), or personKey-year' },
    ce_time: { type: 'string', format: 'date-time', description: 'when the fact was recorded' },
    ce_dataschema: { const: schemaFile(type) },
    ce_partitionkey: { type: 'string', description: 'personKey, as the key' },
    'content-type': { type: 'string' },
  };
  const sometimes = {
    ce_cascadeid: { type: 'string', format: 'uuid', description: 'the correction, where there is one' },
    ce_traceparent: { type: 'string', description: 'W3C trace context of the settlement, where it was traced' },
  };
  return { type: 'object', properties: { ...properties, ...sometimes }, required: Object.keys(properties) };
}

interface Out {
  readonly name: string;
  readonly topic: string;
  readonly description: string;
  readonly types: readonly string[];
}

function outs(): Out[] {
  const views = VIEWING_PAYERS.map((payer) => ({
    name: `view-${payer}`,
    topic: payerTopic(payer),
    description: `${PAYERS[payer].zh} ${PAYERS[payer].en}: this payer's own lines, with the person's number with this payer`,
    types: Object.keys(PAYER_TYPES),
  }));
  const description = '结算事件 Settlement events with the shares of all payers';
  return [{ name: 'settlements', topic: SETTLEMENT_EVENTS_TOPIC, description, types: Object.keys(SETTLEMENT_TYPES) }, ...views];
}

function outChannels(): Node {
  return Object.fromEntries(
    outs().map(({ name, topic, description, types }) => {
      const messages = Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }]));
      return [name, { address: topic, description, messages }];
    }),
  );
}

function outOperations(): Node {
  return Object.fromEntries(
    outs().map(({ name, description }) => [
      `publish-${name}`,
      { action: 'send', channel: { $ref: `#/channels/${name}` }, summary: description },
    ]),
  );
}
