/**
 * Messages are nudges and nothing more: delivered twice, late, crossed, lost, parked, or answered with an error for one
 * person, they change no fen, delay nobody else, and what can finish finishes.
 */
import * as fc from 'fast-check';
import { nudge, STUCK_PREFIX, TURN_FAILED, type TurnFailedFact } from '@oss/host';
import {
  type BenefitYear,
  BENEFIT_YEAR_TURNS,
  SETTLEMENT_COMPLETED,
  type SettlementCompleted,
  settlementIdOf,
} from '@oss/settlement';
import { until } from '../contract/samples';
import { auditEvents } from '../support/history';
import { batched, type PlannedCase, Scene, type YearTurns, yearsIn } from '../support/payers-on-a-store';
import { Postman } from '../support/postman';
import { seeded } from '../support/seeded';

jest.setTimeout(60_000);

const planned: fc.Arbitrary<PlannedCase[]> = fc.array(
  fc.record({
    person: fc.integer({ min: 1, max: 3 }),
    category: fc.constantFrom('registered-poor' as const, 'low-income' as const, null),
    level: fc.constantFrom(1 as const, 2 as const, 3 as const),
    totalFen: fc.integer({ min: 0, max: 20_000_000 }),
  }),
  { minLength: 1, maxLength: 6 },
);
/** A category belongs to a person, not to a case. */
const consistent = planned.map((cases) =>
  cases.map((each) => ({ ...each, category: cases.find(({ person }) => person === each.person)!.category })),
);

/** Runs a scene to its end and compares it with the batched one. */
async function expectAsBatched(cases: readonly PlannedCase[], run: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await Scene.open();
  try {
    await run(scene);
    expect(await scene.decided()).toEqual(await batched(cases));
    await auditEvents(await scene.events());
  } finally {
    await scene.close();
  }
}

async function enterAll(scene: Scene, cases: readonly PlannedCase[]): Promise<void> {
  const gateway = scene.taker();
  for (const [index, each] of cases.entries()) await scene.enter(gateway, each, `E${index}`);
}

test('payers as processes of their own, each with its own store subscription, settle as one process does', async () => {
  await fc.assert(
    fc.asyncProperty(consistent, (cases) =>
      expectAsBatched(cases, async (scene) => {
        scene.startActors();
        await enterAll(scene, cases);
        await until(
          async () => (await scene.events()).filter(({ type }) => type === SETTLEMENT_COMPLETED).length === cases.length,
        );
      }),
    ),
    { numRuns: 5 },
  );
});

test('nudges that come twice, late, crossed and side by side change nothing', async () => {
  let repeated = 0;
  await fc.assert(
    fc.asyncProperty(consistent, fc.integer(), (cases, seed) =>
      expectAsBatched(cases, async (scene) => {
        const postman = new Postman(scene.store, seeded(seed));
        scene.startActors(BENEFIT_YEAR_TURNS, postman.store);
        await enterAll(scene, cases);
        const calls = await postman.deliver();
        // Afterwards everything once more: nobody has anything to say.
        const length = (await scene.events()).length;
        scene.startActors(BENEFIT_YEAR_TURNS, postman.store);
        await postman.deliver();
        expect((await scene.events()).length).toBe(length);
        repeated += calls;
      }),
    ),
    { numRuns: 8 },
  );
  expect(repeated).toBeGreaterThan(100);
});

test('lost nudges: what is open is asked for again, and then it ends as if nothing had been lost', async () => {
  let stoodStill = 0;
  await fc.assert(
    fc.asyncProperty(consistent, fc.integer(), (cases, seed) =>
      expectAsBatched(cases, async (scene) => {
        const postman = new Postman(scene.store, seeded(seed));
        scene.startActors(BENEFIT_YEAR_TURNS, postman.store);
        await enterAll(scene, cases);
        for (let loss = 60; ; loss -= 20) {
          await postman.deliver(Math.max(0, loss));
          const open = await openYears(scene);
          if (open.length === 0) return;
          stoodStill += 1;
          for (const [stream, due] of open) await nudge(scene.store, stream, due);
        }
      }),
    ),
    { numRuns: 8 },
  );
  expect(stoodStill).toBeGreaterThan(5);
});

/** Years with an open case, and whose turn it is there: as the settlement app's watcher asks. */
async function openYears(scene: Scene): Promise<[string, string][]> {
  const taker = scene.taker();
  const open: [string, string][] = [];
  for (const stream of yearsIn(await scene.events())) {
    const due = BENEFIT_YEAR_TURNS.due(await taker.load(stream));
    if (due !== null) open.push([stream, due]);
  }
  return open;
}

describe('a decider that throws for one person', () => {
  const person = (n: number): PlannedCase => ({ person: n, category: 'registered-poor', level: 2, totalFen: 5_000_000 });
  /** Person 2 has two cases; it is the assistance line of the first that cannot be decided. */
  const cases = [person(1), person(2), person(3), person(2), person(1), person(4)];
  const broken = settlementIdOf('H', 'E1');

  const failing = (isMended: () => boolean): YearTurns => ({
    ...BENEFIT_YEAR_TURNS,
    decide: (year: BenefitYear, actor, packOf) => {
      if (!isMended() && actor === 'medical-assistance' && year.open[0]?.settlementId === broken)
        throw new Error('this cannot be decided');
      return BENEFIT_YEAR_TURNS.decide(year, actor, packOf);
    },
  });

  const completed = async (scene: Scene): Promise<string[]> =>
    (await scene.events())
      .filter(({ type }) => type === SETTLEMENT_COMPLETED)
      .map(({ data }) => (data as SettlementCompleted).encounterNo)
      .sort();

  test('delays nobody else; the failure is a fact, the message is parked; mended and replayed, both cases end', () =>
    expectAsBatched(cases, async (scene) => {
      let mended = false;
      scene.startActors(failing(() => mended));
      await enterAll(scene, cases);
      await until(
        async () => (await completed(scene)).length === 4 && (await scene.store.listParked('medical-assistance')).length === 1,
      );
      // Everybody else's; of person 2 nothing was skipped: the second case waits behind the first.
      expect(await completed(scene)).toEqual(['E0', 'E2', 'E4', 'E5']);
      const reported = (await scene.events()).filter(({ stream }) => stream.startsWith(STUCK_PREFIX));
      expect(reported.map(({ type, stream }) => [type, stream])).toEqual([[TURN_FAILED, `${STUCK_PREFIX}${broken}`]]);
      expect(reported[0]?.data as TurnFailedFact).toMatchObject({
        actor: 'medical-assistance',
        attempt: 1,
        caseId: broken,
        line: 'assistance',
        error: 'Error: this cannot be decided',
      });
      expect((await scene.store.listParked('medical-assistance'))[0]?.error).toContain('this cannot be decided');

      mended = true;
      expect(await scene.store.replayParked('medical-assistance')).toBe(1);
      await until(async () => (await completed(scene)).length === cases.length);
      expect(await scene.store.listParked()).toEqual([]);
    }));

  test('mended and nudged, without any replay, both cases end as well', () =>
    expectAsBatched(cases, async (scene) => {
      let mended = false;
      scene.startActors(failing(() => mended));
      await enterAll(scene, cases);
      await until(async () => (await completed(scene)).length === 4);
      mended = true;
      for (const [stream, due] of await openYears(scene)) await nudge(scene.store, stream, due);
      await until(async () => (await completed(scene)).length === cases.length);
    }));

  test('where one process speaks for all, the shares before the failure stand, and the failure names its payer', async () => {
    const scene = await Scene.open();
    try {
      const taker = scene.taker(failing(() => false));
      for (const actor of ['basic-insurance', 'critical-illness', 'medical-assistance', 'fifth-line', 'settlement'])
        taker.enlist(actor);
      for (const [index, each] of cases.entries()) {
        await scene.enter(taker, each, `E${index}`).catch((error: unknown) => {
          // Only the second case of person 2 has nothing to write but its record.
          if (index !== 3) throw error;
        });
      }
      expect(await completed(scene)).toEqual(['E0', 'E2', 'E4', 'E5']);
      const standing = (await scene.events()).filter(
        ({ type, data }) => (data as { settlementId?: string }).settlementId === broken && type.endsWith('Settled'),
      );
      expect(standing.map(({ type, due }) => [type, due])).toEqual([
        ['BasicInsuranceSettled', undefined],
        ['CriticalIllnessSettled', 'medical-assistance'],
      ]);
    } finally {
      await scene.close();
    }
  });
});
