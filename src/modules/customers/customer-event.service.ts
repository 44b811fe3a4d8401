import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { recordset } from '../../db/recordset.ts';
import { recordEvents as tellFeed } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import {
  importRows,
  type ImportResult,
  type IndexedRow,
  refusedImport,
  type RowResult,
} from '../../graphql/import-rows.ts';
import { checkText } from '../../graphql/text-checks.ts';
import { orUserErrors, refused, type UserErrorData } from '../../graphql/user-error.ts';
import { checkTime } from './check-customer.ts';
import type {
  CustomerEventInput,
  RecordEventInput,
  RecordEventsInput,
} from './customer-event.input.ts';
import { followLife, LIFE_EVENTS } from './customer-life.ts';
import { checkNamed, lockCustomers, lockedId, noSuchCustomer } from './find-customer.ts';

/** See the mutation `recordEvents`. */
export function recordEvents(ctx: GraphQLContext, input: RecordEventsInput): Promise<ImportResult> {
  return writeEvents(ctx, 'recordEvents', input);
}

export interface RecordedEvent {
  /** The event's UUID; null where it was refused. */
  readonly key: string | null;
  readonly userErrors: readonly UserErrorData[];
}

/** See the mutation `recordEvent`: the same for one. */
export async function recordEvent(
  ctx: GraphQLContext,
  { idempotencyKey = null, ...event }: RecordEventInput,
): Promise<RecordedEvent> {
  const call = { events: [event], idempotencyKey };
  const { results, userErrors } = await writeEvents(ctx, 'recordEvent', call);
  const [result] = results;
  if (result === undefined) return { key: null, userErrors };
  // The path of a row begins with where it stands in the list, which nobody has given.
  const own = result.userErrors.map((error) => ({ ...error, path: error.path.slice(2) }));
  return { key: result.key, userErrors: own };
}

function writeEvents(
  ctx: GraphQLContext,
  operation: string,
  { events, dryRun, idempotencyKey }: RecordEventsInput,
): Promise<ImportResult> {
  return orUserErrors(
    () =>
      importRows<CustomerEventInput>(ctx, {
        operation,
        field: 'events',
        rows: events,
        dryRun,
        idempotencyKey,
        // Two that have no key of their own are two.
        identity: (row) => row.externalId ?? newId(),
        check: (row, path) => checkEvent(row, path, ctx.now),
        write: writeRows,
      }),
    refusedImport,
  );
}

function checkEvent(row: CustomerEventInput, path: readonly string[], now: Date): UserErrorData[] {
  const at = (field: string) => [...path, field];
  return [
    ...checkNamed(row, path).errors,
    ...checkText(row.customerExternalId, at('customerExternalId'), 200, { required: true }),
    ...checkText(row.name, at('name'), 200),
    ...checkText(row.channel, at('channel'), 100),
    ...checkText(row.touchpoint, at('touchpoint'), 100),
    ...checkText(row.locationExternalId, at('locationExternalId'), 200, { required: true }),
    ...checkText(row.externalId, at('externalId'), 200, { required: true }),
    ...checkTime(row.occurredAt, at('occurredAt'), now),
  ];
}

/** A row whose customer and location are found. */
interface PlacedEvent {
  readonly index: number;
  readonly row: CustomerEventInput;
  readonly id: string;
  readonly customerId: string;
  readonly locationId: string | null;
}

async function writeRows(
  uow: UnitOfWork,
  rows: readonly IndexedRow<CustomerEventInput>[],
): Promise<RowResult[]> {
  const { placed, rejected } = await place(uow, rows);
  const inserted = await insertEvents(uow, placed);
  const added = placed.filter(({ id }) => inserted.has(id));
  const lives = added.filter(({ row }) => LIFE_EVENTS.has(row.kind));
  const changed = await followLife(
    uow,
    lives.map(({ customerId }) => customerId),
  );
  tellFeed(
    uow,
    changed.map((customerId) => ({ kind: 'CUSTOMER_UPDATED' as const, customerId })),
  );
  const known = await knownEvents(
    uow,
    placed.filter(({ id }) => !inserted.has(id)),
  );
  const results = placed.flatMap((event): RowResult[] => {
    const { index, id } = event;
    if (inserted.has(id)) return [{ index, outcome: 'CREATED', key: id, userErrors: [] }];
    const before = known.get(event.row.externalId ?? '');
    return before === undefined ? [] : [knownResult(event, before)];
  });
  return [...rejected, ...results];
}

async function place(
  uow: UnitOfWork,
  rows: readonly IndexedRow<CustomerEventInput>[],
): Promise<{ placed: PlacedEvent[]; rejected: RowResult[] }> {
  const named = rows.map(({ index, row }) => ({ index, row, uuid: checkNamed(row, []).uuid }));
  const texts = (values: readonly (string | null | undefined)[]) => [
    ...new Set(values.filter((value) => value != null)),
  ];
  const customers = await lockCustomers(
    uow,
    texts(named.map(({ uuid }) => uuid)),
    texts(rows.map(({ row }) => row.customerExternalId)),
  );
  const locations = await locationIds(uow, texts(rows.map(({ row }) => row.locationExternalId)));
  const placed: PlacedEvent[] = [];
  const rejected: RowResult[] = [];
  for (const { index, row, uuid } of named) {
    const path = ['events', String(index)];
    const customerId = lockedId(customers, row, uuid);
    const locationId =
      row.locationExternalId == null ? null : locations.get(row.locationExternalId);
    if (customerId !== undefined && locationId !== undefined) {
      placed.push({ index, row, id: newId(), customerId, locationId });
      continue;
    }
    const userErrors = [
      ...(customerId === undefined ? [noSuchCustomer(row, path)] : []),
      ...(locationId === undefined ? [noSuchLocation(path)] : []),
    ];
    rejected.push({ index, outcome: 'REJECTED', key: null, userErrors });
  }
  return { placed, rejected };
}

function noSuchLocation(path: readonly string[]): UserErrorData {
  const message = 'There is no location of this external id: import it first, or leave it out.';
  return refused('NOT_FOUND', [...path, 'locationExternalId'], message);
}

async function locationIds(
  uow: UnitOfWork,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (externalIds.length === 0) return new Map();
  const rows = await uow.execute<{ id: string; external_id: string }>(
    'select id, external_id from location where organization_id = $1 and external_id = any($2::text[])',
    [uow.organizationId, externalIds],
  );
  return new Map(rows.map((row) => [row.external_id, row.id]));
}

const EVENT_COLUMNS = {
  id: 'uuid',
  customer_id: 'uuid',
  kind: 'text',
  name: 'text',
  channel: 'text',
  touchpoint: 'text',
  location_id: 'uuid',
  external_id: 'text',
  occurred_at: 'timestamptz',
};
const EVENT_NAMES = Object.keys(EVENT_COLUMNS).join(', ');

/** The ids of those that were new. */
async function insertEvents(
  uow: UnitOfWork,
  events: readonly PlacedEvent[],
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const records = events.map(({ id, customerId, locationId, row }) => ({
    id,
    customer_id: customerId,
    kind: row.kind,
    name: row.name || null,
    channel: row.channel || null,
    touchpoint: row.touchpoint || null,
    location_id: locationId,
    external_id: row.externalId ?? null,
    occurred_at: row.occurredAt ?? uow.now,
  }));
  const { sql, values } = recordset(EVENT_COLUMNS, records, 'n', 3);
  const rows = await uow.execute<{ id: string }>(
    `insert into customer_event (organization_id, ${EVENT_NAMES}, received_at)
     select $1, n.*, $2 from ${sql} order by n.external_id
     on conflict (organization_id, external_id) do nothing returning id`,
    [uow.organizationId, uow.now, ...values],
  );
  return new Set(rows.map(({ id }) => id));
}

interface KnownEvent {
  readonly id: string;
  readonly externalId: string;
  readonly customerId: string;
}

async function knownEvents(
  uow: UnitOfWork,
  events: readonly PlacedEvent[],
): Promise<ReadonlyMap<string, KnownEvent>> {
  if (events.length === 0) return new Map();
  const rows = await uow.execute<KnownEvent>(
    `select id, external_id as "externalId", customer_id as "customerId" from customer_event
     where organization_id = $1 and external_id = any($2::text[])`,
    [uow.organizationId, events.map(({ row }) => row.externalId)],
  );
  return new Map(rows.map((row) => [row.externalId, row]));
}

function knownResult({ index, customerId }: PlacedEvent, before: KnownEvent): RowResult {
  if (before.customerId === customerId) {
    return { index, outcome: 'UNCHANGED', key: before.id, userErrors: [] };
  }
  const message = 'This external id is of an event of another customer: give each event its own.';
  const error = refused('ALREADY_EXISTS', ['events', String(index), 'externalId'], message);
  return { index, outcome: 'REJECTED', key: null, userErrors: [error] };
}
