/**
 * Makes an evidence bundle: the benefit year from its beginning, the accepted bill of every case in it, and the law that the
 * cases name, each stream proven by its last event's place under one checkpoint.
 */
import type { RecordedEvent } from '@oss/event-store';
import {
  DISCHARGE_RECORDED,
  type DischargeRecorded,
  encounterStream,
  PACK_ADOPTED,
  type PackAdopted,
  policyStream,
  RESETTLEMENT_OPENED,
} from '@oss/settlement';
import { regionsFor } from '@oss/policy';
import type { VerifierKey } from '../notes/note-keys';
import { verifierKeyText } from '../notes/note-keys';
import { BUNDLE_FORMAT, type EvidenceBundle, NotProvable, type ProvenStream } from './evidence';
import type { ProvableLog } from './provable-log';
import { findSettlement } from '../facts/settlement-facts';

const README = [
  '证据包：一笔结算（或一个参保人的年度）所依据的全部事实、政策包、证明与检查点。离线核验：',
  '  node verify-bundle.mjs 本文件 日志公钥 [见证人公钥 …]      （或在浏览器中打开 verify.html）',
  '核验内容：检查点签名与见证、各事实的哈希链、其在日志中的位置、受理账单与结算的对应、政策包摘要、各方支付合计等于总费用。',
  '本文件只含代号，不含姓名和身份证号；账单明细属于个人健康信息，请妥善保管。',
  'Evidence: the facts that a settlement (or a person’s year) rests on, the law, the proofs, the checkpoint. To check it offline:',
  '  node verify-bundle.mjs THIS-FILE LOG-KEY [WITNESS-KEY …]      (or open verify.html in a browser)',
  'Take the keys from whoever you trust, not from this file. Each fact is hashed as SHA-256 of the JSON array',
  '[stream, revision, id, type, data, recordedAt, hash before]; its leaf is SHA-256(0x00 ‖ hash); the tree is that of RFC 9162.',
  'It holds pseudonyms, neither names nor id numbers; bills are personal health data all the same: keep it safe.',
];

/** The bundle of one settlement: its whole year as far as the checkpoint covers it, for a later fact may have reversed it. @throws NotProvable */
export async function settlementBundle(
  log: ProvableLog,
  key: VerifierKey,
  settlementId: string,
  attempt?: number,
): Promise<EvidenceBundle> {
  const { stream, completion, attempt: found } = await findSettlement(log.reader, settlementId, attempt);
  if (completion === null)
    throw new NotProvable(`settlement ${settlementId} is still on its way: ask again when it is completed`);
  if (log.indexOf(completion) === null) throw notCovered(log, stream);
  return bundle(log, key, { stream, settlementId, attempt: found });
}

/** The bundle of a whole benefit year, as far as the checkpoint covers it. @throws NotProvable */
export function yearBundle(log: ProvableLog, key: VerifierKey, stream: string): Promise<EvidenceBundle> {
  return bundle(log, key, { stream });
}

async function bundle(log: ProvableLog, key: VerifierKey, subject: EvidenceBundle['subject']): Promise<EvidenceBundle> {
  const year = await eventsOf(log, subject.stream);
  const cases = year
    .filter(({ type }) => type === DISCHARGE_RECORDED || type === RESETTLEMENT_OPENED)
    .map(({ data }) => data as DischargeRecorded);
  const streams = [provenStream(log, year)];
  for (const id of new Set(cases.map(({ settlementId }) => settlementId))) {
    streams.push(provenStream(log, await eventsOf(log, encounterStream(id))));
  }
  const packs = new Map(cases.map(({ snapshot }) => [snapshot.pack.digest, snapshot.pack.id]));
  const laws = new Map<string, RecordedEvent[]>();
  for (const [digest, id] of packs) await addLaw(log, digest, id, laws);
  for (const law of laws.values()) streams.push(provenStream(log, law));
  return {
    format: BUNDLE_FORMAT,
    readme: README,
    subject,
    logKey: verifierKeyText(key),
    checkpoint: log.noteOf(log.checkpoint),
    streams,
  };
}

/** A policy stream up to the adoption of the pack that is meant. */
async function addLaw(log: ProvableLog, digest: string, id: string, laws: Map<string, RecordedEvent[]>): Promise<void> {
  for (const region of regionsFor(id.slice(0, 6))) {
    const events: RecordedEvent[] = [];
    for await (const event of log.reader.readStream(policyStream(region))) {
      events.push(event);
      if (event.type !== PACK_ADOPTED || (event.data as PackAdopted).digest !== digest) continue;
      if (events.length > (laws.get(region)?.length ?? 0)) laws.set(region, events);
      return;
    }
  }
  throw new NotProvable(`the log holds no pack ${id} (${digest}): run audit verify`);
}

/** Events of a stream that the checkpoint covers. */
async function eventsOf(log: ProvableLog, stream: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of log.reader.readStream(stream)) {
    if (log.indexOf(event) === null) break;
    events.push(event);
  }
  if (events.length === 0) throw notCovered(log, stream);
  return events;
}

function notCovered({ checkpoint }: ProvableLog, stream: string): NotProvable {
  return new NotProvable(`the checkpoint over ${checkpoint.size} events does not cover ${stream} so far: wait for the next one`);
}

function provenStream(log: ProvableLog, events: readonly RecordedEvent[]): ProvenStream {
  const last = events.at(-1)!;
  const index = log.indexOf(last)!;
  return {
    stream: last.stream,
    facts: events.map(({ id, type, recordedAt, text }) => ({ id, type, recordedAt, text })),
    index,
    hashes: log.tree.inclusion(index).map((hash) => hash.toString('base64')),
  };
}
