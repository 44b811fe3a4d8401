import type { Database } from '../../src/db/database.ts';

export interface TableKey {
  table: string;
  name: string;
  /** p: primary key, u: unique constraint, f: foreign key, i: other index. */
  kind: 'p' | 'u' | 'f' | 'i';
  columns: string[];
  /** Of a foreign key: what it refers to. */
  target: string | null;
  targetColumns: string[];
}

/** Tables that hold no tenant's rows. */
export const UNTENANTED_TABLES = ['schema_migration', 'server_secret'];

/** The column that says whose a row is. */
export function tenantColumn(table: string): string {
  return table === 'organization' ? 'id' : 'organization_id';
}

export async function tableNames(db: Database): Promise<string[]> {
  const rows = await db.system<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`,
  );
  return rows.map(({ name }) => name);
}

export async function tenantTables(db: Database): Promise<string[]> {
  return (await tableNames(db)).filter((table) => !UNTENANTED_TABLES.includes(table));
}

/** Every constraint with columns, and every index that stands for none, of the tenants' tables. */
export async function tableKeys(db: Database): Promise<TableKey[]> {
  const rows = await db.system<TableKey>(`
    select c.conrelid::regclass::text as "table", c.conname as name, c.contype as kind,
      ${columnNames('c.conkey', 'c.conrelid')} as columns,
      nullif(c.confrelid, 0)::regclass::text as target,
      coalesce(${columnNames('c.confkey', 'c.confrelid')}, '{}') as "targetColumns"
    from pg_constraint c
    where c.connamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'f')
    union all
    select i.indrelid::regclass::text, i.indexrelid::regclass::text, 'i',
      ${columnNames('i.indkey::int2[]', 'i.indrelid')}, null, '{}'
    from pg_index i join pg_class r on r.oid = i.indrelid
    where r.relnamespace = 'public'::regnamespace and r.relkind in ('r', 'p')
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))
    order by 1, 2`);
  return rows.filter(({ table }) => !UNTENANTED_TABLES.includes(table));
}

function columnNames(numbers: string, table: string): string {
  return `(select array_agg(a.attname::text order by n.position)
    from unnest(${numbers}) with ordinality n (attnum, position)
    join pg_attribute a on a.attrelid = ${table} and a.attnum = n.attnum)`;
}
