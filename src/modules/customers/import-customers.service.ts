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
import { orUserErrors } from '../../graphql/user-error.ts';
import { checkCustomer } from './check-customer.ts';
import type { ContactChannel } from './consent.ts';
import { type SaidConsent, writeConsents } from './consent.writes.ts';
import {
  type CustomerRecord,
  findCustomers,
  insertCustomers,
  updateCustomers,
} from './customer.writes.ts';
import type { CustomerImport, ImportCustomersInput } from './import-customers.input.ts';

/** Creates and updates customers by external id; see the mutation `importCustomers`. */
export function importCustomers(
  ctx: GraphQLContext,
  input: ImportCustomersInput,
): Promise<ImportResult> {
  return orUserErrors(
    () =>
      importRows<CustomerImport>(ctx, {
        operation: 'importCustomers',
        field: 'customers',
        rows: input.customers,
        dryRun: input.dryRun,
        idempotencyKey: input.idempotencyKey,
        identity: (row) => row.externalId,
        check: (row, path) => checkCustomer(row, path, ctx.now),
        write: writeCustomers,
      }),
    refusedImport,
  );
}

interface Defaults {
  readonly time_zone: string;
  readonly locale: string;
}

async function writeCustomers(
  uow: UnitOfWork,
  rows: readonly IndexedRow<CustomerImport>[],
): Promise<RowResult[]> {
  const [defaults] = await uow.execute<Defaults>(
    'select time_zone, locale from organization where id = $1',
    [uow.organizationId],
  );
  if (defaults === undefined) throw new Error(`Organization ${uow.organizationId} is gone`);
  const known = await findCustomers(
    uow,
    rows.map(({ row }) => row.externalId),
  );
  const merged = rows.map(({ index, row }) => {
    const before = known.get(row.externalId);
    return { index, row, before, after: mergedRecord(row, before, defaults) };
  });
  const created = merged.filter(({ before }) => before === undefined);
  const inserted = await insertCustomers(
    uow,
    created.map(({ after }) => after),
  );
  const changed = merged.filter(
    ({ before, after }) => before !== undefined && !isDeepStrictEqual(before, after),
  );
  await updateCustomers(
    uow,
    changed.map(({ after }) => after),
  );
  const written = merged.filter(
    ({ before, after }) => before !== undefined || inserted.has(after.id),
  );
  const said = written.flatMap(({ row, after }) => consentsOf(row, after.id));
  const consented = await writeConsents(uow, said);
  const updated = new Set([...changed.map(({ after }) => after.id), ...consented]);
  const results = written.map(({ index, after }): RowResult => {
    const outcome = inserted.has(after.id)
      ? 'CREATED'
      : updated.has(after.id)
        ? 'UPDATED'
        : 'UNCHANGED';
    return { index, outcome, key: after.id, userErrors: [] };
  });
  tellFeed(uow, results);
  return results;
}

function tellFeed(uow: UnitOfWork, results: readonly RowResult[]): void {
  recordEvents(
    uow,
    results.flatMap(({ outcome, key }) => {
      if (outcome === 'UNCHANGED') return [];
      const kind = outcome === 'CREATED' ? 'CUSTOMER_CREATED' : 'CUSTOMER_UPDATED';
      return [{ kind, customerId: key } as const];
    }),
  );
}

/** The row over what is known: an absent field keeps what is there, or gets its default. */
function mergedRecord(
  row: CustomerImport,
  before: CustomerRecord | undefined,
  defaults: Defaults,
): CustomerRecord {
  const keep = <T>(given: T | null | undefined, known: T | null | undefined): T | null =>
    given === undefined ? (known ?? null) : given;
  return {
    id: before?.id ?? newId(),
    external_id: row.externalId,
    name: keep(trimmed(row.name), before?.name),
    email: keep(trimmed(row.email), before?.email),
    phone: keep(trimmed(row.phone), before?.phone),
    locale: row.locale ?? before?.locale ?? defaults.locale,
    time_zone: row.timeZone ?? before?.time_zone ?? defaults.time_zone,
    signed_up_at: keep(row.signedUpAt, before?.signed_up_at),
    churned_at: keep(row.churnedAt, before?.churned_at),
  };
}

/** Nothing but space says as much as null. */
function trimmed(text: string | null | undefined): string | null | undefined {
  return text === undefined ? undefined : text?.trim() || null;
}

function consentsOf({ consents }: CustomerImport, customerId: string): SaidConsent[] {
  if (consents == null) return [];
  const { email, link, inApp, webhook } = consents;
  const source = consents.source?.trim() || null;
  const said: [ContactChannel, boolean | null | undefined][] = [
    ['EMAIL', email],
    ['LINK', link],
    ['IN_APP', inApp],
    ['WEBHOOK', webhook],
  ];
  return said.flatMap(([channel, granted]) =>
    granted == null ? [] : [{ customerId, channel, granted, source }],
  );
}
