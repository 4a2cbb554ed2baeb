/**
 * What is told of a discharge message that cannot be accepted: the problem document, and where the message stands. Never
 * its body: the topic is read by more people than may know a name.
 */
import type { Problem, ProblemBody } from '@oss/host';
import type { Message } from 'kafkajs';

export const DISCHARGES_TOPIC = 'hospital.discharges.v1';
export const REJECTED_TOPIC = 'hospital.discharges.v1.rejected';

/** The old id numbers had fifteen digits. */
const MIN_ID_NUMBER = 15;

/** Where a message stands in `hospital.discharges.v1`. */
export interface Place {
  readonly partition: number;
  readonly offset: string;
}

/** On `hospital.discharges.v1.rejected`. */
export interface Rejection extends Place {
  readonly topic: string;
  readonly problem: ProblemBody;
  /** As far as the message says so in a form that can be repeated; null otherwise. */
  readonly hospitalCode: string | null;
  readonly encounterNo: string | null;
}

/** Key and fields of a rejection; a repeat after a crash has the same key. */
export function rejectionMessage(content: Uint8Array | null, { partition, offset }: Place, problem: Problem): Message {
  const named = namesIn(content);
  const rejection: Rejection = { topic: DISCHARGES_TOPIC, partition, offset, ...named, problem: problem.toBody() };
  return {
    key: `${partition}-${offset}`,
    value: JSON.stringify(rejection),
    headers: { 'content-type': 'application/json; charset=utf-8' },
  };
}

interface Named {
  readonly hospitalCode?: unknown;
  readonly encounterNo?: unknown;
  readonly patient?: { readonly idNumber?: unknown } | null;
}

function namesIn(content: Uint8Array | null): Pick<Rejection, 'hospitalCode' | 'encounterNo'> {
  let plain: Named | null = null;
  try {
    plain = content === null ? null : (JSON.parse(Buffer.from(content).toString('utf8')) as Named | null);
  } catch {
    // What is no JSON names nobody.
  }
  const idNumber = String(plain?.patient?.idNumber ?? '');
  return { hospitalCode: codeIn(plain?.hospitalCode, idNumber), encounterNo: codeIn(plain?.encounterNo, idNumber) };
}

/** A code as codes look; anything else might be a name, and what holds an id number is not repeated either. */
function codeIn(value: unknown, idNumber: string): string | null {
  if (typeof value !== 'string' || !/^[\w.:/-]{1,64}$/.test(value)) return null;
  const holdsPatient = idNumber.length >= MIN_ID_NUMBER && value.toUpperCase().includes(idNumber.toUpperCase());
  return holdsPatient || /\d{17}[\dXx]/.test(value) ? null : value;
}
