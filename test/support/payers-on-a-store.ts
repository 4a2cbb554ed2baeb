/**
 * The payers without HTTP and without Nest: actors on one store, each as a process of its own would stand there
 * (own turn taker, own library), or all in one taker as `one-stop` has them. Time stands still, so that facts can be compared.
 */
import { collect, type EventStore, openEmbeddedStore, type RecordedEvent } from '@oss/event-store';
import { ContentLibrary, createLogger, Metrics, SystemClock, type TurnDomain, TurnTaker } from '@oss/host';
import { startActor } from '../../libs/host/turns/actor';
import { type Category, PAYERS, type Pack } from '@oss/policy';
import {
  acceptedDischarge,
  type BenefitYear,
  BENEFIT_YEAR_PREFIX,
  BENEFIT_YEAR_TURNS,
  benefitYearStream,
  caseKey,
  DISCHARGE_ACCEPTED,
  encounterStream,
  eventIdOf,
  isShareEvent,
  PACK_ADOPTED,
  policyStream,
  recordDischarge,
  SETTLEMENT_COMPLETED,
} from '@oss/settlement';
import { builtInPacks, type PackFile } from '../../apps/hospital-gateway/policy/pack-files';
import { freshDirectory } from './in-process';

export type YearTurns = TurnDomain<BenefitYear, Pack>;
/** All who act: the five payers and the settlement app. */
export const ACTORS: readonly string[] = [...Object.keys(PAYERS).filter((payer) => payer !== 'hospital'), 'settlement'];

const NOW = Date.parse('2018-12-31T16:00:00Z');
const FULIANG = builtInPacks().find(({ pack }) => pack.region === '360222') as PackFile;

/** A case to be settled: whose, of which kind, how much (all in scope). */
export interface PlannedCase {
  readonly person: number;
  readonly category: Category | null;
  readonly level: 1 | 2 | 3;
  readonly totalFen: number;
}

export class Scene {
  private constructor(
    readonly store: EventStore,
    readonly directory: string,
    private readonly remove: () => void,
    private readonly law: PackFile,
  ) {}

  /**
   * A fresh store in which one pack is adopted, that of Fuliang unless another of its region is given.
   * @param open opens another store than an embedded one, with the scene's clock
   */
  static async open(law: PackFile = FULIANG, open?: (clock: () => number) => EventStore): Promise<Scene> {
    const { path, remove } = freshDirectory();
    const store = open?.(() => NOW) ?? (await openEmbeddedStore({ directory: path, clock: () => NOW }));
    const { pack, digest } = law;
    const data = {
      content: pack.content,
      digest,
      from: pack.from,
      id: pack.id,
      operatorCode: 'TEST',
      region: pack.region,
      to: pack.to,
    };
    await store.append(policyStream(pack.region), 'no_stream', [
      { id: eventIdOf(NAMESPACE, 1, pack.id, PACK_ADOPTED), type: PACK_ADOPTED, data },
    ]);
    return new Scene(store, path, remove, law);
  }

  /** A turn taker as one process has it; it speaks for nobody until actors are enlisted. */
  taker(domain: YearTurns = BENEFIT_YEAR_TURNS, store: EventStore = this.store): TurnTaker<BenefitYear, Pack> {
    return new TurnTaker(store, domain, new ContentLibrary<Pack>(store, (event) => domain.contentIn(event)));
  }

  /** Starts actors, each alone, as processes of their own would. @param store where their messages come from */
  startActors(domain: YearTurns = BENEFIT_YEAR_TURNS, store: EventStore = this.store): void {
    for (const actor of ACTORS) {
      startActor({
        store,
        actor,
        streamPrefix: domain.streamPrefix,
        taker: this.taker(domain, store),
        logger: createLogger('silent'),
        metrics: new Metrics(),
        clock: new SystemClock(),
      });
    }
  }

  /** Accepts a case and enters it into its year; whoever `taker` speaks for takes the turns that follow. */
  async enter(taker: TurnTaker<BenefitYear, Pack>, planned: PlannedCase, encounterNo: string): Promise<void> {
    const { person, category, level, totalFen } = planned;
    const personKey = String(person).padStart(32, '0');
    const accepted = acceptedDischarge({
      attempt: 1,
      pack: this.law,
      hospital: { level, region: '360222', designated: true },
      person: {
        personKey,
        region: '360222',
        cover: { from: '2018-01-01', premiumPaidBy: 'person' },
        categories: category === null ? [] : [{ category, from: '2016-01-01' }],
        approvedDiseases: [],
        birthDate: '1950-01-01',
      },
      discharge: {
        hospitalCode: 'H',
        encounterNo,
        region: '360222',
        care: { type: 'inpatient', admittedOn: '2018-06-15', dischargedOn: '2018-06-15', diagnoses: ['J18.9'], transfer: 'none' },
        bill: { totalFen, lines: [{ code: 'A', class: 'A', amountFen: totalFen }] },
      },
    });
    const { settlementId } = accepted;
    const id = eventIdOf(settlementId, 1, '', DISCHARGE_ACCEPTED);
    const { events } = await this.store.append(encounterStream(settlementId), 'no_stream', [
      { id, type: DISCHARGE_ACCEPTED, data: accepted },
    ]);
    await taker.take(benefitYearStream(personKey, accepted.care.dischargedOn), (year) =>
      year.recorded.has(caseKey(settlementId, 1)) ? [] : [recordDischarge(accepted, events[0]!.hash, this.law.pack)],
    );
  }

  async events(): Promise<RecordedEvent[]> {
    return collect(this.store.readAll());
  }

  /** What was decided on each case, fact by fact; how many other cases were open at the time is left out. */
  async decided(): Promise<Map<string, string[]>> {
    const cases = new Map<string, string[]>();
    for (const { type, id, data } of await this.events()) {
      if (!isShareEvent(type) && type !== SETTLEMENT_COMPLETED) continue;
      const { openCases: _, ...facts } = data as { settlementId: string; openCases?: number };
      cases.set(facts.settlementId, [...(cases.get(facts.settlementId) ?? []), JSON.stringify([type, id, facts])]);
    }
    return new Map([...cases].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async close(): Promise<void> {
    await this.store.close();
    this.remove();
  }
}

/** Any UUID: ids of this scene's packs are made in it. */
const NAMESPACE = '5a0d4b0e-7c0b-5f0a-9a6e-360222018404';

/** Streams of benefit years in a log. */
export function yearsIn(events: readonly RecordedEvent[]): string[] {
  return [...new Set(events.map(({ stream }) => stream).filter((stream) => stream.startsWith(BENEFIT_YEAR_PREFIX)))];
}

/** The same cases, all turns of each in one append, as `one-stop` takes them: what every other way must agree with. */
export async function batched(planned: readonly PlannedCase[]): Promise<Map<string, string[]>> {
  const scene = await Scene.open();
  try {
    const taker = scene.taker();
    for (const actor of ACTORS) taker.enlist(actor);
    for (const [index, each] of planned.entries()) await scene.enter(taker, each, `E${index}`);
    return await scene.decided();
  } finally {
    await scene.close();
  }
}
