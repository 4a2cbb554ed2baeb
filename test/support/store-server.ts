/**
 * The KurrentDB that processes apart share: the test double as a process of its own, or the real server that KURRENTDB_URL
 * names. That one must be empty (a whole history is compared) and ours alone while the test runs; it is left full.
 */
import { DoubleProcess } from './kurrentdb-double/double-process';

export interface StoreServer {
  readonly url: string;
  /** What only the double can be told to do; null with a real server. */
  readonly double: DoubleProcess | null;
  stop(): Promise<void>;
}

export async function storeServer(): Promise<StoreServer> {
  const url = process.env['KURRENTDB_URL'];
  if (url !== undefined) return { url, double: null, stop: () => Promise.resolve() };
  const double = await DoubleProcess.start();
  return { url: double.url, double, stop: () => double.stop() };
}
