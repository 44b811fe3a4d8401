import type pg from 'pg';

/** References hold by construction: whoever makes the rows need not have them looked up. */
export async function withoutChecks(client: pg.Client): Promise<void> {
  await client.query(`set session_replication_role = replica`);
}

/**
 * Runs the load without the secondary indexes of the big tables and builds them again after it, and
 * without the checks of foreign keys, which hold by construction: minutes become seconds.
 */
export async function withoutIndexes(client: pg.Client, load: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexname as name, i.indexdef as definition from pg_indexes i
     where i.schemaname = 'public' and i.tablename in ('review', 'response')
       and not exists (select from pg_constraint c where c.conname = i.indexname)`,
  );
  await withoutChecks(client);
  await client.query(`set maintenance_work_mem = '512MB'`);
  await client.query(`set work_mem = '256MB'`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await load();
  for (const { definition } of rows) await client.query(definition);
  await client.query(`reset session_replication_role`);
  await client.query(`reset work_mem`);
}
