import { DatabaseClosedError } from '../errors.ts';
import type { DatabaseLogger } from '../logger.ts';
import { RunningWork } from '../running-work.ts';
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
  readonly #running = new RunningWork();
  readonly #idleTimer: NodeJS.Timeout;
  #waitTimer: NodeJS.Timeout | undefined;
  #opening = 0;
  #isClosed = false;

  constructor(options: WirePoolOptions) {
    this.#options = options;
    this.#idleTimer = setInterval(() => this.#endIdle(Date.now() - IDLE_MS), IDLE_CHECK_MS);
    this.#idleTimer.unref();
  }

  /** Lends a connection; rejects where none can be had, or with what the body rejects with. */
  run<T>(body: (connection: WireConnection) => Promise<T>): Promise<T> {
    const idle = this.#idle.pop();
    return this.#running.add(
      idle
        ? this.#lend(idle.connection, body)
        : this.#wait().then((connection) => this.#lend(connection, body)),
    );
  }

  /** Resolves when nobody uses it, or waits to. */
  settle(): Promise<void> {
    return this.#running.settle();
  }

  /** Ends idle connections in good order; those in use are cut off, and whoever waits is told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#idleTimer);
    clearTimeout(this.#waitTimer);
    for (const { reject } of this.#waiting.splice(0)) reject(new DatabaseClosedError());
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
    if (this.#isClosed) return Promise.reject(new DatabaseClosedError());
    return new Promise((take, reject) => {
      this.#waiting.push({ until: Date.now() + WAIT_MS, take, reject });
      this.#waitTimer ??= setTimeout(() => this.#rejectLate(), WAIT_MS).unref();
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

  /** As many as are waited for, and as there may be. */
  #openMore(): void {
    const { size } = this.#options;
    if (this.#isClosed) return;
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
      // It may have taken so long that nobody is there any more.
      if (this.#isClosed) opened.destroy();
      else if (opened.isOpen) this.#all.add(opened);
    } catch (error) {
      // Each connection was opened for somebody: one of those is told why there is none.
      this.#waiting.shift()?.reject(error);
    } finally {
      this.#opening--;
    }
    if (opened === undefined) this.#openMore();
    else if (!this.#isClosed) this.#give(opened);
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
    this.#waitTimer = next && setTimeout(() => this.#rejectLate(), next.until - now).unref();
  }

  #endIdle(before: number): void {
    // The longest idle come first.
    while (this.#idle[0] && this.#idle[0].since < before) {
      const { connection } = this.#idle.shift() as Idle;
      connection.end().catch(() => undefined);
    }
  }
}
