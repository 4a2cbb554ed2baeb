/** A helping thread of the recomputation: its own read-only connection, one benefit year after another, bounded memory. */
import { workerData } from 'node:worker_threads';
import type { EventReader, SealedFact } from '@oss/event-store';
import { DISCHARGE_ACCEPTED, encounterStream } from '@oss/settlement';
import type { Finding } from './finding';
import { factsOf, inOneView, lastOf } from '../facts/in-bulk';
import { LawInLog } from '../facts/law-in-log';
import { openLog } from '../log/audited-log';
import { takeOrders } from '../threads/take-orders';
import type { OrderDone, RecomputationSettings, YearsToRecompute } from './recomputation-protocol';
import { once, type Soon } from './soon';
import { hiddenYear, recomputeYear, type YearSources } from './year-recomputation';

/** Few cases are ever corrected: the last event of the stream is nearly always the one that is meant. */
function acceptanceIn(reader: EventReader, settlementId: string, isMeant: IsMeant): Soon<SealedFact | null> {
  const stream = encounterStream(settlementId);
  return once(lastOf(reader, stream), (last) => {
    if (last === null || isAcceptance(last, isMeant)) return last;
    return earlierAcceptance(reader, stream, isMeant);
  });
}

type IsMeant = (event: SealedFact) => boolean;

function isAcceptance(event: SealedFact, isMeant: IsMeant): boolean {
  return event.type === DISCHARGE_ACCEPTED && isMeant(event);
}

async function earlierAcceptance(reader: EventReader, stream: string, isMeant: IsMeant): Promise<SealedFact | null> {
  for await (const event of reader.readStream(stream)) if (isAcceptance(event, isMeant)) return event;
  return null;
}

async function work(): Promise<void> {
  const { selection, ...source } = workerData as RecomputationSettings;
  const reader = await openLog(source);
  const law = new LawInLog(reader);
  const sources: YearSources = {
    acceptance: (settlementId, isMeant) => acceptanceIn(reader, settlementId, isMeant),
    pack: (named) => law.known(named) ?? law.pack(named),
  };

  async function recompute({ years }: YearsToRecompute): Promise<OrderDone> {
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
  }

  takeOrders((order: YearsToRecompute) => inOneView(reader, () => recompute(order)));
}

void work();
