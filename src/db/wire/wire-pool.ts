import type { DatabaseLogger } from '../logger.ts';
import type { WireConnection } from './wire-connection.ts';

export interface WirePoolOptions {
  /** Makes a connection, and tells when it has ended. */
  readonly open: (onEnd: (error: Error | null) => void) => Promise<WireConnection>;
  readonly size: number;
  readonly logger: DatabaseLogger;
}

interface Waiting {
  readonly until: number;
  readonly take: (connection: WireConnection) => void;
  readonly reject: (error: unknown) => void;
}

interface Idle {
  readonly connection: WireConnection;
  readonly since: number;
}

/** How long a read waits for a connection. */
const WAIT_MS = 10_000;
const IDLE_MS = 30_000;
const IDLE_CHECK_MS = 5_000;

/**
 * Connections for statements that stand alone, made when they are needed. Whoever asks while all are
 * in use waits for the next one that is free, in the order of asking, and not for ever.
 */
export class WirePool {
  readonly #options: WirePoolOptions;
  readonly #all = new Set<WireConnection>();
  readonly #idle: Idle[] = [];
  readonly #waiting: Waiting[] = [];
  #opening = 0;
  #inUse = 0;
  #waitTimer: NodeJS.Timeout | undefined;
  readonly #idleTimer: NodeJS.Timeout;
  #onDrained: (() => void) | undefined;

  constructor(options: WirePoolOptions) {
    this.#options = options;
    this.#idleTimer = setInterval(() => this.#endIdle(Date.now() - IDLE_MS), IDLE_CHECK_MS);
    this.#idleTimer.unref();
  }

  /** Lends a connection; rejects where none can be had, or with what the body rejects with. */
  run<T>(body: (connection: WireConnection) => Promise<T>): Promise<T> {
    this.#inUse++;
    const idle = this.#idle.pop();
    const result = idle
      ? this.#lend(idle.connection, body)
      : this.#wait().then((connection) => this.#lend(connection, body));
    const done = () => this.#done();
    result.then(done, done);
    return result;
  }

  /** Resolves when nobody uses it, or waits to. */
  async settle(): Promise<void> {
    if (this.#inUse === 0) return;
    await new Promise<void>((resolve) => {
      const before = this.#onDrained;
      this.#onDrained = () => {
        before?.();
        resolve();
      };
    });
  }

  /** Ends idle connections in good order; those in use are cut off. */
  async close(): Promise<void> {
    clearInterval(this.#idleTimer);
    const idle = new Set(this.#idle.splice(0).map(({ connection }) => connection));
    for (const connection of this.#all) if (!idle.has(connection)) connection.destroy();
    await Promise.all([...idle].map((connection) => connection.end()));
  }

  async #lend<T>(
    connection: WireConnection,
    body: (connection: WireConnection) => Promise<T>,
  ): Promise<T> {
    try {
      return await body(connection);
    } finally {
      this.#give(connection);
    }
  }

  #wait(): Promise<WireConnection> {
    return new Promise((take, reject) => {
      this.#waiting.push({ until: Date.now() + WAIT_MS, take, reject });
      this.#waitTimer ??= setTimeout(() => this.#rejectLate(), WAIT_MS);
      this.#openMore();
    });
  }

  /** To whoever waits longest; where nobody does, it is idle. */
  #give(connection: WireConnection): void {
    if (!connection.isOpen) return;
    const next = this.#waiting.shift();
    if (next) next.take(connection);
    else this.#idle.push({ connection, since: Date.now() });
  }

  #done(): void {
    this.#inUse--;
    if (this.#inUse === 0) this.#onDrained?.();
  }

  /** As many as are waited for, and as there may be. */
  #openMore(): void {
    const { size } = this.#options;
    while (this.#opening < this.#waiting.length && this.#all.size + this.#opening < size) {
      void this.#open();
    }
  }

  async #open(): Promise<void> {
    const { open, logger } = this.#options;
    this.#opening++;
    let opened: WireConnection | undefined;
    try {
      opened = await open((error) => {
        if (error) logger.warn({ err: error }, 'database connection lost');
        this.#forget(opened as WireConnection);
      });
      if (opened.isOpen) this.#all.add(opened);
    } catch (error) {
      // Each connection was opened for somebody: one of those is told why there is none.
      this.#waiting.shift()?.reject(error);
    } finally {
      this.#opening--;
    }
    if (opened) this.#give(opened);
  }

  #forget(connection: WireConnection): void {
    this.#all.delete(connection);
    const at = this.#idle.findIndex((idle) => idle.connection === connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#openMore();
  }

  #rejectLate(): void {
    const now = Date.now();
    while (this.#waiting[0] && this.#waiting[0].until <= now) {
      this.#waiting.shift()?.reject(new Error('timeout exceeded when trying to connect'));
    }
    const [next] = this.#waiting;
    this.#waitTimer = next && setTimeout(() => this.#rejectLate(), next.until - now);
  }

  #endIdle(before: number): void {
    // The longest idle come first.
    while (this.#idle[0] && this.#idle[0].since < before) {
      const { connection } = this.#idle.shift() as Idle;
      connection.end().catch(() => undefined);
    }
  }
}
