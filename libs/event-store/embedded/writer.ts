/**
 * Writes a batch of appends and notes in one transaction. Each append is checked against its stream's head before a row of
 * it is written, so a refusal disturbs nobody else in the batch.
 */
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { judge } from '../expected-revision';
import { NO_HEAD, type Sealable, seal } from '../sealing';
import { Checkpoints } from './checkpoints';
import { lockDirectory } from './directory-lock';
import { type Head, Heads } from './heads';
import {
  type CommitFailed,
  type Committed,
  BEHIND,
  EMPTY,
  expectedFromNumber,
  FIELDS_PER_EVENT,
  LEFT_OUT,
  type Note,
  NUMBERS_PER_APPEND,
  REFUSED,
  REPEATED,
  type WriteRequest,
  type WriterSettings,
  WRITTEN,
} from './protocol';
import { checkpointStatement, dashed, FILE_NAME, LIMIT, openForWriting, resultCode } from './schema';

/**
 * Frames of 8 KiB in the write-ahead log at which they are copied into the file: by the writer in an idle moment, else by the
 * checkpoint thread. More at once keep the disk, and the commits of that moment, for longer; fewer cost more in all.
 */
const FRAMES_TO_COPY = 512;
/**
 * The log begins anew only at a moment when all of it has been copied, and under load the thread is always a little behind.
 * So the writer copies such a rest itself; and any rest, once the log is so long that it must not grow further.
 */
const REST_FRAMES = 256;
const MAX_LOG_FRAMES = 8_192;
const SQLITE_IOERR = 10;

export class Writer {
  readonly #unlock: () => void;
  readonly #db: DatabaseSync;
  readonly #heads = new Heads();
  readonly #sql: ReturnType<typeof statements>;
  readonly #copyLog: () => void;
  readonly #checkpoints: Checkpoints;
  #nextPosition = 1;
  #nextStream = 1;
  /** After a failed write of the disk nothing that it says can be trusted: no more commits until the store is opened anew. */
  #broken: string | null = null;

  constructor({ directory, maxFileBytes }: WriterSettings) {
    this.#unlock = lockDirectory(directory);
    try {
      this.#db = openForWriting(join(directory, FILE_NAME), maxFileBytes);
      this.#sql = statements(this.#db);
      this.#copyLog = checkpointStatement(this.#db);
      this.#checkpoints = new Checkpoints(join(directory, FILE_NAME), () => this.#copyRest());
      this.#readCounters();
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  commit(requests: readonly WriteRequest[]): Committed | CommitFailed {
    let stage = 'begin';
    try {
      if (this.#broken) throw new Error(this.#broken);
      const answer: Answer = { results: [], hashes: [], appends: 0, notes: 0 };
      this.#sql.begin.run();
      for (const request of requests) {
        this.#appendAll(request, answer);
        for (const note of request.notes) this.#note(note);
        answer.notes += request.notes.length;
      }
      stage = 'commit';
      this.#sql.commit.run();
      return answer;
    } catch (error) {
      return this.#failed(error as Error, stage, requests);
    }
  }

  /** Sees to it that the write-ahead log is copied into the file: here when nobody waits, else by the checkpoint thread. */
  tidyUp(moment: 'idle' | 'busy'): void {
    if (this.#checkpoints.copying) return;
    const { rest } = this.#log();
    if (rest < FRAMES_TO_COPY) return;
    if (moment === 'idle') this.#copyLog();
    else this.#checkpoints.begin();
  }

  async close(): Promise<void> {
    await this.#checkpoints.stop();
    this.#db.close();
    this.#checkpoints.close();
    this.#unlock();
  }

  /** After the thread's copy: what was committed meanwhile. */
  #copyRest(): void {
    const { frames, rest } = this.#log();
    if (rest <= REST_FRAMES || frames > MAX_LOG_FRAMES) this.#copyLog();
    else this.#checkpoints.begin();
  }

  /** Frames in the write-ahead log, and how many of them are not yet in the file. */
  #log(): { readonly frames: number; readonly rest: number } {
    const { log, checkpointed } = this.#sql.walSize.get() as { log: number; checkpointed: number };
    return { frames: log, rest: log - checkpointed };
  }

  #appendAll({ streams, shapes, fields, now }: WriteRequest, answer: Answer): void {
    let field = 0;
    let written = false;
    for (let i = 0, shape = 0; i < streams.length; i++, shape += NUMBERS_PER_APPEND) {
      const count = shapes[shape + 1]!;
      const link = shapes[shape + 2]!;
      if (link === BEHIND && !written) answer.results.push(LEFT_OUT, 0);
      else written = this.#append(streams[i]!, shapes[shape]!, fields, field, count, link > 0 ? link : now, answer);
      field += count * FIELDS_PER_EVENT;
    }
    answer.appends += streams.length;
  }

  /** Answers whether it wrote anything. */
  #append(
    stream: string,
    expected: number,
    fields: WriteRequest['fields'],
    start: number,
    count: number,
    now: number,
    answer: Answer,
  ): boolean {
    const events = new Array<Sealable>(count);
    for (let i = 0, at = start; i < count; i++, at += FIELDS_PER_EVENT) {
      events[i] = { id: fields[at]!, type: fields[at + 1]!, text: fields[at + 2]! };
    }
    const known = this.#head(stream);
    const head = known ?? NO_HEAD;
    const verdict = judge(expectedFromNumber(expected), head.revision, events, (from, most) => this.#ids(known, from, most));
    if (verdict === 'refuse') answer.results.push(REFUSED, head.revision);
    else if (verdict !== 'write') answer.results.push(REPEATED, verdict.repeats);
    else if (count === 0) answer.results.push(EMPTY, head.revision);
    else {
      const sealed = seal(head, stream, events, now);
      answer.results.push(WRITTEN, this.#nextPosition, sealed[0]!.revision, sealed[0]!.recordedAt);
      const no = known ? known.no : this.#newStream(stream);
      const insert = this.#sql.insertEvent;
      for (let i = 0, at = start; i < count; i++, at += FIELDS_PER_EVENT) {
        const { revision, recordedAt, hash } = sealed[i]!;
        const { id, type, text } = events[i]!;
        insert.run(
          this.#nextPosition,
          no,
          revision,
          id,
          type,
          recordedAt,
          hash,
          fields[at + 3] ?? null,
          fields[at + 4] ?? null,
          text,
        );
        answer.hashes.push(hash);
        this.#nextPosition += 1;
      }
      const written = { ...sealed[count - 1]!, no };
      if (known) this.#heads.known(stream, written);
      else this.#heads.begun(stream, written);
      return true;
    }
    return false;
  }

  #head(stream: string): Head | undefined {
    const cached = this.#heads.get(stream);
    if (cached) return cached;
    const row = this.#sql.head.get(stream) as Head | undefined;
    if (row) this.#heads.known(stream, row);
    return row;
  }

  #newStream(name: string): number {
    const no = this.#nextStream;
    this.#sql.insertStream.run(no, name);
    this.#nextStream += 1;
    return no;
  }

  #ids(head: Head | undefined, from: number, most: number): string[] {
    if (!head) return [];
    return this.#sql.ids.all(head.no, from, most).map((row) => dashed((row as { id: string }).id));
  }

  #note(note: Note): void {
    if (note.kind === 'unpark') this.#sql.unpark.run(note.subscription, note.position);
    else if (note.kind === 'park') this.#sql.park.run(note.subscription, note.position, note.attempts, note.error, note.at);
    else if (note.state === undefined) this.#sql.movePosition.run(note.name, note.position);
    else this.#sql.saveCheckpoint.run(note.name, note.position, note.state);
  }

  /** Leaves no trace of the batch in memory, and says whether it may stand on disk. */
  #failed(error: Error, stage: string, requests: readonly WriteRequest[]): CommitFailed {
    this.#heads.clear();
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    if (!this.#broken) this.#readCounters();
    if (stage === 'commit' && resultCode(error) === SQLITE_IOERR) {
      this.#broken = `the disk failed (${error.message}): stop the process, look at the disk, start again`;
    }
    const appends = requests.reduce((sum, { streams }) => sum + streams.length, 0);
    const notes = requests.reduce((sum, request) => sum + request.notes.length, 0);
    return { failure: error.message, unknown: stage === 'commit', appends, notes };
  }

  #readCounters(): void {
    this.#nextPosition = (this.#sql.lastPosition.get()!['last'] as number) + 1;
    this.#nextStream = (this.#sql.lastStream.get()!['last'] as number) + 1;
  }
}

interface Answer {
  results: number[];
  hashes: string[];
  appends: number;
  notes: number;
}

function statements(db: DatabaseSync) {
  const prepare = (sql: string): StatementSync => db.prepare(sql);
  return {
    begin: prepare('BEGIN IMMEDIATE'),
    commit: prepare('COMMIT'),
    insertEvent: prepare(
      `INSERT INTO events (position, stream, revision, id, type, recorded_at, hash, due, trace, data)
       VALUES (?, ?, ?, unhex(?, '-'), ?, ?, unhex(?), ?, ?, ?)`,
    ),
    insertStream: prepare('INSERT INTO streams (no, name) VALUES (?, ?)'),
    head: prepare(
      `SELECT stream AS no, revision, lower(hex(hash)) AS hash, recorded_at AS recordedAt FROM events
       WHERE stream = (SELECT no FROM streams WHERE name = ?) ORDER BY revision DESC LIMIT 1`,
    ),
    ids: prepare(`SELECT lower(hex(id)) AS id FROM events WHERE stream = ? AND revision >= ? ORDER BY revision ${LIMIT}`),
    lastPosition: prepare('SELECT ifnull(max(position), 0) AS last FROM events'),
    lastStream: prepare('SELECT ifnull(max(no), 0) AS last FROM streams'),
    park: prepare('INSERT OR REPLACE INTO parked (subscription, position, attempts, error, parked_at) VALUES (?, ?, ?, ?, ?)'),
    unpark: prepare('DELETE FROM parked WHERE subscription = ? AND position = ?'),
    saveCheckpoint: prepare('INSERT OR REPLACE INTO checkpoints (name, position, state) VALUES (?, ?, ?)'),
    movePosition: prepare(
      'INSERT INTO checkpoints (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
    ),
    walSize: prepare('PRAGMA wal_checkpoint(NOOP)'),
  };
}
