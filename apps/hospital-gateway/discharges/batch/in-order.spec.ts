/** The window: results in the order of the items, as soon as they can be, never more begun than the window holds. */
import { gate, until } from '../../../../test/contract/samples';
import { inOrder } from './in-order';

const WINDOW = { items: 3, bytes: 100 };
interface Item {
  readonly n: number;
  readonly bytes: number;
}

/** Items as they are asked for; `asked` counts them. */
class Source {
  asked = 0;
  closed = false;

  constructor(
    private readonly count: number,
    private readonly bytes = 1,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    try {
      for (let n = 1; n <= this.count; n += 1) {
        this.asked = n;
        yield { n, bytes: this.bytes };
      }
    } finally {
      this.closed = true;
    }
  }
}

/** Work that ends when it is told to. */
class Desk {
  readonly begun: number[] = [];
  readonly #gates = new Map<number, ReturnType<typeof gate>>();

  readonly begin = async ({ n }: Item): Promise<number> => {
    this.begun.push(n);
    await this.#gate(n).opened;
    return n;
  };

  end(...ns: readonly number[]): void {
    for (const n of ns) this.#gate(n).open();
  }

  #gate(n: number): ReturnType<typeof gate> {
    const known = this.#gates.get(n) ?? gate();
    this.#gates.set(n, known);
    return known;
  }
}

const taken = async (results: AsyncIterable<number>): Promise<number[]> => {
  const all: number[] = [];
  for await (const n of results) all.push(n);
  return all;
};

test('whatever ends first, results leave in the order of the items', async () => {
  const desk = new Desk();
  desk.end(3, 2, 5, 4, 1);
  expect(await taken(inOrder(new Source(5), WINDOW, desk.begin))).toEqual([1, 2, 3, 4, 5]);
  expect(desk.begun).toEqual([1, 2, 3, 4, 5]);
});

test('an item holds its place until its result was taken: a taker that stops stops the reading', async () => {
  const desk = new Desk();
  const source = new Source(50);
  const results = inOrder(source, WINDOW, desk.begin);
  const first = results.next();
  await until(() => desk.begun.length === 3);
  desk.end(...Array.from({ length: 50 }, (_, index) => index + 1));
  expect(await first).toEqual({ value: 1, done: false });
  // Everything is done; yet nothing further is begun while nobody takes.
  await new Promise((resolve) => setImmediate(resolve));
  expect([desk.begun, source.asked]).toEqual([[1, 2, 3], 3]);
  expect(await results.next()).toEqual({ value: 2, done: false });
  await until(() => desk.begun.length === 4);
  await results.return(undefined);
  await until(() => source.closed);
  expect(desk.begun).toEqual([1, 2, 3, 4]);
});

test('many large items are fewer at once', async () => {
  const desk = new Desk();
  const source = new Source(10, 60);
  const results = taken(inOrder(source, WINDOW, desk.begin));
  await until(() => desk.begun.length === 2);
  await new Promise((resolve) => setImmediate(resolve));
  expect(desk.begun).toEqual([1, 2]);
  desk.end(...Array.from({ length: 10 }, (_, index) => index + 1));
  expect(await results).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a result leaves although the next item has not come yet', async () => {
  const second = gate();
  async function* slow(): AsyncGenerator<Item> {
    yield { n: 1, bytes: 1 };
    await second.opened;
    yield { n: 2, bytes: 1 };
  }
  const desk = new Desk();
  desk.end(1, 2);
  const results = inOrder(slow(), WINDOW, desk.begin);
  expect(await results.next()).toEqual({ value: 1, done: false });
  second.open();
  expect(await taken(results)).toEqual([2]);
});

test('items that break off: what was begun is answered, then the error is told', async () => {
  async function* broken(): AsyncGenerator<Item> {
    yield { n: 1, bytes: 1 };
    yield { n: 2, bytes: 1 };
    throw new Error('the sender has gone');
  }
  const desk = new Desk();
  desk.end(1, 2);
  const results = inOrder(broken(), WINDOW, desk.begin);
  expect([await results.next(), await results.next()]).toEqual([
    { value: 1, done: false },
    { value: 2, done: false },
  ]);
  await expect(results.next()).rejects.toThrow('the sender has gone');
});
