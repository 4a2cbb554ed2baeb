/** What the figures were measured on: the machine, and how long its disk takes to make a write durable. */
import { closeSync, fdatasyncSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { median } from './figures';

const SYNCS = 200;
const BYTES_PER_SYNC = 8_192;

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly platform: string;
  /** Of the last minute before the bench began: above a few tenths others were at work. */
  readonly loadBefore: number;
}

export function machine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    loadBefore: Math.round(loadavg()[0]! * 100) / 100,
  };
}

/** Median time of one fdatasync after 8 KiB appended, in ms, on the disk that holds the directory. */
export function fdatasyncMs(directory: string): number {
  const file = join(directory, 'fdatasync.probe');
  const handle = openSync(file, 'w');
  const bytes = Buffer.alloc(BYTES_PER_SYNC, 1);
  const times: number[] = [];
  for (let i = 0; i < SYNCS; i += 1) {
    writeSync(handle, bytes);
    const began = performance.now();
    fdatasyncSync(handle);
    times.push(performance.now() - began);
  }
  closeSync(handle);
  rmSync(file);
  return median(times);
}

/** Folds the write-ahead logs of a stopped server into their files and answers the bytes of all files. */
export function bytesOnDisk(directory: string): number {
  const files = (): string[] =>
    readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
    );
  for (const file of files().filter((name) => name.endsWith('.sqlite'))) {
    const db = new DatabaseSync(file);
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    db.close();
  }
  return files().reduce((sum, file) => sum + statSync(file).size, 0);
}
