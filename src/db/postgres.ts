import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { MikroORM } from '@mikro-orm/sql';
import { PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';
import { DatabaseClosedError } from './errors.ts';
import type { DatabaseLogger } from './logger.ts';
import { rowOf } from './named-statement.ts';
import { ormOptions, type Entities } from './orm-options.ts';
import { PostgresListener } from './postgres-listener.ts';
import {
  connectionSettings,
  endClient,
  getTypeParser,
  PostgresPool,
  setSql,
  type ConnectionSettings,
} from './postgres-pool.ts';
import { PostgresTransaction } from './postgres-transaction.ts';
import type { CellRow } from './read/cells.ts';
import { CLOSE_TIMEOUT_MS, RunningWork } from './running-work.ts';
import { type BatchResult, StatementBatch } from './statement-batch.ts';
import { assertTenantRead, StatementNames, StatementObservers } from './statements.ts';
import { enterTenant, enterTenantSql } from './tenant.ts';
import {
  assertOutsideUnit,
  runUnitOfWork,
  type RunInTenant,
  type UnitOfWork,
} from './unit-of-work.ts';
import type { Statement } from './unit-transaction.ts';
import { type Answer, WireConnection } from './wire/wire-connection.ts';
import { WireReads } from './wire/wire-reads.ts';

/** Prepared statements a connection keeps: some 20 kB each in PostgreSQL, so 10 MB at most. */
const MAX_PREPARED_READS = 500;
/** Those of writes come first come first served. */
const MAX_PREPARED_WRITES = 200;

const BEGIN: Statement = { sql: 'begin', values: [] };

/** A unit of work that does nothing for so long has lost its owner, and holds locks. */
const IDLE_IN_TRANSACTION_MS = 60_000;

export interface PostgresOptions {
  url: string;
  entities: Entities;
  poolSize: number | undefined;
  readRowSecurity: boolean;
  readTimeoutMs: number;
  logger: DatabaseLogger;
}

/** @throws the driver's error where the server cannot be reached or refuses us. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const settings = connectionSettings(options.url, options.poolSize);
  const database = new PostgresDatabase(settings, options);
  try {
    await database.connect();
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

class PostgresDatabase implements Database {
  readonly kind = 'postgresql';
  readonly embeddedLock = null;
  readonly #settings: ConnectionSettings;
  readonly #logger: DatabaseLogger;
  readonly #readRowSecurity: boolean;
  readonly #running = new RunningWork();
  readonly #observers = new StatementObservers();
  readonly #writes: PostgresPool;
  readonly #writeNames = new StatementNames(MAX_PREPARED_WRITES);
  readonly #openReads: () => WireReads;
  readonly #readNames = new StatementNames(MAX_PREPARED_READS);
  readonly #listener: PostgresListener;
  readonly #entities: Entities;
  readonly #retired = new Set<WireReads>();
  #reads: WireReads;
  #orm: MikroORM | undefined;
  #closed = false;

  constructor(settings: ConnectionSettings, options: PostgresOptions) {
    this.#settings = settings;
    this.#logger = options.logger;
    this.#readRowSecurity = options.readRowSecurity;
    this.#entities = options.entities;
    const writers = Math.max(1, Math.floor(settings.poolSize / 2));
    this.#writes = new PostgresPool(
      settings,
      {
        size: writers,
        settings: {
          // Otherwise statements over batches are planned anew each time: a batch of one promises less
          // work than one of the length that a plan for all batches assumes.
          plan_cache_mode: 'force_generic_plan',
          idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
        },
      },
      options.logger,
    );
    const readSettings = setSql({
      // Cells are read as text, which is UTC so.
      TimeZone: 'UTC',
      // Otherwise a parameter in LIMIT has each execution planned anew.
      plan_cache_mode: 'force_generic_plan',
      // Rows of a list have keys of their own, so that what is kept for the next one is never used.
      enable_memoize: 'off',
      // What is gathered looks dear to the planner, and to compile it costs more than to answer it.
      jit: 'off',
      statement_timeout: options.readTimeoutMs,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    });
    this.#openReads = () =>
      new WireReads({
        size: Math.max(1, settings.poolSize - writers),
        open: (onEnd) =>
          WireConnection.open(settings.client, {
            sql: readSettings,
            parserOf: getTypeParser,
            onEnd,
          }),
        nameOf: (text) => this.#readNames.name(text),
        logger: options.logger,
      });
    this.#reads = this.#openReads();
    this.#listener = new PostgresListener(settings.client, options.logger);
  }

  async connect(): Promise<void> {
    const [row] = await this.#writes.run((client) =>
      client.query<{ name: string }>('select current_database() as name').then(({ rows }) => rows),
    );
    this.#orm = new MikroORM({
      ...ormOptions(this.#entities, this.#logger),
      driver: PostgreSqlDriver,
      dbName: row?.name ?? '',
      driverOptions: new PostgresDialect({ pool: this.#writes.pool }),
    }) as MikroORM;
  }

  get orm(): MikroORM {
    if (this.#orm === undefined) throw new DatabaseClosedError();
    return this.#orm;
  }

  async read<Row extends object>(
    organizationId: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const { rows, columns } = await this.#read(organizationId, sql, values);
    return rows.map((cells) => rowOf(columns, cells) as Row);
  }

  async readCells(
    organizationId: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly CellRow[]> {
    return (await this.#read(organizationId, sql, values)).rows;
  }

  #read(organizationId: string, text: string, values: readonly unknown[]): Promise<Answer> {
    const name = this.#readName(text) ?? '';
    const statement = { name, text, values: [organizationId, ...values] };
    return this.#readRowSecurity
      ? this.#reads.askWithin(`begin read only; ${enterTenantSql(organizationId)}`, statement)
      : this.#reads.ask(statement);
  }

  async system<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    this.#assertUsable('system');
    this.#observers.tell(sql);
    return this.#running.add(
      this.#writes.run(async (client) => {
        const [result] = await this.#sendAll(client, [{ sql, values }]);
        return (result?.rows ?? []) as Row[];
      }),
    );
  }

  async unitOfWork<T>(organizationId: string, work: (uow: UnitOfWork) => Promise<T>): Promise<T> {
    this.#assertUsable('unitOfWork');
    return this.#running.add(
      runUnitOfWork(
        {
          orm: this.orm,
          runInTenant: this.#runInTenant,
          observers: this.#observers,
          logger: this.#logger,
        },
        organizationId,
        work,
      ),
    );
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>> {
    this.#assertUsable('listen');
    return this.#listener.listen(channel, onNotify);
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.system('select pg_notify($1, $2)', [channel, payload]);
  }

  /** A connection of its own, since `work` may need all of the pool's. */
  async exclusively<T>(lockNumber: number, work: () => Promise<T>): Promise<T> {
    this.#assertUsable('exclusively');
    const client = new pg.Client(this.#settings.client);
    client.on('error', (error) => this.#logger.warn({ err: error }, 'lock connection lost'));
    await client.connect();
    try {
      await client.query('select pg_advisory_lock($1)', [lockNumber]);
      return await work();
    } finally {
      await endClient(client); // and with it the lock
    }
  }

  observe(onStatement: (sql: string) => void): () => void {
    return this.#observers.add(onStatement);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const reads = [this.#reads, ...this.#retired];
    for (const each of reads) void this.#running.add(each.settle());
    await this.#running.settle(CLOSE_TIMEOUT_MS);
    const pools = [this.#writes, ...reads];
    await Promise.all([this.#listener.close(), ...pools.map((pool) => pool.close())]);
  }

  readonly #runInTenant: RunInTenant = (organizationId, body) => {
    const opening = [BEGIN, enterTenant(organizationId)];
    return this.#writes.unit(
      (client) =>
        new PostgresTransaction(opening, (statements) => this.#sendAll(client, statements)),
      body,
    );
  };

  /** On a connection of the pool of writes, which are all prepared by the same names. */
  #sendAll(
    client: pg.PoolClient,
    statements: readonly Statement[],
  ): Promise<readonly BatchResult[]> {
    const named = statements.map(({ sql, values, isOneOff }) => ({
      name: (isOneOff ? null : this.#writeNames.name(sql)) ?? '',
      text: sql,
      values,
    }));
    const batch = new StatementBatch(named, getTypeParser);
    client.query(batch as unknown as pg.Submittable);
    return batch.results;
  }

  /**
   * The name that a read is prepared by. A name is given to what passes the check of the tenant, and
   * so says that it has been passed. When names are used up, new connections begin with none; the
   * old ones finish and end.
   */
  #readName(sql: string): string | null {
    this.#assertUsable('read');
    this.#observers.tell(sql);
    const known = this.#readNames.known(sql);
    if (known !== undefined) return known;
    assertTenantRead(sql);
    const name = this.#readNames.name(sql);
    if (name !== null) return name;
    this.#logger.info({ limit: MAX_PREPARED_READS }, 'prepared reads are renewed');
    this.#readNames.renew();
    const retired = this.#reads;
    this.#reads = this.#openReads();
    this.#retired.add(retired);
    void retired
      .settle()
      .then(() => retired.close())
      .finally(() => this.#retired.delete(retired));
    return this.#readNames.name(sql);
  }

  #assertUsable(method: string): void {
    if (this.#closed) throw new DatabaseClosedError();
    assertOutsideUnit(method);
  }
}
