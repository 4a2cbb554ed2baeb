/**
 * Room in a person's year: all its bills together stay whole fen below 2^53. A bill holds its room from the check until it
 * has been recorded or refused, so that two huge bills at the same moment cannot both pass. One gateway process; bills that
 * huge do not exist, but a year that can never be completed must not either.
 */
import { Inject, Injectable } from '@nestjs/common';
import { PassingMap } from '@oss/event-store';
import { TurnTaker } from '@oss/host';
import type { Pack } from '@oss/policy';
import {
  type BenefitYear,
  benefitYearStream,
  fitsYear,
  type PostedDischarge,
  type Refusal,
  YEAR_TOTAL_ACCOUNT,
} from '@oss/settlement';

export interface Room {
  readonly refusals: readonly Refusal[];
  /** Gives the room back; call it once, when the bill is recorded or will never be. */
  release(): void;
}

const NO_ROOM_NEEDED: Room = { refusals: [], release: () => undefined };

@Injectable()
export class YearRoom {
  /** Fen held by bills on their way, by benefit year; as many as requests are in flight. */
  readonly #held = new PassingMap<string, number>();

  constructor(@Inject(TurnTaker) private readonly taker: TurnTaker<BenefitYear, Pack>) {}

  /** Checks and holds; a refusal holds nothing. */
  async take({ bill: { totalFen }, care }: PostedDischarge, personKey: string | undefined): Promise<Room> {
    if (personKey === undefined) return NO_ROOM_NEEDED;
    const stream = benefitYearStream(personKey, care.dischargedOn);
    // Cheap even when the year is not in memory: the copier asks for the same year a moment later.
    const year = await this.taker.load(stream);
    const held = this.#held.get(stream) ?? 0;
    let before = (year.accounts[YEAR_TOTAL_ACCOUNT] ?? 0) + held;
    for (const { scope } of year.open) before += scope.totalFen;
    if (!fitsYear(before, totalFen)) {
      const detail = `the year already holds ${before} fen; with ${totalFen} fen it would exceed 2^53 − 1`;
      return { refusals: [{ code: 'year-total-too-large', fields: ['bill.totalFen'], detail }], release: () => undefined };
    }
    this.#held.set(stream, held + totalFen);
    return { refusals: [], release: () => this.#release(stream, totalFen) };
  }

  #release(stream: string, totalFen: number): void {
    const left = (this.#held.get(stream) ?? 0) - totalFen;
    if (left > 0) this.#held.set(stream, left);
    else this.#held.delete(stream);
  }
}
