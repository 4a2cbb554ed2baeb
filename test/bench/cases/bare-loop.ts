/** The bare loop: what one thread, one prepared statement and nothing else reach with the same rows and the same durability. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { FILE_NAME, openForWriting } from '../../../libs/event-store/embedded/schema';
import type { Planned } from './planned-appends';

/** The pipeline folds its write-ahead log at about this many frames; here SQLite does it by itself. */
const FRAMES = 1_024;

type Work = 'serialise, hash and write' | 'write';

/** A row as the tables hold it; for `write` the text and the hash are ready. */
interface Row {
  readonly no: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly idBytes: Buffer;
  readonly type: string;
  readonly data: object;
  readonly text: string;
  readonly hash: Buffer;
}

/** Events per second. @param batch events per transaction */
export function bareLoop(directory: string, settlements: readonly Planned[], batch: number, work: Work): number {
  const rows = rowsOf(settlements, work);
  const db = openForWriting(join(directory, FILE_NAME));
  db.exec(`PRAGMA wal_autocheckpoint = ${FRAMES}`);
  const began = performance.now();
  write(db, rows, batch, work);
  const seconds = (performance.now() - began) / 1_000;
  db.close();
  return rows.length / seconds;
}

function rowsOf(settlements: readonly Planned[], work: Work): Row[] {
  let no = 0;
  return settlements.flatMap(({ appends }) =>
    appends.flatMap(({ stream, events }) => {
      no += 1;
      return events.map(({ id, type, data }, revision): Row => {
        const text = work === 'write' ? JSON.stringify(data) : '';
        const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
        return { no, stream, revision, id, idBytes: bytes, type, data, text, hash: hash('sha256', text, 'buffer') };
      });
    }),
  );
}

function write(db: DatabaseSync, rows: readonly Row[], batch: number, work: Work): void {
  const stream = db.prepare('INSERT INTO streams (no, name) VALUES (?, ?)');
  const event = db.prepare(
    'INSERT INTO events (position, stream, revision, id, type, recorded_at, hash, due, trace, data) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)',
  );
  const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')];
  let previous = '';
  for (let at = 0; at < rows.length; at += batch) {
    begin.run();
    const now = Date.now();
    const instant = new Date(now).toISOString();
    for (let i = at; i < Math.min(at + batch, rows.length); i += 1) {
      const row = rows[i]!;
      if (row.revision === 0) {
        stream.run(row.no, row.stream);
        previous = '';
      }
      if (work === 'write') event.run(i + 1, row.no, row.revision, row.idBytes, row.type, now, row.hash, row.text);
      else {
        const text = JSON.stringify(row.data);
        previous = hash(
          'sha256',
          `["${row.stream}",${row.revision},"${row.id}","${row.type}",${text},"${instant}","${previous}"]`,
          'hex',
        );
        const id = Buffer.from(row.id.replaceAll('-', ''), 'hex');
        event.run(i + 1, row.no, row.revision, id, row.type, now, Buffer.from(previous, 'hex'), text);
      }
    }
    commit.run();
  }
}
