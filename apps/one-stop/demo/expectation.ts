/**
 * The demo's own reckoning, apart from the system under show: every settled answer is compared, field by field, with the
 * pure domain run over the same person's bills in the same order, and with what the public examples printed.
 */
import { sumFen } from '@oss/money';
import { packInForce } from '@oss/policy';
import { type BenefitYear, birthDateOf, settleAlone, type SettlementView } from '@oss/settlement';
import { builtInPacks, type PackFile, packsIn } from '../../hospital-gateway/policy/pack-files';
import { differencesFrom, EXAMPLE_PACKS, publishedExamples } from './public-examples';
import type { DischargeBody } from './sample-bills';
import type { PlannedPost } from './planned-post';
import type { SamplePerson } from './sample-people';

/** One pseudonym for everybody: it decides no fen, and the years are kept apart here. */
const PERSON_KEY = '0'.repeat(32);

export class Expectation {
  readonly #packs: readonly (PackFile & { readonly region: string; readonly from: string; readonly to: string | null })[];
  readonly #years = new Map<string, BenefitYear>();
  readonly #examples = publishedExamples();

  /** @param today YYYY-MM-DD in China */
  constructor(private readonly today: string) {
    this.#packs = [...builtInPacks(), ...packsIn(EXAMPLE_PACKS)].map((file) => {
      const { region, from, to } = file.pack;
      return { ...file, region, from, to };
    });
  }

  /** The pack's name, for the statement. */
  packName(id: string): string | undefined {
    return this.#packs.find(({ pack }) => pack.id === id)?.pack.name;
  }

  /** What is wrong with the answer to a post that must settle; call it in the order of the person's posts. */
  differences(post: PlannedPost, answer: SettlementView): string[] {
    const wanted = this.settled(post);
    if (wanted === null) return ['settled, where the own reckoning refuses'];
    const found: string[] = [];
    for (const [field, value] of Object.entries(plain(wanted))) {
      found.push(...differingValues(field, value, (answer as unknown as Record<string, unknown>)[field]));
    }
    const parts = [...answer.shares.map(({ paidFen }) => paidFen), answer.selfPayFen ?? 0];
    if (sumFen(parts) !== answer.totalFen) found.push(`${parts.join(' + ')} is not the total of ${answer.totalFen} fen`);
    const { example } = post;
    const published = this.#examples.find(({ id }) => id === example?.case.example);
    if (example !== undefined && published !== undefined) found.push(...differencesFrom(example, answer, published));
    return found;
  }

  /** The settlement that the post must get, on top of the person's posts before; null where it is refused. */
  settled({ body, person, hospital }: PlannedPost): SettlementView | null {
    const { patient, ...discharge } = body as DischargeBody;
    const { dischargedOn } = discharge.care;
    const key = `${patient.idNumber}/${dischargedOn.slice(0, 4)}`;
    const pack = packInForce(this.#packs, discharge.region, dischargedOn);
    const registered = person === undefined ? null : registeredPerson(person);
    const result = settleAlone(
      { discharge, person: registered, hospital: hospital ?? null, pack, today: this.today },
      this.#years.get(key),
    );
    if ('refused' in result) return null;
    this.#years.set(key, result.year);
    return result.settled;
  }
}

function registeredPerson({ idNumber, region, cover, categories }: SamplePerson) {
  return {
    personKey: PERSON_KEY,
    region,
    cover: cover ?? null,
    categories,
    approvedDiseases: [],
    birthDate: birthDateOf(idNumber),
  };
}

/** As it would come over the wire: without members that are undefined. */
function plain(view: SettlementView): Record<string, unknown> {
  return JSON.parse(JSON.stringify(view)) as Record<string, unknown>;
}

/** Where two JSON values differ, down to the single value: "shares[0].paidFen: expected 100, got 99". */
function differingValues(path: string, wanted: unknown, got: unknown): string[] {
  if (typeof wanted !== 'object' || wanted === null || typeof got !== 'object' || got === null) {
    return wanted === got ? [] : [`${path}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`];
  }
  const keys = new Set([...Object.keys(wanted), ...Object.keys(got)]);
  const [left, right] = [wanted, got] as Record<string, unknown>[];
  return [...keys].flatMap((key) =>
    differingValues(Array.isArray(wanted) ? `${path}[${key}]` : `${path}.${key}`, left?.[key], right?.[key]),
  );
}
