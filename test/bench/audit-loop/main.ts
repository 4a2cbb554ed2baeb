/**
 * The bare loop beside the audit: one thread, one statement, every row of the log as the audit reads it, its JSON parsed, and nothing
 * else. DATA_DIR names the store; prints how many rows there were.
 */
import { join } from 'node:path';
import { FILE_NAME, openForReading } from '../../../libs/event-store/embedded/schema';

const db = openForReading(join(process.env['DATA_DIR'] ?? '.', FILE_NAME));
const rows = db.prepare(
  `SELECT e.position, s.name, e.revision, lower(hex(e.id)), e.type, e.data, e.recorded_at, lower(hex(e.hash)), e.due, e.trace
   FROM events e JOIN streams s ON s.no = e.stream ORDER BY e.position`,
);
rows.setReturnArrays(true);
let events = 0;
let objects = 0;
for (const row of rows.iterate() as unknown as Iterable<readonly string[]>) {
  events += 1;
  if (typeof JSON.parse(row[5]!) === 'object') objects += 1;
}
db.close();
process.stdout.write(JSON.stringify({ events, objects }));
