import { once } from 'node:events';
import { createConnection } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { bearer } from './transports.ts';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket that speaks the protocol by hand, and so may break it. */
export class RawSocket {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  /** The code and reason with which it was closed. */
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(
    url: string,
    protocol: string | null = 'graphql-transport-ws',
    options?: ClientOptions,
  ) {
    this.socket = new WebSocket(url, protocol === null ? [] : [protocol], options);
    this.socket.on('message', (data) => {
      this.messages.push(JSON.parse((data as Buffer).toString()) as Message);
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    this.socket.on('error', () => undefined);
  }

  async open(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }

  /** Opens it and says hello with a key. */
  async greet(key: string | null): Promise<this> {
    await this.open();
    this.send({ type: 'connection_init', payload: bearer(key) });
    await this.until(({ type }) => type === 'connection_ack');
    return this;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** Waits for a message, also one that has come already. @throws Error where it is closed instead */
  async until(wanted: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(wanted);
      if (found) return found;
      const closed = this.closed.then(({ code }) => {
        throw new Error(`closed with ${code}`);
      });
      await Promise.race([once(this.socket, 'message'), closed]);
    }
  }
}

/** Writes bytes to a port, and gives what comes back until the other side closes. */
export async function converse(
  port: number,
  write: (send: (text: string) => void) => void | Promise<void>,
): Promise<{ answer: string; ms: number }> {
  const startedAt = performance.now();
  const socket = createConnection(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => (answer += data.toString()));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await once(socket, 'connect');
  await write((text) => socket.write(text));
  await closed;
  return { answer, ms: performance.now() - startedAt };
}
