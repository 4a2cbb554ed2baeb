/** One batch over HTTP, sent and read as a stream, line by line, so that a test decides what happens in between. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';

export interface BatchStream {
  /** Sends as much as given; resolves when the connection has taken it. */
  send(text: string | Uint8Array): Promise<void>;
  /** No more lines follow. */
  end(): void;
  /** The next line of the answer; null at its end. @throws when the answer breaks off */
  next(): Promise<string | null>;
  /** Cuts the connection. */
  cut(): void;
}

/** @param headers beside the media type */
export function openBatch(url: string, headers: Readonly<Record<string, string>> = {}): BatchStream {
  const outgoing = request(`${url}/v1/discharges/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  });
  // A cut connection is told to whoever reads; the writing side has nothing to add.
  outgoing.on('error', () => undefined);
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  answered.catch(() => undefined);
  const lines = linesOf(answered);
  return {
    send: (text) =>
      new Promise((resolve) => {
        // Called when the text was handed on, and also, with an error, when the connection is gone.
        outgoing.write(text, () => resolve());
      }),
    end: () => void outgoing.end(),
    next: async () => {
      const { value, done } = await lines.next();
      return done === true ? null : value;
    },
    cut: () => void outgoing.destroy(),
  };
}

async function* linesOf(answered: Promise<[IncomingMessage]>): AsyncGenerator<string> {
  const [response] = await answered;
  yield* createInterface({ input: response });
  if (!response.complete) throw new Error('the answer broke off');
}
