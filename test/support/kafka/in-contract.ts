/** Every message that was read is what the contract says: its headers, and its data by the schema of its type. */
import Ajv2020 from 'ajv/dist/2020';
import { SETTLEMENT_TYPES } from '../../../apps/insurer-relay/published/events';
import { PAYER_TYPES } from '../../../apps/insurer-relay/published/payer-views';
import { REJECTION } from '../../../apps/insurer-relay/contract/discharges';
import type { ReadMessage } from './reader';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { uuid: UUID } });
const validators = new Map(
  Object.entries({ ...SETTLEMENT_TYPES, ...PAYER_TYPES }).map(([type, schema]) => [type, ajv.compile(schema)]),
);
const validRejection = ajv.compile(REJECTION);

/** What is wrong with published messages; empty when nothing is. */
export function contractFaults(messages: readonly ReadMessage[]): string[] {
  return messages.flatMap(({ key, headers, data }) => {
    const type = headers['ce_type'] ?? 'no type';
    const valid = validators.get(type);
    const { personKey, cascadeId } = data as { personKey?: string; cascadeId?: string };
    const held = headers['ce_specversion'] === '1.0' && UUID.test(headers['ce_id'] ?? '') && personKey === key;
    if (valid === undefined || !held || headers['ce_cascadeid'] !== cascadeId) return [`${type}: ${JSON.stringify(headers)}`];
    return valid(data) ? [] : [`${type}: ${ajv.errorsText(valid.errors)}`];
  });
}

export function rejectionFaults(messages: readonly ReadMessage[]): string[] {
  return messages.flatMap(({ data }) => (validRejection(data) ? [] : [ajv.errorsText(validRejection.errors)]));
}
