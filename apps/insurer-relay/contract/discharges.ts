/** The inward half of the contract: what hospitals' brokers send, and what is told of messages that cannot be accepted. */
import type { Schema } from '../published/schema';

type Node = Readonly<Record<string, unknown>>;

const DISCHARGE: Schema = {
  type: 'object',
  description: '出院结算 the body of POST /v1/discharges, at most 512 KiB; every field is described at /docs',
  properties: {
    hospitalCode: { type: 'string' },
    encounterNo: { type: 'string' },
    region: { type: 'string' },
    patient: { type: 'object' },
    care: { type: 'object' },
    bill: { type: 'object' },
    corrects: { type: 'object' },
  },
  required: ['hospitalCode', 'encounterNo', 'region', 'patient', 'care', 'bill'],
};

const PROBLEM: Schema = {
  type: 'object',
  description: 'problem details (RFC 9457), as the HTTP route would have answered; the codes stand at /docs',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
      },
    },
    cure: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'errors', 'cure'],
};

/** What stands on the topic of the rejected; a test sends a bad discharge and compares. */
export const REJECTION: Schema = {
  type: 'object',
  description: '被拒出院消息 where the message stands and why it cannot be accepted; never its body',
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer', minimum: 0 },
    offset: { type: 'string', pattern: '^\\d+$' },
    hospitalCode: { type: ['string', 'null'], description: 'as the message says, if it says so legibly' },
    encounterNo: { type: ['string', 'null'], description: 'as the message says, if it says so legibly' },
    problem: PROBLEM,
  },
  required: ['topic', 'partition', 'offset', 'hospitalCode', 'encounterNo', 'problem'],
  additionalProperties: false,
};

export const DISCHARGE_MESSAGES: Node = {
  discharge: {
    name: 'discharge',
    title: '出院结算 A discharge',
    contentType: 'application/json',
    headers: {
      type: 'object',
      properties: { traceparent: { type: 'string', description: 'W3C trace context, goes on where tracing is on' } },
    },
    payload: DISCHARGE,
  },
  rejection: {
    name: 'rejection',
    title: '被拒出院消息 A discharge that cannot be accepted',
    contentType: 'application/json; charset=utf-8',
    payload: REJECTION,
    bindings: {
      kafka: { key: { type: 'string', description: 'partition-offset of the message: the same when it is told again' } },
    },
  },
};

export const DISCHARGE_CHANNELS: Node = {
  discharges: {
    address: 'hospital.discharges.v1',
    description: '出院消息 Discharges; offsets are committed after the facts are stored, and what comes twice is settled once',
    messages: { discharge: { $ref: '#/components/messages/discharge' } },
  },
  rejected: {
    address: 'hospital.discharges.v1.rejected',
    description: '被拒出院消息 Discharges that cannot be accepted',
    messages: { rejection: { $ref: '#/components/messages/rejection' } },
  },
};

export const DISCHARGE_OPERATIONS: Node = {
  'take-discharges': { action: 'receive', channel: { $ref: '#/channels/discharges' }, summary: '接收出院消息 settles each' },
  'tell-rejected': {
    action: 'send',
    channel: { $ref: '#/channels/rejected' },
    summary: '告知被拒 tells what cannot be accepted',
  },
};
