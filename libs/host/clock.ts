/** The only place that asks what time it is: everything that needs the time is handed a Clock, so that tests can set it. */
import { Injectable } from '@nestjs/common';

const CHINA_OFFSET_MS = 8 * 3_600_000;

const DAY_MS = 24 * 3_600_000;

/** The day that was asked for last, and its number since 1970: nearly always today, once per discharge. */
let asked = { number: NaN, day: '' };

/** Calendar day in China (Asia/Shanghai: UTC+8 all year since 1992) of an instant, `YYYY-MM-DD`. */
export function dayInChina(instant: Date): string {
  const number = Math.floor((instant.getTime() + CHINA_OFFSET_MS) / DAY_MS);
  if (number !== asked.number) asked = { number, day: new Date(number * DAY_MS).toISOString().slice(0, 10) };
  return asked.day;
}

export abstract class Clock {
  abstract now(): Date;

  /** Today in China time, `YYYY-MM-DD`. */
  todayInChina(): string {
    return dayInChina(this.now());
  }
}

@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
