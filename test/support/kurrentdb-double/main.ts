/**
 * FOR TESTS ALONE. The double as a process of its own: it stands while apps beside it are killed, and costs the test's own
 * thread nothing. It answers its address, then obeys orders, and ends with whoever started it.
 */
import { KurrentDbDouble } from './double';
import { directly, twiceAndCrossed } from './mischief';

/** `crash`: all connections break, what was acknowledged since the last checkpoints is forgotten, the log stands. */
export type DoubleOrder = { readonly order: 'crash' } | { readonly order: 'nudge'; readonly twiceAndCrossed: number | null };

async function main(): Promise<void> {
  const double = await KurrentDbDouble.start();
  process.on('message', ({ order, ...of }: DoubleOrder & { twiceAndCrossed?: number | null }) => {
    const obeyed = order === 'crash' ? crash(double) : Promise.resolve(double.deliver(delivery(of.twiceAndCrossed ?? null)));
    void obeyed.then(() => process.send!({ obeyed: order }));
  });
  process.once('disconnect', () => process.exit());
  process.send!({ url: double.url() });
}

const delivery = (seed: number | null) => (seed === null ? directly : twiceAndCrossed(seed));

async function crash(double: KurrentDbDouble): Promise<void> {
  double.crash();
  await double.restore();
}

void main();
