/**
 * Random work for the rounds of the fault test, the same for the same seed: new persons every round, each with some stays in
 * sequence; of some the first stay is reversed with a cascade and its bill corrected, so that corrections meet the faults, too.
 */
import {
  dischargeOf,
  type DischargeBody,
  HOSPITALS,
  inScopeBill,
  madeUpPerson,
  mixedBill,
  type PersonBody,
} from '../support/county';
import { idOf, register, reversal, settle } from '../scenario/county-scenario';
import type { Phase, Queue } from '../scenario/steps';
import type { Seeded } from '../support/seeded';

const CATEGORIES = ['registered-poor', 'low-income', 'destitute', undefined] as const;
/** Of so many persons one is corrected. */
const CORRECTED_ONE_OF = 4;

export class Load {
  #persons = 0;
  #encounters = 0;

  constructor(private readonly random: Seeded) {}

  /** New persons, each a queue. */
  round(persons: number): Phase {
    return Array.from({ length: persons }, (_, index) => this.#queue(index % CORRECTED_ONE_OF === 0));
  }

  /** Discharges for the hospitals' topic, each of a new person. */
  streamed(persons: number): readonly { readonly person: PersonBody; readonly body: DischargeBody }[] {
    return Array.from({ length: persons }, () => {
      const person = this.#person();
      return { person, body: this.#stay(person) };
    });
  }

  #person(): PersonBody {
    const category = this.random.pick(CATEGORIES);
    return madeUpPerson((this.#persons += 1), category === undefined ? {} : { category });
  }

  #queue(corrected: boolean): Queue {
    const { random } = this;
    const person = this.#person();
    const stays = Array.from({ length: corrected ? 3 : random.whole(1, 3) }, () => this.#stay(person));
    const [first, ...later] = stays as [DischargeBody, ...DischargeBody[]];
    if (!corrected) return [register(person), ...stays.map(settle)];
    const corrects = { settlementId: idOf(first), attempt: 1 };
    const anew = { ...this.#stay(person), encounterNo: first.encounterNo, hospitalCode: first.hospitalCode, corrects };
    return [register(person), ...stays.map(settle), reversal(first, true, later), settle(anew)];
  }

  #stay(person: PersonBody): DischargeBody {
    const { random } = this;
    const bill =
      random.whole(0, 1) === 0
        ? inScopeBill(random.whole(0, 9_000_000))
        : mixedBill(random.whole(0, 3_000_000), random.whole(0, 999_999), random.whole(0, 99_999));
    return dischargeOf(person, {
      hospital: random.pick(['H1', 'H2', 'H3'] as const satisfies readonly (keyof typeof HOSPITALS)[]),
      encounterNo: `F${(this.#encounters += 1)}`,
      dischargedOn: `2018-0${random.whole(1, 9)}-${random.whole(10, 28)}`,
      bill,
    });
  }
}
