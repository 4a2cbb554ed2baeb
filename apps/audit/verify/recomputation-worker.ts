/** A helping thread of the recomputation: its own read-only connection, one benefit year after another, bounded memory. */
import { parentPort, workerData } from 'node:worker_threads';
import type { EventReader, RecordedEvent } from '@oss/event-store';
import { DISCHARGE_ACCEPTED, encounterStream } from '@oss/settlement';
import type { Finding } from './finding';
import { LawInLog } from '../facts/law-in-log';
import { openLog } from '../log/audited-log';
import type { FromRecomputer, OrderDone, RecomputationSettings, ToRecomputer } from './recomputation-protocol';
import { hiddenYear, recomputeYear, type YearSources } from './year-recomputation';

const port = parentPort!;
const { selection, ...source } = workerData as RecomputationSettings;
const answer = (message: FromRecomputer): void => port.postMessage(message);

async function acceptanceIn(
  reader: EventReader,
  settlementId: string,
  wanted: (event: RecordedEvent) => boolean,
): Promise<RecordedEvent | null> {
  const isMeant = (event: RecordedEvent): boolean => event.type === DISCHARGE_ACCEPTED && wanted(event);
  const stream = encounterStream(settlementId);
  // Few cases are ever corrected: the last event of the stream is nearly always the one.
  const last = await reader.readLast(stream);
  if (last === null || isMeant(last)) return last;
  for await (const event of reader.readStream(stream)) if (isMeant(event)) return event;
  return null;
}

async function done(years: readonly string[], reader: EventReader, sources: YearSources): Promise<OrderDone> {
  const findings: Finding[] = [];
  const missing = new Map<string, number>();
  let [events, cases, compared] = [0, 0, 0];
  for (const stream of years) {
    const outcome = await recomputeYear(reader.readStream(stream), sources, selection);
    events += outcome.events;
    cases += outcome.cases;
    compared += outcome.compared;
    findings.push(...outcome.findings, ...(outcome.events === 0 ? [hiddenYear(stream)] : []));
    if (outcome.missingPack !== null) missing.set(outcome.missingPack, (missing.get(outcome.missingPack) ?? 0) + 1);
  }
  return { years: years.length, events, cases, compared, findings, missingPacks: [...missing] };
}

async function work(): Promise<void> {
  const reader = await openLog(source);
  const law = new LawInLog(reader);
  const sources: YearSources = {
    acceptance: (settlementId, isMeant) => acceptanceIn(reader, settlementId, isMeant),
    pack: (named) => law.pack(named),
  };
  let last = Promise.resolve();
  port.on('message', (message: ToRecomputer) => {
    last = last.then(async () => {
      if ('years' in message) return answer(await done(message.years, reader, sources));
      await reader.close();
      port.close();
    });
  });
  answer({ ready: true });
}

void work();
