import type { MikroORM } from '@mikro-orm/sql';
import { openEmbedded } from './embedded.ts';
import type { EmbeddedLock } from './embedded-lock.ts';
import { silentLogger, type DatabaseLogger } from './logger.ts';
import type { Entities } from './orm-options.ts';
import { openPostgres } from './postgres.ts';
import type { CellRow } from './read/cells.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export type { DatabaseLogger } from './logger.ts';
export { LostRace, type UnitOfWork } from './unit-of-work.ts';

export interface Database {
  readonly kind: 'postgresql' | 'embedded';
  readonly orm: MikroORM;
  /** Who holds the embedded directory: this process. Null on PostgreSQL and in memory. */
  readonly embeddedLock: EmbeddedLock | null;
  /**
   * The one choke point of tenant reads: `$1` is always the organization, further values start at
   * `$2`. Prepared, and its rows are plain objects (see values.ts for their types).
   * @throws UntenantedReadError for SQL that does not mention `organization_id = $1`.
   */
  read<Row extends object>(
    organizationId: string,
    sql: string,
    values?: readonly unknown[],
  ): Promise<Row[]>;
  /**
   * The same for reads that are turned into text without objects in between: rows are arrays in the
   * order of the select list, and each cell is PostgreSQL's own text of the value, as UTF-8 (cells.ts reads it).
   * @throws UntenantedReadError
   */
  readCells(
    organizationId: string,
    sql: string,
    values?: readonly unknown[],
  ): Promise<readonly CellRow[]>;
  /**
   * One transaction within a tenant, as a role that row-level security binds. Commits when `work`
   * resolves, rolls back wholly when it rejects, and is run again, from the start and at most three
   * times, after a deadlock, a serialization failure or a {@link LostRace}: so `work` must not act outside of the
   * database (that is for `afterCommit`).
   */
  unitOfWork<T>(organizationId: string, work: (uow: UnitOfWork) => Promise<T>): Promise<T>;
  /**
   * A statement that is not inside one tenant, past row-level security: finding the key or the
   * member of a request, listing organizations, the health check. Few, and each with its reason.
   */
  system<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Hears the notifications of a channel until the returned function is called. After a lost
   * connection it reconnects, and calls `onNotify('')`, because some may have been missed.
   */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  notify(channel: string, payload: string): Promise<void>;
  /** Runs `work` while no other process of this database is in `exclusively` with the same number. */
  exclusively<T>(lockNumber: number, work: () => Promise<T>): Promise<T>;
  /** Tells the text of each statement sent, those of units of work included. Returns a disposer. */
  observe(onStatement: (sql: string) => void): () => void;
  /** Waits for what runs, at most a few seconds, then cuts it off. Calls after it are refused. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `postgres://…`; SSL by its `sslmode`, connections in all by its `pool_size` (default 10). */
  url?: string | undefined;
  /** Directory of the embedded database; without it and without `url`, it lives in memory. */
  dataDir?: string | undefined;
  /** A migrated embedded database (see snapshot.ts): where there is none yet, it starts from this. */
  snapshot?: Blob | undefined;
  entities?: Entities | undefined;
  /** Connections in all, over the `pool_size` of the URL. */
  poolSize?: number | undefined;
  /** Row-level security for reads too: three round trips instead of one. */
  readRowSecurity?: boolean | undefined;
  /** How long a read may take, in milliseconds (default 15,000). */
  readTimeoutMs?: number | undefined;
  logger?: DatabaseLogger | undefined;
}

/** Opens PostgreSQL where there is a `url`, the embedded database otherwise. Does not migrate. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const entities = options.entities ?? [];
  const logger = options.logger ?? silentLogger;
  const readRowSecurity = options.readRowSecurity ?? false;
  if (options.url === undefined) {
    return openEmbedded({
      dataDir: options.dataDir,
      snapshot: options.snapshot,
      entities,
      readRowSecurity,
      logger,
    });
  }
  return openPostgres({
    url: options.url,
    entities,
    poolSize: options.poolSize,
    readRowSecurity,
    readTimeoutMs: options.readTimeoutMs ?? 15_000,
    logger,
  });
}
