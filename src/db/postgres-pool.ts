import type { Socket } from 'node:net';
import pg from 'pg';
import type { DatabaseLogger } from './logger.ts';
import type { PostgresTransaction } from './postgres-transaction.ts';
import { RunningWork } from './running-work.ts';
import type { UnitTransaction } from './unit-transaction.ts';
import { defaultParser, resultParsers, type ResultParser } from './values.ts';

const DEFAULT_POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
/** A peer that vanished without a word is noticed by the probes that begin after this silence. */
const KEEP_ALIVE_MS = 10_000;
const END_TIMEOUT_MS = 1_000;

export interface ConnectionSettings {
  client: pg.ClientConfig;
  poolSize: number;
}

/**
 * The URL says everything that pg understands (sslmode, options …), and `pool_size`.
 * @throws TypeError for what is no URL, RangeError for a pool that is too small.
 */
export function connectionSettings(url: string, poolSize: number | undefined): ConnectionSettings {
  const parsed = URL.parse(url);
  if (parsed === null) {
    throw new TypeError(
      'The database URL is no URL: postgres://user:password@host:port/database, special characters percent-encoded',
    );
  }
  const urlPoolSize = parsed.searchParams.get('pool_size');
  parsed.searchParams.delete('pool_size');
  const size = poolSize ?? (urlPoolSize === null ? DEFAULT_POOL_SIZE : Number(urlPoolSize));
  if (!Number.isInteger(size) || size < 2) {
    throw new RangeError(
      `The pool_size of the database URL is a whole number from 2 up, not "${urlPoolSize ?? size}"`,
    );
  }
  return {
    client: {
      connectionString: parsed.href,
      fallback_application_name: 'antiphon',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      types: { getTypeParser },
    },
    poolSize: size,
  };
}

/** How the values of a type are read. */
export function getTypeParser(oid: number, format?: 'text' | 'binary'): ResultParser {
  return (format === 'binary' ? undefined : resultParsers[oid]) ?? defaultParser(oid, format);
}

/** Ends the connection; one that does not answer soon is cut off. */
export async function endClient(client: pg.Client): Promise<void> {
  await endWithin(client.end(), () => socketOf(client)?.destroy());
}

/** Resolves when `ended` does, or when it was cut off because it took too long. */
async function endWithin(ended: Promise<void>, cutOff: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, END_TIMEOUT_MS);
  }).then(cutOff);
  await Promise.race([ended, tooLate]).finally(() => clearTimeout(timer));
}

/** A pool whose connections begin with the given settings, and that closes within a bound. */
export class PostgresPool {
  readonly pool: pg.Pool;
  readonly #clients = new Set<pg.PoolClient>();
  readonly #running = new RunningWork();
  #ended: Promise<void> | undefined;

  constructor(
    { client }: ConnectionSettings,
    { size, settings }: { size: number; settings: Record<string, string | number> },
    logger: DatabaseLogger,
  ) {
    this.pool = new pg.Pool({
      ...client,
      max: size,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it, though its types do not say so
      onConnect: (connected) => connected.query(setSql(settings)),
    });
    // An 'error' event that nobody hears ends the process: idle connections tell the pool, and
    // those in use tell their own listeners only. The statement in flight rejects by itself.
    this.pool.on('error', (error) => logger.warn({ err: error }, 'idle database connection lost'));
    this.pool.on('connect', (connected) => {
      this.#clients.add(connected);
      connected.on('error', (error) => logger.warn({ err: error }, 'database connection lost'));
    });
    this.pool.on('remove', (removed) => this.#clients.delete(removed));
  }

  /** Lends a connection for statements that stand alone. A broken one does not return to the pool. */
  run<T>(body: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.#running.add(this.#run(body));
  }

  /**
   * One transaction of a unit of work. A connection whose transaction could not be rolled back does
   * not return to the pool.
   */
  unit<T>(
    begin: (client: pg.PoolClient) => PostgresTransaction,
    body: (transaction: UnitTransaction) => Promise<T>,
  ): Promise<T> {
    return this.#running.add(this.#unit(begin, body));
  }

  /** Ends idle connections in good order; those in use after a moment are cut off. */
  async close(): Promise<void> {
    await endWithin(this.#end(), () => {
      for (const client of this.#clients) socketOf(client)?.destroy();
    });
  }

  #end(): Promise<void> {
    return (this.#ended ??= this.pool.end());
  }

  async #run<T>(body: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      return await body(client);
    } finally {
      client.release();
    }
  }

  async #unit<T>(
    begin: (client: pg.PoolClient) => PostgresTransaction,
    body: (transaction: UnitTransaction) => Promise<T>,
  ): Promise<T> {
    const client = await this.pool.connect();
    const transaction = begin(client);
    let sound = true;
    try {
      return await body(transaction);
    } catch (error) {
      sound = await transaction.rollback();
      throw error;
    } finally {
      client.release(!sound);
    }
  }
}

/** SQL that makes these settings the session's. */
export function setSql(settings: Record<string, string | number>): string {
  return Object.entries(settings)
    .map(([name, value]) => `set ${name} = '${value}'`)
    .join('; ');
}

function socketOf(client: pg.ClientBase): Socket | undefined {
  return (client as unknown as { connection?: { stream?: Socket } }).connection?.stream;
}
