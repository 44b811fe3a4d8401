import { PGlite, type QueryOptions, type Transaction } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { PgliteDriver } from '@mikro-orm/pglite';
import { MikroORM } from '@mikro-orm/sql';
import { channelIdentifier } from './channel.ts';
import type { Database } from './database.ts';
import { prepareDirectory } from './embedded-directory.ts';
import { acquireEmbeddedLock, type EmbeddedLock } from './embedded-lock.ts';
import { DatabaseClosedError, EmbeddedDatabaseUnusable } from './errors.ts';
import type { DatabaseLogger } from './logger.ts';
import { ormOptions, type Entities } from './orm-options.ts';
import { CLOSE_TIMEOUT_MS, RunningWork } from './running-work.ts';
import { type CellRow, COLUMN_TYPES } from './read/cells.ts';
import { type Utf8, utf8Of } from './read/utf8.ts';
import { assertTenantRead, StatementObservers } from './statements.ts';
import { enterTenantSql } from './tenant.ts';
import {
  assertOutsideUnit,
  runUnitOfWork,
  type RunInTenant,
  type UnitOfWork,
} from './unit-of-work.ts';
import type { Statement, StatementResult } from './unit-transaction.ts';
import { resultParsers } from './values.ts';

/** Leaves every cell as PostgreSQL wrote it, as bytes. */
const AS_CELLS: QueryOptions = {
  rowMode: 'array',
  parsers: Object.fromEntries(Object.values(COLUMN_TYPES).map((oid) => [oid, utf8Of])),
};

export interface EmbeddedOptions {
  dataDir: string | undefined;
  snapshot: Blob | undefined;
  entities: Entities;
  readRowSecurity: boolean;
  logger: DatabaseLogger;
}

/**
 * PostgreSQL inside this process: one session, no fsync. Takes the lock of the directory.
 * @throws EmbeddedDatabaseInUse while another process holds the directory.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const lock = options.dataDir === undefined ? null : await acquireEmbeddedLock(options.dataDir);
  try {
    const pglite = await openPglite(options);
    return new EmbeddedDatabase(pglite, lock, options);
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

async function openPglite({ dataDir, snapshot }: EmbeddedOptions): Promise<PGlite> {
  const start = (directory: string | undefined, loadDataDir: Blob | undefined) =>
    PGlite.create({
      ...(directory === undefined ? {} : { dataDir: directory }),
      ...(loadDataDir === undefined ? {} : { loadDataDir }),
      extensions: { btree_gin },
      // Log files of 16 MB are for servers: a small database is a third smaller without them.
      initDbStartParams: ['--wal-segsize=1'],
      parsers: { ...resultParsers },
    }).then(async (pglite) => {
      // Cells are read as text, which is UTC so.
      await pglite.exec(`set TimeZone = 'UTC'`);
      return pglite;
    });
  if (dataDir === undefined) return start(undefined, snapshot);
  const directory = await prepareDirectory(dataDir);
  const pglite = await start(directory.path, directory.isNew ? snapshot : undefined).catch(
    (error: unknown) => {
      throw directory.isNew ? error : new EmbeddedDatabaseUnusable(directory.path, error);
    },
  );
  await directory.markReady();
  return pglite;
}

/** The whole database as a tar file, to start others from. */
export async function dumpEmbedded(db: Database, compression: 'none' | 'gzip'): Promise<Blob> {
  if (!(db instanceof EmbeddedDatabase)) throw new TypeError('Not an embedded database');
  return db.dump(compression);
}

class EmbeddedDatabase implements Database {
  readonly kind = 'embedded';
  readonly orm: MikroORM;
  readonly embeddedLock: EmbeddedLock | null;
  readonly #pglite: PGlite;
  readonly #readRowSecurity: boolean;
  readonly #logger: DatabaseLogger;
  readonly #running = new RunningWork();
  readonly #observers = new StatementObservers();
  #exclusive: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(pglite: PGlite, lock: EmbeddedLock | null, options: EmbeddedOptions) {
    this.#pglite = pglite;
    this.embeddedLock = lock;
    this.#readRowSecurity = options.readRowSecurity;
    this.#logger = options.logger;
    this.orm = new MikroORM({
      ...ormOptions(options.entities, options.logger),
      driver: PgliteDriver,
      dbName: 'postgres',
      driverOptions: { pglite },
    }) as MikroORM;
  }

  async read<Row extends object>(
    organizationId: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return this.#read<Row>(organizationId, sql, values);
  }

  async readCells(
    organizationId: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly CellRow[]> {
    return this.#read<Utf8[]>(organizationId, sql, values, AS_CELLS);
  }

  #read<Row extends object>(
    organizationId: string,
    sql: string,
    values: readonly unknown[],
    options?: QueryOptions,
  ): Promise<Row[]> {
    this.#assertUsable('read');
    assertTenantRead(sql);
    this.#observers.tell(sql);
    const parameters = [organizationId, ...values];
    const rows = this.#readRowSecurity
      ? this.#pglite.transaction(async (transaction) => {
          await transaction.exec(enterTenantSql(organizationId));
          return (await transaction.query<Row>(sql, parameters, options)).rows;
        })
      : this.#pglite.query<Row>(sql, parameters, options).then((result) => result.rows);
    return this.#running.add(rows);
  }

  async system<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    this.#assertUsable('system');
    this.#observers.tell(sql);
    const result = await this.#running.add(this.#pglite.query<Row>(sql, [...values]));
    return result.rows;
  }

  /** One after the other: PGlite keeps everything else waiting while a transaction is open. */
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
    const unlisten = await this.#pglite.listen(channelIdentifier(channel), onNotify);
    return async () => {
      if (!this.#closed) await unlisten();
    };
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.system('select pg_notify($1, $2)', [channel, payload]);
  }

  /** The directory has one process, so only this process's own calls need an order. */
  exclusively<T>(_lockNumber: number, work: () => Promise<T>): Promise<T> {
    const turn = this.#exclusive.then(work);
    this.#exclusive = turn.catch(() => undefined);
    return turn;
  }

  observe(onStatement: (sql: string) => void): () => void {
    return this.#observers.add(onStatement);
  }

  dump(compression: 'none' | 'gzip'): Promise<Blob> {
    return this.#pglite.dumpDataDir(compression);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#running.settle(CLOSE_TIMEOUT_MS);
    try {
      await this.#pglite.close();
    } finally {
      await this.embeddedLock?.release();
    }
  }

  readonly #runInTenant: RunInTenant = (organizationId, body) =>
    this.#pglite.transaction(async (transaction: Transaction) => {
      await transaction.exec(enterTenantSql(organizationId));
      const send = async (statements: readonly Statement[]) => {
        const results: StatementResult[] = [];
        for (const { sql, values } of statements) {
          const { rows, affectedRows } = await transaction.query<object>(sql, [...values]);
          results.push({ rows, affectedRows });
        }
        return results;
      };
      // PGlite commits by itself when the body is through.
      return body({ send, commit: send });
    });

  #assertUsable(method: string): void {
    if (this.#closed) throw new DatabaseClosedError();
    assertOutsideUnit(method);
  }
}
