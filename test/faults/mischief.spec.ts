/** That the faults are faults: crossed nudges do come twice, to both copies and out of order; a gate that is shut lets nothing through. */
import { openKurrentStore } from '@oss/event-store';
import { sample, until } from '../contract/samples';
import { Gate } from '../support/gate';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { twiceAndCrossed } from '../support/kurrentdb-double/mischief';

const STREAMS = Array.from({ length: 60 }, (_, n) => `s-${String(n).padStart(2, '0')}`);
const all: { close(): unknown }[] = [];
let double: KurrentDbDouble;

beforeEach(async () => {
  double = await KurrentDbDouble.start();
});
afterEach(async () => {
  for (const each of all.splice(0)) await each.close();
  double.stop();
});

function opened(url: string): ReturnType<typeof openKurrentStore> {
  const store = openKurrentStore({ url });
  all.push(store);
  return store;
}

test('every nudge comes twice and out of order, and some come to both copies', async () => {
  double.deliver(twiceAndCrossed(7));
  const copies = [opened(double.url()), opened(double.url())].map((store) => {
    const handled: string[] = [];
    store.work({ group: 'payer' }, ({ stream }) => Promise.resolve(void handled.push(stream)));
    return { store, handled };
  });
  await until(() => double.consumers('payer') === 2);
  for (const stream of STREAMS) await copies[0]!.store.append(stream, 'no_stream', [sample()]);
  const [one, other] = copies.map(({ handled }) => handled) as [string[], string[]];
  await until(() => new Set([...one, ...other]).size === STREAMS.length && one.some((stream) => other.includes(stream)));
  // A copy knows again what it has handled: only what the other one had is handled twice.
  expect([new Set(one).size, new Set(other).size]).toEqual([one.length, other.length]);
  expect([one, other]).not.toEqual([one.toSorted(), other.toSorted()]);
});

test('a gate that is shut cuts who is in and refuses who comes; open again it lets through', async () => {
  const { hostname, port } = new URL(double.url().replace('kurrentdb:', 'http:'));
  const gate = await Gate.before(hostname, Number(port));
  all.push({ close: () => gate.shut() });
  const store = opened(double.url().replace(port, String(gate.port)));
  await store.append('s-1', 'no_stream', [sample()]);
  gate.shut();
  await expect(store.append('s-1', 0, [sample()])).rejects.toThrow('it is not known whether the append to s-1 was stored');
  await gate.open();
  expect((await store.readLast('s-1'))?.revision).toBe(0);
});
