import type { IncomingMessage } from 'node:http';
import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { CLOSE_CODES, type CloseCode } from './close-codes.ts';

export interface ConnectionLimits {
  readonly pingIntervalMs: number;
  readonly bufferedBytes: number;
}

/** Ends a connection from inside of a message's handler. */
export class CloseConnection extends Error {
  readonly code: CloseCode;

  constructor(code: CloseCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** How long the other end may take to answer a close frame. */
const CLOSE_TIMEOUT_MS = 3_000;
/** A close frame has room for 123 bytes of reason. */
const MAX_REASON_BYTES = 123;

/** One WebSocket, as graphql-ws wants it, with an eye on whether the other end is there and reads. */
export class SocketConnection implements ProtocolSocket {
  readonly request: IncomingMessage;
  readonly #socket: WebSocket;
  readonly #limits: ConnectionLimits;
  readonly #pinging: NodeJS.Timeout;
  #answered = true;
  /** Ids of queries and mutations under way. */
  readonly #running = new Set<string>();
  #leaving = false;

  constructor(socket: WebSocket, request: IncomingMessage, limits: ConnectionLimits) {
    this.#socket = socket;
    this.request = request;
    this.#limits = limits;
    socket.on('pong', () => (this.#answered = true));
    this.#pinging = setInterval(() => this.#ping(), limits.pingIntervalMs).unref();
    socket.once('close', () => clearInterval(this.#pinging));
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Resolves when the frame has gone out, or can no longer. */
  send(frame: string): Promise<void> {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    if (socket.bufferedAmount > this.#limits.bufferedBytes) {
      this.close(CLOSE_CODES.tryAgainLater, 'Not read fast enough: resume from your last cursor');
      return Promise.resolve();
    }
    return new Promise((resolve) => socket.send(frame, () => resolve()));
  }

  close(code: number = CLOSE_CODES.internalServerError, reason = ''): void {
    this.#socket.close(code, shortened(reason));
    // An end that does not read does not answer either.
    const timer = setTimeout(() => this.terminate(), CLOSE_TIMEOUT_MS).unref();
    this.#socket.once('close', () => clearTimeout(timer));
  }

  onMessage(handle: (message: string) => Promise<void>): void {
    this.#socket.on('message', (data) => {
      handle(String(data as Buffer)).catch((error: unknown) => this.#onFailure(error));
    });
  }

  get isLeaving(): boolean {
    return this.#leaving;
  }

  /** A query or mutation begins, which `leave` waits for. */
  begin(id: string): void {
    this.#running.add(id);
  }

  /** It ends; the message that says so to the client is on its way. */
  end(id: string): void {
    if (!this.#running.delete(id)) return;
    // Closed before that message, the client would take the operation for lost, and send it again.
    setImmediate(() => this.#leaveIfDone());
  }

  /** Closes when what is under way has been answered. */
  leave(): void {
    this.#leaving = true;
    this.#leaveIfDone();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #leaveIfDone(): void {
    if (!this.#leaving || this.#running.size > 0) return;
    this.close(CLOSE_CODES.goingAway, 'The server is shutting down: connect again');
  }

  #onFailure(error: unknown): void {
    if (error instanceof CloseConnection) this.close(error.code, error.message);
    else this.close(CLOSE_CODES.internalServerError, 'Internal error');
  }

  #ping(): void {
    if (!this.#answered) {
      this.terminate();
      return;
    }
    this.#answered = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }
}

function shortened(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > MAX_REASON_BYTES) text = text.slice(0, -1);
  return text;
}
