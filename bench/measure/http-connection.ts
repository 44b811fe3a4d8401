import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer, with its header fields as the text that came. */
export interface HttpAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const END_OF_LINE = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);
const TIMEOUT_MS = 60_000;

/**
 * One connection that is kept alive, with one request under way at a time, and as much of HTTP/1.1 as
 * answers of servers take. It is our own because of what it does not do: a client with all that HTTP
 * has takes more of the load's core for a request than a server does for an answer from memory, so
 * that the figures of quick servers would be the client's.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer = NOTHING;
  #waiting: Waiting | null = null;
  #failure: Error | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer came in time')));
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  get isOpen(): boolean {
    return this.#failure === null;
  }

  /** @param request the whole of it, as it goes over the wire */
  send(request: string): Promise<HttpAnswer> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const answer = readAnswer(received);
    this.#received = answer === null ? received : NOTHING;
    if (answer !== null) this.#take()?.resolve(answer);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#take()?.reject(this.#failure);
  }

  #take(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }
}

/** Null where there is more to come. */
function readAnswer(received: Buffer): HttpAnswer | null {
  const end = received.indexOf(END_OF_HEAD);
  if (end < 0) return null;
  const head = received.toString('latin1', 0, end);
  const status = Number(head.slice(9, 12));
  const start = end + END_OF_HEAD.length;
  const length = status === 304 ? '0' : headerOf(head, 'content-length');
  const body =
    length === null
      ? readChunks(received, start)
      : received.length < start + Number(length)
        ? null
        : received.subarray(start, start + Number(length));
  return body && { status, head, body };
}

/** The value of a header field. */
export function headerOf(head: string, name: string): string | null {
  return new RegExp(`\r\n${name}: *([^\r]*)`, 'i').exec(head)?.[1] ?? null;
}

/** A body that comes in chunks, each behind its length. */
function readChunks(received: Buffer, start: number): Buffer | null {
  const chunks: Buffer[] = [];
  for (let at = start; ;) {
    const line = received.indexOf(END_OF_LINE, at);
    if (line < 0) return null;
    const length = Number.parseInt(received.toString('latin1', at, line), 16);
    const from = line + END_OF_LINE.length;
    at = from + length + END_OF_LINE.length;
    if (Number.isNaN(length) || received.length < at) return null;
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(received.subarray(from, from + length));
  }
}
