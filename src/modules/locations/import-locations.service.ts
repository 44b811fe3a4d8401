import { isDeepStrictEqual } from 'node:util';
import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { recordEvents } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import {
  importRows,
  type ImportResult,
  type IndexedRow,
  refusedImport,
  type RowResult,
} from '../../graphql/import-rows.ts';
import { checkLocale, checkText } from '../../graphql/text-checks.ts';
import {
  invalidValue,
  limitExceeded,
  orUserErrors,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { ensureGroups, GROUP_SEPARATOR } from './ensure-groups.ts';
import {
  type LocationRecord,
  findLocations,
  insertLocations,
  updateLocations,
} from './location.writes.ts';
import type { ImportLocationsInput, LocationImport } from './location.input.ts';

const MOST_TAGS = 50;
const DEEPEST_GROUP = 8;

/** Does the change of these locations' time zones, and what has to be done around it. */
export type AroundTimeZones = (
  uow: UnitOfWork,
  locationIds: readonly string[],
  change: () => Promise<void>,
) => Promise<void>;

/**
 * Creates and updates locations by external id; see the mutation `importLocations`.
 *
 * @param aroundTimeZones called where a location's time zone changes, since its days do so too
 */
export function importLocations(
  ctx: GraphQLContext,
  input: ImportLocationsInput,
  aroundTimeZones: AroundTimeZones,
): Promise<ImportResult> {
  return orUserErrors(
    () =>
      importRows<LocationImport>(ctx, {
        operation: 'importLocations',
        field: 'locations',
        rows: input.locations,
        dryRun: input.dryRun,
        idempotencyKey: input.idempotencyKey,
        identity: (row) => row.externalId,
        check: checkLocation,
        write: (uow, rows) => writeLocations(uow, rows, aroundTimeZones),
      }),
    refusedImport,
  );
}

function checkLocation(row: LocationImport, path: readonly string[]): UserErrorData[] {
  const at = (...field: string[]) => [...path, ...field];
  const errors = [
    ...checkText(row.externalId, at('externalId'), 200, { required: true }),
    ...checkText(row.name, at('name'), 200, { required: true }),
    ...checkText(row.phone, at('phone'), 50),
    ...checkLocale(row.locale, at('locale')),
    ...Object.entries(row.address ?? {}).flatMap(([field, value]) =>
      checkText(value as string | null, at('address', field), 200),
    ),
    ...(row.tags ?? [])
      .slice(0, MOST_TAGS)
      .flatMap((tag, i) => checkText(tag, at('tags', String(i)), 100)),
    ...(row.groupPath ?? [])
      .slice(0, DEEPEST_GROUP)
      .flatMap((name, i) => checkGroupName(name, at('groupPath', String(i)))),
  ];
  if (row.name === null)
    errors.push(
      invalidValue(at('name'), 'A location keeps its name: leave `name` out, or give one.'),
    );
  if ((row.tags?.length ?? 0) > MOST_TAGS) {
    errors.push(limitExceeded(at('tags'), `At most ${MOST_TAGS} tags.`, MOST_TAGS));
  }
  if ((row.groupPath?.length ?? 0) > DEEPEST_GROUP) {
    errors.push(limitExceeded(at('groupPath'), `At most ${DEEPEST_GROUP} levels.`, DEEPEST_GROUP));
  }
  return errors;
}

function checkGroupName(name: string, path: readonly string[]): UserErrorData[] {
  if (name.trim() === '' || name.includes(GROUP_SEPARATOR)) {
    return [
      invalidValue(path, `A group's name is not empty and does not hold "${GROUP_SEPARATOR}".`),
    ];
  }
  return checkText(name, path, 100);
}

async function writeLocations(
  uow: UnitOfWork,
  rows: readonly IndexedRow<LocationImport>[],
  aroundTimeZones: AroundTimeZones,
): Promise<RowResult[]> {
  const [defaults] = await uow.execute<{ time_zone: string; locale: string }>(
    'select time_zone, locale from organization where id = $1',
    [uow.organizationId],
  );
  if (defaults === undefined) throw new Error('the organization of a unit of work does not exist');
  const groups = await ensureGroups(
    uow,
    rows.flatMap(({ row }) => (row.groupPath ? [row.groupPath] : [])),
  );
  const known = await findLocations(
    uow,
    rows.map(({ row }) => row.externalId),
  );

  const created: LocationRecord[] = [];
  const updated: LocationRecord[] = [];
  const results = rows.map(({ index, row }): RowResult => {
    const before = known.get(row.externalId);
    if (before === undefined && row.name == null) return nameless(index, row);
    const after = merged(row, before, groups, { ...defaults, id: newId() });
    const outcome = before
      ? isDeepStrictEqual(before, after)
        ? 'UNCHANGED'
        : 'UPDATED'
      : 'CREATED';
    if (outcome === 'CREATED') created.push(after);
    if (outcome === 'UPDATED') updated.push(after);
    return { index, outcome, key: after.id, userErrors: [] };
  });
  const inserted = await insertLocations(uow, created);
  const moved = updated.filter(
    (after) => known.get(after.external_id)?.time_zone !== after.time_zone,
  );
  if (moved.length === 0) await updateLocations(uow, updated);
  else await aroundTimeZones(uow, idsOf(moved), () => updateLocations(uow, updated));
  recordEvents(uow, [
    ...[...inserted].map((id) => ({ kind: 'LOCATION_CREATED' as const, locationId: id })),
    ...updated.map(({ id }) => ({ kind: 'LOCATION_UPDATED' as const, locationId: id })),
  ]);
  return results.filter((row) => row.outcome !== 'CREATED' || inserted.has(row.key ?? ''));
}

const idsOf = (records: readonly LocationRecord[]) => records.map(({ id }) => id);

function nameless(index: number, row: LocationImport): RowResult {
  const path = ['locations', String(index), 'name'];
  const message = `There is no location "${row.externalId}" yet, and a new one needs a name.`;
  return { index, outcome: 'REJECTED', key: null, userErrors: [invalidValue(path, message)] };
}

/** The row over what is known: an absent field keeps what is there, or gets its default. */
function merged(
  row: LocationImport,
  before: LocationRecord | undefined,
  groups: ReadonlyMap<string, string>,
  defaults: { id: string; time_zone: string; locale: string },
): LocationRecord {
  const keep = <T>(given: T | undefined, known: T | undefined, otherwise: T): T =>
    given !== undefined ? given : known !== undefined ? known : otherwise;
  const groupId =
    row.groupPath === undefined
      ? undefined
      : (groups.get((row.groupPath ?? []).join(GROUP_SEPARATOR)) ?? null);
  return {
    id: before?.id ?? defaults.id,
    external_id: row.externalId,
    name: row.name ?? before?.name ?? row.externalId,
    time_zone: row.timeZone ?? before?.time_zone ?? defaults.time_zone,
    locale: row.locale ?? before?.locale ?? defaults.locale,
    tags: row.tags === null ? [] : keep(row.tags, before?.tags, []),
    group_id: keep(groupId, before?.group_id, null),
    phone: keep(row.phone, before?.phone, null),
    address: keep(
      row.address === undefined ? undefined : address(row.address),
      before?.address,
      null,
    ),
  };
}

function address(given: LocationImport['address']): LocationRecord['address'] {
  if (given == null) return null;
  const { street, postalCode, city, region, country } = given;
  return {
    street: street ?? null,
    postalCode: postalCode ?? null,
    city: city ?? null,
    region: region ?? null,
    country: country ?? null,
  };
}
