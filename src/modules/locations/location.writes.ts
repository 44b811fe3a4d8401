import type { UnitOfWork } from '../../db/database.ts';

/** What an import can say of a location, as the table has it. */
export interface LocationRecord {
  readonly id: string;
  readonly external_id: string;
  readonly name: string;
  readonly time_zone: string;
  readonly locale: string;
  readonly tags: readonly string[];
  readonly group_id: string | null;
  readonly phone: string | null;
  readonly address: Readonly<
    Record<'street' | 'postalCode' | 'city' | 'region' | 'country', string | null>
  > | null;
}

const RECORD = `jsonb_to_recordset($2::jsonb) as n(id uuid, external_id text, name text,
  time_zone text, locale text, tags text[], group_id uuid, phone text, address jsonb)`;

/**
 * The known ones of these external ids, locked until the end of the unit of work; not against
 * reviews that come to be about them.
 */
export async function findLocations(
  uow: UnitOfWork,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, LocationRecord>> {
  const rows = await uow.execute<LocationRecord>(
    `select id, external_id, name, time_zone, locale, tags, group_id, phone, address from location
     where organization_id = $1 and external_id = any($2::text[]) order by id for no key update`,
    [uow.organizationId, externalIds],
  );
  return new Map(
    rows.map((row) => [
      row.external_id,
      { ...row, address: row.address && orderedAddress(row.address) },
    ]),
  );
}

/** jsonb keeps its own order of keys; records are compared in ours. */
function orderedAddress(stored: NonNullable<LocationRecord['address']>): LocationRecord['address'] {
  const { street, postalCode, city, region, country } = stored;
  return { street, postalCode, city, region, country };
}

/** The ids of those that were written; the others were created by somebody else meanwhile. */
export async function insertLocations(
  uow: UnitOfWork,
  records: readonly LocationRecord[],
): Promise<ReadonlySet<string>> {
  if (records.length === 0) return new Set();
  const rows = await uow.execute<{ id: string }>(
    `insert into location (organization_id, id, external_id, name, time_zone, locale, tags, group_id, phone, address, created_at, updated_at)
     select $1, n.id, n.external_id, n.name, n.time_zone, n.locale, n.tags, n.group_id, n.phone, n.address, $3, $3
     from ${RECORD} order by n.external_id
     on conflict (organization_id, external_id) do nothing returning id`,
    [uow.organizationId, JSON.stringify(records), uow.now],
  );
  return new Set(rows.map((row) => row.id));
}

export async function updateLocations(
  uow: UnitOfWork,
  records: readonly LocationRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await uow.execute(
    `update location l set name = n.name, time_zone = n.time_zone, locale = n.locale, tags = n.tags,
       group_id = n.group_id, phone = n.phone, address = n.address, updated_at = $3
     from ${RECORD} where l.organization_id = $1 and l.id = n.id`,
    [uow.organizationId, JSON.stringify(records), uow.now],
  );
}
