import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createWakeUp, type WakeUp, type WakeUpOptions, type WakeUpTransport } from './wakeup.ts';

export interface NatsWakeUpOptions extends WakeUpOptions {
  /** One or more servers of the cluster: `nats://host:4222`. */
  readonly servers: string | readonly string[];
  /** Processes of one installation share it (default `antiphon.feed`). */
  readonly subject?: string;
}

const DEFAULT_SUBJECT = 'antiphon.feed';
const RECONNECT_WAIT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * By NATS, for many processes: PostgreSQL takes one lock for all commits that notify. Without a
 * server, now or later, this connects by itself once there is one, and polling serves meanwhile.
 */
export function createNatsWakeUp(options: NatsWakeUpOptions): WakeUp {
  return createWakeUp(new NatsTransport(options), options);
}

class NatsTransport implements WakeUpTransport {
  readonly #options: NatsWakeUpOptions;
  readonly #subject: string;
  readonly #receivers = new Set<(message: string) => void>();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #connection: NatsConnection | null = null;

  constructor(options: NatsWakeUpOptions) {
    this.#options = options;
    this.#subject = options.subject ?? DEFAULT_SUBJECT;
    this.#running = this.#stayConnected();
  }

  /** While there is no connection, there is nobody to tell. */
  async send(message: string): Promise<void> {
    this.#connection?.publish(this.#subject, message);
  }

  async receive(onMessage: (message: string) => void): Promise<() => Promise<void>> {
    this.#receivers.add(onMessage);
    return async () => void this.#receivers.delete(onMessage);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#receivers.clear();
    await this.#connection?.close();
    await this.#running;
  }

  async #stayConnected(): Promise<void> {
    const { logger } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#useConnection(await this.#connect());
      } catch (error) {
        logger.warn({ err: error }, 'NATS cannot be reached; the feed is polled');
      }
      await sleep(RECONNECT_WAIT_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  #connect(): Promise<NatsConnection> {
    const { servers } = this.#options;
    return connect({
      servers: typeof servers === 'string' ? servers.split(',') : [...servers],
      name: 'antiphon',
      timeout: CONNECT_TIMEOUT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      ignoreAuthErrorAbort: true,
    });
  }

  /** Resolves when the connection is closed for good; it reconnects by itself. */
  async #useConnection(connection: NatsConnection): Promise<void> {
    this.#connection = connection;
    if (this.#closing.signal.aborted) await connection.close();
    else {
      connection.subscribe(this.#subject, {
        callback: (error, message) => {
          if (error === null) this.#tell(message.string());
        },
      });
      this.#tell('');
      for await (const { type } of connection.status()) {
        if (type === 'disconnect')
          this.#options.logger.warn({}, 'NATS is away; the feed is polled');
        if (type === 'reconnect') this.#tell('');
      }
    }
    await connection.closed();
    this.#connection = null;
  }

  #tell(message: string): void {
    for (const receiver of this.#receivers) receiver(message);
  }
}
