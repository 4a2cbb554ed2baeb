/** The thread's side of an order pool: says that it is ready, then does one order after another. */
import { parentPort } from 'node:worker_threads';
import type { FromThread, Numbered } from './order-pool';

/** @param work what throws ends the thread, and the pool tells why */
export function takeOrders<Order, Answer>(work: (order: Order) => Answer | Promise<Answer>): void {
  const port = parentPort!;
  const say = (message: FromThread<Answer>): void => port.postMessage(message);
  let last = Promise.resolve();
  port.on('message', ({ number, content }: Numbered<Order>) => {
    last = last.then(async () => say({ number, content: await work(content) }));
  });
  say({ ready: true });
}
