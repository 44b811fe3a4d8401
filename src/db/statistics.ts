import type { Database } from './database.ts';

/** Tables that have more than doubled since they were last looked at, and are not tiny. */
const OUTGROWN = `select quote_ident(c.relname) as name from pg_class c
  where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
    and pg_relation_size(c.oid) / current_setting('block_size')::bigint > 2 * greatest(c.relpages, 8)`;

const LOOK_EVERY_MS = 2_000;

const lastLook = new WeakMap<Database, number>();

/**
 * Gives the planner statistics of tables that have outgrown theirs. PostgreSQL's autovacuum does
 * that about once a minute where it runs; a first import has written a hundred thousand rows by
 * then, with plans made for empty tables, and the embedded database has no autovacuum at all.
 *
 * @returns the tables that were analyzed; none where it was called a moment ago
 */
export async function freshenStatistics(db: Database): Promise<string[]> {
  const now = performance.now();
  if (now - (lastLook.get(db) ?? -Infinity) < LOOK_EVERY_MS) return [];
  lastLook.set(db, now);
  const outgrown = await db.system<{ name: string }>(OUTGROWN);
  for (const { name } of outgrown) await db.system(`analyze ${name}`);
  return outgrown.map(({ name }) => name);
}
