import type { Database } from '../../db/database.ts';

const TABLES = { Location: 'location', Product: 'product' } as const;

/** The UUID of what an organization calls by this key of its own; null where there is none. */
export async function findByExternalId(
  db: Database,
  organizationId: string,
  noun: keyof typeof TABLES,
  externalId: string,
): Promise<string | null> {
  const [row] = await db.read<{ id: string }>(
    organizationId,
    `select id from ${TABLES[noun]} where organization_id = $1 and external_id = $2`,
    [externalId],
  );
  return row?.id ?? null;
}
