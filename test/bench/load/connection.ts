/**
 * One keep-alive connection that has one request under way: writes bytes that were built beforehand and reads just as much
 * of an answer as measuring needs. Leaner than any HTTP client, because it shares two cores with what it measures.
 */
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: (\d+)/i;
const STATUS_START = 'HTTP/1.1 '.length;

export interface Answer {
  readonly status: string;
  readonly bytes: number;
  /** The body's beginning, for messages; empty for a 201. */
  readonly text: string;
}

export class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  /** Bytes of head and body, once the head has come. */
  #expected = 0;
  #status = '';
  #bodyBytes = 0;
  #onAnswer: (answer: Answer) => void = () => {};

  private constructor(socket: Socket, onLost: (error: Error) => void) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', onLost);
    socket.on('close', () => onLost(new Error('the server closed a connection')));
  }

  static open(port: number, onLost: (error: Error) => void): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        resolve(new Connection(socket, onLost));
      });
    });
  }

  send(request: Buffer, onAnswer: (answer: Answer) => void): void {
    this.#onAnswer = onAnswer;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (this.#expected === 0) {
      const end = this.#received.indexOf(HEAD_END);
      if (end < 0) return;
      const head = this.#received.toString('latin1', 0, end);
      this.#bodyBytes = Number(LENGTH.exec(head)?.[1] ?? 0);
      this.#status = head.slice(STATUS_START, STATUS_START + 3);
      this.#expected = end + HEAD_END.length + this.#bodyBytes;
    }
    if (this.#received.length < this.#expected) return;
    const text = this.#status === '201' ? '' : this.#received.toString('utf8', this.#expected - this.#bodyBytes, this.#expected);
    const answer = { status: this.#status, bytes: this.#bodyBytes, text };
    this.#received = this.#received.subarray(this.#expected);
    this.#expected = 0;
    this.#onAnswer(answer);
  }
}
