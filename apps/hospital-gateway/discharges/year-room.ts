/**
 * Room in a person's year: all its bills together stay whole fen below 2^53. A bill holds its room from the check until it
 * has been recorded or refused, so that two huge bills at the same moment cannot both pass. One gateway process; bills that
 * huge do not exist, but a year that can never be completed must not either.
 */
import { Inject, Injectable } from '@nestjs/common';
import { PassingMap } from '@oss/event-store';
import { TurnTaker } from '@oss/host';
import type { Pack } from '@oss/policy';
import { type BenefitYear, benefitYearStream, fitsYear, type Refusal, YEAR_TOTAL_ACCOUNT } from '@oss/settlement';

export interface Room {
  readonly refusals: readonly Refusal[];
  /** Gives the room back; call it once, when the bill is recorded or will never be. */
  release(): void;
}

/** What counts of a discharge. */
interface BillOfYear {
  readonly bill: { readonly totalFen: number };
  readonly care: { readonly dischargedOn: string };
}

const NO_REFUSALS: readonly Refusal[] = [];
const NO_ROOM_NEEDED: Room = { refusals: NO_REFUSALS, release: () => undefined };

@Injectable()
export class YearRoom {
  /** Fen held by bills on their way, by benefit year; as many as requests are in flight. */
  readonly #held = new PassingMap<string, number>();

  constructor(@Inject(TurnTaker) private readonly taker: TurnTaker<BenefitYear, Pack>) {}

  /** Checks and holds; a refusal holds nothing. */
  async take({ bill: { totalFen }, care }: BillOfYear, personKey: string | undefined): Promise<Room> {
    if (personKey === undefined) return NO_ROOM_NEEDED;
    const stream = benefitYearStream(personKey, care.dischargedOn);
    // Cheap even when the year is not in memory: the copier asks for the same year a moment later.
    const year = await this.taker.load(stream);
    const refusals = this.refusals(year, stream, totalFen);
    if (refusals.length > 0) return { refusals, release: () => undefined };
    this.#held.set(stream, (this.#held.get(stream) ?? 0) + totalFen);
    return { refusals, release: () => this.#release(stream, totalFen) };
  }

  /** What a year, as it is now, has against one more bill; empty when there is room beside what is held. */
  refusals(year: BenefitYear, stream: string, totalFen: number): readonly Refusal[] {
    let before = (year.accounts[YEAR_TOTAL_ACCOUNT] ?? 0) + (this.#held.get(stream) ?? 0);
    for (const { scope } of year.open) before += scope.totalFen;
    if (fitsYear(before, totalFen)) return NO_REFUSALS;
    const detail = `the year already holds ${before} fen; with ${totalFen} fen it would exceed 2^53 − 1`;
    return [{ code: 'year-total-too-large', fields: ['bill.totalFen'], detail }];
  }

  #release(stream: string, totalFen: number): void {
    const left = (this.#held.get(stream) ?? 0) - totalFen;
    if (left > 0) this.#held.set(stream, left);
    else this.#held.delete(stream);
  }
}
