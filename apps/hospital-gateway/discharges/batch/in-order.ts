/**
 * Work side by side whose results leave in the order of its items: as soon as the oldest is done, also while the next item
 * is still awaited. An item holds its place until its result was taken, so a slow taker slows the reading: back-pressure.
 */

export interface Window {
  /** Most items begun and not yet taken. */
  readonly items: number;
  /** As many bytes of items, the last one aside: many large items are fewer at once. */
  readonly bytes: number;
}

/**
 * @param begin called in the order of the items, at once for each; its promise must not reject
 * @throws what `items` throws, after the results of all that were begun before
 */
export async function* inOrder<I extends { readonly bytes: number }, R>(
  items: AsyncIterable<I>,
  window: Window,
  begin: (item: I) => Promise<R>,
): AsyncGenerator<R> {
  const begun: { readonly bytes: number; readonly result: Promise<R> }[] = [];
  let heldBytes = 0;
  let taken = false;
  let end: { readonly error?: unknown } | null = null;
  let wakeReader = (): void => undefined;
  let wakeTaker = (): void => undefined;

  const read = async (): Promise<void> => {
    for await (const item of items) {
      if (taken) return;
      heldBytes += item.bytes;
      begun.push({ bytes: item.bytes, result: begin(item) });
      wakeTaker();
      while ((begun.length >= window.items || heldBytes >= window.bytes) && !taken) {
        await new Promise<void>((resolve) => (wakeReader = resolve));
      }
    }
  };
  const reading = read().then(
    () => void (end = {}),
    (error: unknown) => void (end = { error }),
  );
  void reading.then(() => wakeTaker());

  try {
    for (;;) {
      const oldest = begun[0];
      if (oldest !== undefined) {
        yield await oldest.result;
        begun.shift();
        heldBytes -= oldest.bytes;
        wakeReader();
      } else if (end === null) await new Promise<void>((resolve) => (wakeTaker = resolve));
      else if ('error' in end) throw (end as { error: unknown }).error;
      else return;
    }
  } finally {
    // Nobody takes results any more: nothing further is begun; what was begun runs to its end.
    taken = true;
    wakeReader();
  }
}
