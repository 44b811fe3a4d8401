import type { Database } from '../db/database.ts';
import type { DatabaseLogger } from '../db/logger.ts';

/**
 * Tells processes that an organization's feed has grown. It carries no data and may be lost,
 * repeated or late: the feed is the truth, and whoever listens polls it as well.
 */
export interface WakeUp {
  /** Never blocks, never fails; many calls in a row become few messages. */
  publish(organizationId: string): void;
  /**
   * `onWake(null)` says that messages may have been missed, of any organization.
   * @returns a function that ends it.
   */
  subscribe(onWake: (organizationId: string | null) => void): Promise<() => Promise<void>>;
  /** Sends what was published last; nothing is sent or heard afterwards. */
  close(): Promise<void>;
}

/** Carries short texts between processes. */
export interface WakeUpTransport {
  send(message: string): Promise<void>;
  /** `onMessage('')` where some may have been missed. Resolves to a function that ends it. */
  receive(onMessage: (message: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface WakeUpOptions {
  readonly logger: DatabaseLogger;
  /** Between two messages at least, in milliseconds (default 10). The first goes at once. */
  readonly coalesceMs?: number;
}

export const WAKE_UP_CHANNEL = 'antiphon_feed';

const DEFAULT_COALESCE_MS = 10;
/** NOTIFY takes less than 8,000 bytes, an id is 36. Beyond that, everybody looks. */
const MAX_ORGANIZATIONS_A_MESSAGE = 200;
const ANY_ORGANIZATION = '*';

/** By NOTIFY. The embedded database belongs to this process alone, which needs no message. */
export function createDatabaseWakeUp(db: Database, options: WakeUpOptions): WakeUp {
  if (db.kind === 'embedded') return createWakeUp(null, options);
  return createWakeUp(
    {
      send: (message) => db.notify(WAKE_UP_CHANNEL, message),
      receive: (onMessage) => db.listen(WAKE_UP_CHANNEL, onMessage),
      close: async () => {},
    },
    options,
  );
}

/** Wakes the subscribers of this process directly, and those of others through the transport. */
export function createWakeUp(transport: WakeUpTransport | null, options: WakeUpOptions): WakeUp {
  return new CoalescedWakeUp(transport, options);
}

class CoalescedWakeUp implements WakeUp {
  readonly #transport: WakeUpTransport | null;
  readonly #logger: DatabaseLogger;
  readonly #coalesceMs: number;
  /** Marks messages as ours: we have acted on them already. */
  readonly #sender: string = crypto.randomUUID();
  readonly #listeners = new Set<(organizationId: string | null) => void>();
  #published = new Set<string>();
  #unsent = new Set<string>();
  #sending: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lastFlush = -Infinity;
  #closed = false;

  constructor(transport: WakeUpTransport | null, { logger, coalesceMs }: WakeUpOptions) {
    this.#transport = transport;
    this.#logger = logger;
    this.#coalesceMs = coalesceMs ?? DEFAULT_COALESCE_MS;
  }

  publish(organizationId: string): void {
    if (this.#closed) return;
    this.#published.add(organizationId);
    if (this.#timer !== null) return;
    const wait = Math.max(0, this.#lastFlush + this.#coalesceMs - performance.now());
    this.#timer = setTimeout(() => this.#flush(), wait);
  }

  async subscribe(onWake: (organizationId: string | null) => void): Promise<() => Promise<void>> {
    const listener = (organizationId: string | null): void => onWake(organizationId);
    this.#listeners.add(listener);
    try {
      const stop = await this.#transport?.receive((message) => this.#hear(message, listener));
      return async () => {
        this.#listeners.delete(listener);
        await stop?.();
      };
    } catch (error) {
      this.#listeners.delete(listener);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#flush();
    }
    await this.#sending;
    await this.#transport?.close();
  }

  #flush(): void {
    this.#timer = null;
    this.#lastFlush = performance.now();
    const published = this.#published;
    this.#published = new Set();
    for (const organizationId of published) {
      this.#unsent.add(organizationId);
      for (const listener of this.#listeners) listener(organizationId);
    }
    if (this.#transport !== null) this.#sending ??= this.#send(this.#transport);
  }

  /** One message at a time: what comes meanwhile goes into the next. */
  async #send(transport: WakeUpTransport): Promise<void> {
    while (this.#unsent.size > 0) {
      const organizationIds = [...this.#unsent];
      this.#unsent.clear();
      const ids =
        organizationIds.length > MAX_ORGANIZATIONS_A_MESSAGE
          ? ANY_ORGANIZATION
          : organizationIds.join(',');
      try {
        await transport.send(`${this.#sender} ${ids}`);
      } catch (error) {
        // Polling finds what this would have told.
        this.#logger.warn({ err: error }, 'a feed wake-up was not sent');
      }
    }
    this.#sending = null;
  }

  #hear(message: string, listener: (organizationId: string | null) => void): void {
    if (this.#closed) return;
    const [sender, ids] = message.split(' ');
    if (sender === this.#sender) return;
    if (ids === undefined || ids === ANY_ORGANIZATION) listener(null);
    else for (const organizationId of ids.split(',')) listener(organizationId);
  }
}
