/**
 * A store of many settlements, made in process and therefore in a minute: what the audit reads does not depend on who posted it.
 * Registry, law, acceptances and years are the facts that the running system would have written, and the keeper signs the end.
 */
import { type EventStore, type NewEvent, openEmbeddedStore } from '@oss/event-store';
import { DISCHARGE_ACCEPTED, encounterStream, eventIdOf, PACK_ADOPTED, policyStream } from '@oss/settlement';
import { auditDirectory, logSigningKey } from '../../apps/audit/checkpoints/audit-files';
import { CheckpointKeeper } from '../../apps/audit/checkpoints/keeper';
import { builtInPacks } from '../../apps/hospital-gateway/policy/pack-files';
import { personRecord, personStream } from '../../apps/hospital-gateway/registry/records';
import { type BenchDischarge, type County, discharge } from './county';
import { LINES } from './cases/plan';
import { Desk, yearStream } from './desk';

const TODAY = '2026-01-01';
const OPERATOR = 'BENCH';
const PERSON_REGISTERED = 'PersonRegistered';
const ZERO = '00000000-0000-4000-8000-000000000000';
/** Appends that are on their way to the disk at once. */
const TOGETHER = 512;

/** @returns events in the log. @param onSettled told how many stand */
export async function fillStore(
  directory: string,
  county: County,
  settlements: number,
  onSettled: (done: number) => void,
): Promise<number> {
  const store = await openEmbeddedStore({ directory });
  const auditDir = auditDirectory(directory);
  const keeper = await CheckpointKeeper.start(store, auditDir, logSigningKey(directory, auditDir));
  try {
    const desk = new Desk(county);
    await adoptLaw(store);
    await register(store, desk);
    const revisions: Revisions = new Map();
    for (let from = 0; from < settlements; from += TOGETHER) {
      const count = Math.min(TOGETHER, settlements - from);
      const discharges = Array.from({ length: count }, (_, index) => discharge(county, from + index, LINES));
      await settle(store, desk, revisions, discharges);
      onSettled(from + count);
    }
    await keeper.sign();
    return Number(await store.headPosition());
  } finally {
    await keeper.stop();
    await store.close();
  }
}

async function adoptLaw(store: EventStore): Promise<void> {
  for (const { pack, digest } of builtInPacks()) {
    const { content, from, id, region, to } = pack;
    const data = { content, digest, from, id, operatorCode: OPERATOR, region, to };
    await store.append(policyStream(region), 'any', [{ id: eventIdOf(ZERO, 1, id, PACK_ADOPTED), type: PACK_ADOPTED, data }]);
  }
}

async function register(store: EventStore, desk: Desk): Promise<void> {
  const together: Promise<unknown>[] = [];
  for (const { personKey, ...record } of desk.persons()) {
    const data = { ...personRecord({ ...record, memberNos: {} }), operatorCode: OPERATOR };
    const event: NewEvent = { id: eventIdOf(ZERO, 1, personKey, PERSON_REGISTERED), type: PERSON_REGISTERED, data };
    together.push(store.append(personStream(personKey), 'no_stream', [event]));
    if (together.length === TOGETHER) await Promise.all(together.splice(0));
  }
  await Promise.all(together);
}

/** Years of the county so far, by their streams: the revision of the last event. */
type Revisions = Map<string, number>;

/** Acceptances first, for a record names the hash of its own; then each year in the order of the discharges. */
async function settle(store: EventStore, desk: Desk, revisions: Revisions, discharges: readonly BenchDischarge[]): Promise<void> {
  const accepted = await Promise.all(
    discharges.map(async (each) => {
      const data = desk.accept(each, TODAY);
      const event: NewEvent = { id: eventIdOf(data.settlementId, 1, '', DISCHARGE_ACCEPTED), type: DISCHARGE_ACCEPTED, data };
      const { events } = await store.append(encounterStream(data.settlementId), 'no_stream', [event]);
      return { data, acceptance: events[0]!.hash };
    }),
  );
  await Promise.all(
    accepted.map(({ data, acceptance }) => {
      const { recorded, events, year } = desk.settle(data, acceptance);
      const stream = yearStream(data);
      const before = revisions.get(stream);
      desk.keep(stream, year);
      revisions.set(stream, (before ?? -1) + 1 + events.length);
      return store.append(stream, before ?? 'no_stream', [recorded, ...events]);
    }),
  );
}
