import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runOperations } from './load.ts';
import type { Entry } from './rounds.ts';

/** What one operation makes PostgreSQL look at, by its own counts. */
export interface DatabaseWork {
  /** Rows of tables and entries of indexes. */
  readonly rows: number;
  /** Of 8 KiB, whether they were in its memory or not. */
  readonly blocks: number;
}

const OPERATIONS = 500;
/** An idle session tells what it has counted after ten seconds. */
const TOLD_AFTER_MS = 11_000;

/** Asks each entry some operations, and nobody else anything meanwhile: each has a database of its own. */
export async function databaseWork(
  serverUrl: string,
  entries: readonly Entry[],
): Promise<ReadonlyMap<Entry, DatabaseWork>> {
  if (entries.length === 0) return new Map();
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const countsOf = async ({ dataset }: Entry) => {
      const { rows } = await client.query<DatabaseWork>(
        `select tup_returned::float8 as rows, (blks_hit + blks_read)::float8 as blocks
         from pg_stat_database where datname = $1`,
        [new URL(dataset.url).pathname.slice(1)],
      );
      return rows[0]!;
    };
    await sleep(TOLD_AFTER_MS);
    const before = new Map<Entry, DatabaseWork>();
    for (const entry of entries) before.set(entry, await countsOf(entry));
    for (const { running, dataset, next } of entries) {
      await runOperations({ url: running.url, keys: dataset.keys, next }, OPERATIONS);
    }
    await sleep(TOLD_AFTER_MS);
    const work = new Map<Entry, DatabaseWork>();
    for (const entry of entries) {
      const [then, now] = [before.get(entry)!, await countsOf(entry)];
      const each = (name: keyof DatabaseWork) => (now[name] - then[name]) / OPERATIONS;
      work.set(entry, { rows: each('rows'), blocks: each('blocks') });
    }
    return work;
  } finally {
    await client.end();
  }
}
