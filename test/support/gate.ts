/**
 * A gate between apps and a server: hands bytes on until it is shut, then cuts every connection and refuses new ones, as a
 * network does, while the server behind it knows nothing. Any TCP server: a double as well as the real one.
 */
import { createServer, connect, type Server, type Socket } from 'node:net';

export class Gate {
  #server: Server | null = null;
  #port = 0;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly behind: { readonly host: string; readonly port: number }) {}

  /** Opens on a free port of the loopback address. */
  static async before(host: string, port: number): Promise<Gate> {
    const gate = new Gate({ host, port });
    await gate.open();
    return gate;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens (again), on the same port. */
  async open(): Promise<void> {
    const server = createServer((outside) => this.#join(outside));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as { port: number }).port;
    this.#server = server;
  }

  /** What stands falls silent: nothing is handed on any more and nobody is told, as when a cable is pulled. Who comes anew is let in. */
  hush(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.resume();
    }
  }

  /** Cuts every connection; whoever comes is refused. */
  shut(): void {
    this.#server?.close();
    this.#server = null;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #join(outside: Socket): void {
    const inside = connect(this.behind.port, this.behind.host);
    for (const [from, to] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => undefined);
      from.once('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
