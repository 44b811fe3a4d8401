import type { Database } from '../../src/db/database.ts';

/** A read that was sent, as it was sent. */
export interface Read {
  readonly sql: string;
  /** `$1` and further. */
  readonly values: readonly unknown[];
}

/** What one piece of work has asked of the database. */
export interface Asked {
  readonly statements: readonly string[];
  readonly reads: readonly Read[];
  /** Rows that came back. */
  readonly rows: number;
  /** Rows that its transactions have read or written, in the tables. */
  readonly touched: number;
}

/**
 * What comes now and then, for several requests at once: fresh statistics for the planner, and the
 * wake-up of whoever follows the feed.
 */
const isUpkeep = (sql: string) => /^analyze |from pg_class|pg_notify/.test(sql);

/** Of this session since it last told the others: in a transaction, the difference is the transaction's. */
const TOUCHED = `select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd + n_tup_del), 0)::int as touched
  from pg_stat_xact_user_tables`;

/** A database through which nothing passes unseen. */
export interface WatchedDatabase {
  watch(work: () => Promise<unknown>): Promise<Asked>;
}

export function watchedDatabase(db: Database): WatchedDatabase {
  let asked = { statements: [] as string[], reads: [] as Read[], rows: 0, touched: 0 };
  const { read, readCells, unitOfWork } = db;
  const counted = <Rows extends readonly unknown[]>(rows: Rows): Rows => {
    asked.rows += rows.length;
    return rows;
  };
  const watched: Pick<Database, 'read' | 'readCells' | 'unitOfWork'> = {
    read: async <Row extends object>(id: string, sql: string, values: readonly unknown[] = []) => {
      asked.reads.push({ sql, values: [id, ...values] });
      return counted(await read.call(db, id, sql, values)) as Row[];
    },
    readCells: async (id, sql, values = []) => {
      asked.reads.push({ sql, values: [id, ...values] });
      return counted(await readCells.call(db, id, sql, values));
    },
    unitOfWork: (id, work) =>
      unitOfWork.call(db, id, async (uow) => {
        const { execute } = uow;
        const touched = async () => {
          const [row] = (await execute.call(uow, TOUCHED)) as { touched: number }[];
          return row?.touched ?? 0;
        };
        const before = await touched();
        Object.assign(uow, {
          execute: async (sql: string, values?: readonly unknown[]) =>
            counted(await execute.call(uow, sql, values)),
        });
        const result = await work(uow);
        uow.beforeCommit(async () => void (asked.touched += (await touched()) - before));
        return result;
      }) as never,
  };
  Object.assign(db, watched);
  db.observe((sql) => void (isUpkeep(sql) || sql === TOUCHED || asked.statements.push(sql)));
  return {
    async watch(work) {
      asked = { statements: [], reads: [], rows: 0, touched: 0 };
      await work();
      return asked;
    },
  };
}
