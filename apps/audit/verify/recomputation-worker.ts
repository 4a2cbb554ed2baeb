/** A helping thread of the recomputation: its own read-only connection, one benefit year after another, bounded memory. */
import { workerData } from 'node:worker_threads';
import type { EventReader, RecordedEvent } from '@oss/event-store';
import { DISCHARGE_ACCEPTED, encounterStream } from '@oss/settlement';
import type { Finding } from './finding';
import { factsOf } from '../facts/in-bulk';
import { LawInLog } from '../facts/law-in-log';
import { openLog } from '../log/audited-log';
import { takeOrders } from '../threads/take-orders';
import type { OrderDone, RecomputationSettings, YearsToRecompute } from './recomputation-protocol';
import { hiddenYear, recomputeYear, type YearSources } from './year-recomputation';

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

async function work(): Promise<void> {
  const { selection, ...source } = workerData as RecomputationSettings;
  const reader = await openLog(source);
  const law = new LawInLog(reader);
  const sources: YearSources = {
    acceptance: (settlementId, isMeant) => acceptanceIn(reader, settlementId, isMeant),
    pack: (named) => law.pack(named),
  };
  takeOrders(async ({ years }: YearsToRecompute): Promise<OrderDone> => {
    const findings: Finding[] = [];
    const missing = new Map<string, number>();
    let [cases, compared] = [0, 0];
    for (const stream of years) {
      const outcome = await recomputeYear(await factsOf(reader, stream), sources, selection);
      cases += outcome.cases;
      compared += outcome.compared;
      findings.push(...outcome.findings, ...(outcome.events === 0 ? [hiddenYear(stream)] : []));
      if (outcome.missingPack !== null) missing.set(outcome.missingPack, (missing.get(outcome.missingPack) ?? 0) + 1);
    }
    return { years: years.length, cases, compared, findings, missingPacks: [...missing] };
  });
}

void work();
