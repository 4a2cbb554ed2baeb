/**
 * The open cases of all benefit years, folded from the log: who has been waiting, since when, when to nudge again. Pure, and
 * small: a completed case is forgotten. Nothing waits for ever, and nobody is asked more often than every ten seconds.
 */
import { PassingMap } from '@oss/event-store';
import {
  BENEFIT_YEAR_TURNS,
  DISCHARGE_RECORDED,
  RESETTLEMENT_OPENED,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementReversed,
} from '@oss/settlement';

/** The facts that open or end a case: all that needs to be followed. */
export const OPENING_OR_ENDING: readonly string[] = [
  DISCHARGE_RECORDED,
  RESETTLEMENT_OPENED,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
];

/** First nudge after 10 s, then less and less often, down to every 5 minutes, without end. */
export const FIRST_NUDGE_MS = 10_000;
export const LAST_NUDGE_MS = 300_000;

export interface OpenStream {
  /** Cases of the stream that are open. */
  cases: number;
  /** Milliseconds since 1970: when the stream last took in or completed a case. */
  since: number;
  nudgeAt: number;
  pauseMs: number;
}

interface YearEvent {
  readonly type: string;
  readonly stream: string;
  readonly recordedAt: string;
  readonly data: unknown;
}

export class OpenCases {
  constructor(readonly streams = new PassingMap<string, OpenStream>()) {}

  /** Follows the log by one event. */
  take(event: YearEvent): void {
    const { type, stream, recordedAt } = event;
    if (!stream.startsWith(BENEFIT_YEAR_TURNS.streamPrefix)) return;
    const open = this.streams.get(stream);
    const at = Date.parse(recordedAt);
    if (type === DISCHARGE_RECORDED || type === RESETTLEMENT_OPENED) {
      if (open === undefined)
        this.streams.set(stream, { cases: 1, since: at, nudgeAt: at + FIRST_NUDGE_MS, pauseMs: FIRST_NUDGE_MS });
      else open.cases += 1;
      return;
    }
    if (open === undefined) return;
    const ends = type === SETTLEMENT_COMPLETED || (type === SETTLEMENT_REVERSED && (event.data as SettlementReversed).wasOpen);
    if (ends && --open.cases <= 0) {
      this.streams.delete(stream);
      return;
    }
    // A case of the stream ended and the next one moves up: whoever is due now has been nudged by this very event.
    Object.assign(open, { since: at, nudgeAt: at + FIRST_NUDGE_MS, pauseMs: FIRST_NUDGE_MS });
  }

  /** Streams to nudge now; each is planned again, later. @param now milliseconds since 1970 */
  due(now: number): string[] {
    const streams: string[] = [];
    for (const [stream, open] of this.streams) {
      if (open.nudgeAt > now) continue;
      streams.push(stream);
      open.pauseMs = Math.min(open.pauseMs * 2, LAST_NUDGE_MS);
      open.nudgeAt = now + open.pauseMs;
    }
    return streams;
  }

  /** Age of the oldest open case in milliseconds; 0 when none is open. */
  oldestMs(now: number): number {
    let oldest = now;
    for (const { since } of this.streams.values()) oldest = Math.min(oldest, since);
    return now - oldest;
  }

  toJson(): string {
    return JSON.stringify([...this.streams]);
  }

  static fromJson(text: string | undefined): OpenCases {
    return new OpenCases(new PassingMap(text === undefined ? [] : (JSON.parse(text) as [string, OpenStream][])));
  }
}
