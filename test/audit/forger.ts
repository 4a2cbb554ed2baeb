/**
 * A forger with the database file in his hands: SQL as he would write it, and, for one who knows the format, events sealed
 * again so that every hash chain holds.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NO_HEAD, seal, type StreamHead } from '@oss/event-store';

/** Changes the text of the event at a position, and nothing else. */
export const changeText = (position: number, from: string, to: string): string =>
  `UPDATE events SET data = replace(data, '${from}', '${to}') WHERE position = ${position}`;

export const dropEvent = (position: number): string => `DELETE FROM events WHERE position = ${position}`;

export const truncateAfter = (position: number): string => `DELETE FROM events WHERE position > ${position}`;

/** Two events change their places in the log. */
export const swap = (one: number, other: number): string =>
  [
    `UPDATE events SET position = -1 WHERE position = ${one}`,
    `UPDATE events SET position = ${one} WHERE position = ${other}`,
    `UPDATE events SET position = ${other} WHERE position = -1`,
  ].join('; ');

/** All events from a position on move up (or down) by one. */
export const move = (from: number, by: 1 | -1): string =>
  `UPDATE events SET position = -(position + ${by}) WHERE position >= ${from}; UPDATE events SET position = -position WHERE position < 0`;

interface Row {
  readonly position: number;
  readonly name: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly at: number;
}

/** Seals the whole stream again in which the event at a position stands: its chain holds as if nothing had been touched. */
export function sealAgain(directory: string, position: number): void {
  const db = new DatabaseSync(join(directory, 'events.sqlite'));
  try {
    const rows = db
      .prepare(
        `SELECT e.position, s.name, e.revision, lower(hex(e.id)) AS id, e.type, e.data, e.recorded_at AS at FROM events e
         JOIN streams s ON s.no = e.stream WHERE e.stream = (SELECT stream FROM events WHERE position = ?) ORDER BY e.revision`,
      )
      .all(position) as unknown as Row[];
    let head: StreamHead = NO_HEAD;
    for (const { position: place, name, id, type, data, at } of rows) {
      head = seal(head, name, [{ id: dashed(id), type, text: data }], at)[0]!;
      db.prepare('UPDATE events SET hash = unhex(?) WHERE position = ?').run(head.hash, place);
    }
  } finally {
    db.close();
  }
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
