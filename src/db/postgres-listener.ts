import pg from 'pg';
import { channelIdentifier } from './channel.ts';
import type { DatabaseLogger } from './logger.ts';
import { endClient } from './postgres-pool.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

type OnNotify = (payload: string) => void;

/** One connection that hears all channels, and comes back after it was lost. */
export class PostgresListener {
  readonly #config: pg.ClientConfig;
  readonly #logger: DatabaseLogger;
  readonly #channels = new Map<string, Set<OnNotify>>();
  #client: Promise<pg.Client> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #closed = false;

  constructor(config: pg.ClientConfig, logger: DatabaseLogger) {
    this.#config = config;
    this.#logger = logger;
  }

  /** Resolves when the server listens: what is notified from then on arrives. */
  async listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>> {
    const identifier = channelIdentifier(channel);
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners.add(onNotify));
    try {
      this.#client ??= this.#connect();
      await (await this.#client).query(`listen ${identifier}`);
    } catch (error) {
      this.#forget(channel, onNotify);
      throw error;
    }
    return async () => {
      if (!this.#forget(channel, onNotify)) return;
      const client = await this.#client?.catch(() => undefined);
      await client?.query(`unlisten ${identifier}`).catch(() => undefined);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#channels.clear();
    const client = await this.#client?.catch(() => undefined);
    if (client !== undefined) await endClient(client).catch(() => undefined);
  }

  /** Says whether the channel has nobody left. */
  #forget(channel: string, onNotify: OnNotify): boolean {
    const listeners = this.#channels.get(channel);
    listeners?.delete(onNotify);
    if (listeners === undefined || listeners.size > 0) return false;
    return this.#channels.delete(channel);
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config);
    client.on('error', (error) => this.#logger.warn({ err: error }, 'listening connection lost'));
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.#channels.keys()) {
        await client.query(`listen ${channelIdentifier(channel)}`);
      }
    } catch (error) {
      this.#client = undefined;
      await client.end().catch(() => undefined);
      throw error;
    }
    client.on('end', () => this.#reconnectLater());
    this.#retryMs = FIRST_RETRY_MS;
    return client;
  }

  #reconnectLater(): void {
    this.#client = undefined;
    if (this.#closed || this.#channels.size === 0) return;
    this.#retry = setTimeout(() => void this.#reconnect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  async #reconnect(): Promise<void> {
    try {
      this.#client ??= this.#connect();
      await this.#client;
      for (const channel of this.#channels.keys()) this.#tell(channel, '');
    } catch (error) {
      this.#logger.warn({ err: error }, 'listening connection is not back yet');
      this.#reconnectLater();
    }
  }

  #tell(channel: string, payload: string): void {
    for (const onNotify of this.#channels.get(channel) ?? []) onNotify(payload);
  }
}
