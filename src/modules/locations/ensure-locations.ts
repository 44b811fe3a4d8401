import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { recordEvents } from '../../feed/events.ts';
import { insertLocations } from './location.writes.ts';

export interface NamedLocation {
  readonly externalId: string;
  /** Null: it is not made where it is not known. */
  readonly name: string | null;
}

/** The ids of locations by external id; those that are not known and have a name are made. */
export async function ensureLocations(
  uow: UnitOfWork,
  wanted: readonly NamedLocation[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string | null>();
  for (const { externalId, name } of wanted) {
    names.set(externalId, names.get(externalId) ?? name);
  }
  const ids = await locationIds(uow, [...names.keys()]);
  const missing = [...names].flatMap(([externalId, name]) =>
    name === null || ids.has(externalId) ? [] : [{ externalId, name }],
  );
  if (missing.length === 0) return ids;
  const made = await insertLocations(uow, await newRecords(uow, missing));
  recordEvents(
    uow,
    [...made].map((id) => ({ kind: 'LOCATION_CREATED' as const, locationId: id })),
  );
  return locationIds(uow, [...names.keys()]);
}

async function newRecords(
  uow: UnitOfWork,
  missing: readonly { externalId: string; name: string }[],
) {
  const [defaults] = await uow.execute<{ time_zone: string; locale: string }>(
    'select time_zone, locale from organization where id = $1',
    [uow.organizationId],
  );
  if (defaults === undefined) throw new Error('the organization of a unit of work does not exist');
  return missing.map(({ externalId, name }) => ({
    ...defaults,
    id: newId(),
    external_id: externalId,
    name,
    tags: [],
    group_id: null,
    phone: null,
    address: null,
  }));
}

async function locationIds(
  uow: UnitOfWork,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  if (externalIds.length === 0) return new Map();
  const rows = await uow.execute<{ id: string; external_id: string }>(
    'select id, external_id from location where organization_id = $1 and external_id = any($2::text[])',
    [uow.organizationId, externalIds],
  );
  return new Map(rows.map((row) => [row.external_id, row.id]));
}
