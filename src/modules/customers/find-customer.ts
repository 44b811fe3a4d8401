import type { UnitOfWork } from '../../db/database.ts';
import { inputId } from '../../graphql/input-id.ts';
import { invalidValue, Refusal, refused, type UserErrorData } from '../../graphql/user-error.ts';

/** A customer as inputs name one: by exactly one of the two. */
export interface NamedCustomer {
  readonly customerId?: string | null;
  readonly customerExternalId?: string | null;
}

/** What is wrong with how a customer is named; the UUID where that is by an id. */
export function checkNamed(
  { customerId, customerExternalId }: NamedCustomer,
  path: readonly string[],
): { errors: readonly UserErrorData[]; uuid: string | null } {
  if ((customerId == null) === (customerExternalId == null)) {
    const message = 'Name the customer by `customerId` or by `customerExternalId`: give one.';
    return { errors: [invalidValue(path, message)], uuid: null };
  }
  if (customerId == null) return { errors: [], uuid: null };
  try {
    return { errors: [], uuid: inputId('Customer', customerId, [...path, 'customerId']) };
  } catch (error) {
    if (error instanceof Refusal) return { errors: error.userErrors, uuid: null };
    throw error;
  }
}

/** That nobody is named so. */
export function noSuchCustomer(named: NamedCustomer, path: readonly string[]): UserErrorData {
  const field = named.customerId == null ? 'customerExternalId' : 'customerId';
  return refused('NOT_FOUND', [...path, field], 'There is no such customer: import it first.');
}

/** The named customers, locked until the end of the unit of work, by UUID and by external id. */
export async function lockCustomers(
  uow: UnitOfWork,
  uuids: readonly string[],
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await uow.execute<{ id: string; externalId: string }>(
    `select id, external_id as "externalId" from customer
     where organization_id = $1 and (id = any($2::uuid[]) or external_id = any($3::text[]))
     order by id for no key update`,
    [uow.organizationId, uuids, externalIds],
  );
  const found = new Map<string, string>();
  const wanted = new Set(uuids);
  for (const { id, externalId } of rows) {
    // An external id may look like a UUID: each is found by what it was asked by.
    if (wanted.has(id)) found.set(`id ${id}`, id);
    found.set(`external ${externalId}`, id);
  }
  return found;
}

/** The UUID of the one customer that an input names, locked. @throws Refusal where there is none */
export async function lockCustomer(uow: UnitOfWork, named: NamedCustomer): Promise<string> {
  const { errors, uuid } = checkNamed(named, []);
  if (errors.length > 0) throw new Refusal(...errors);
  const found = await lockCustomers(
    uow,
    uuid === null ? [] : [uuid],
    named.customerExternalId == null ? [] : [named.customerExternalId],
  );
  const id = lockedId(found, named, uuid);
  if (id === undefined) throw new Refusal(noSuchCustomer(named, []));
  return id;
}

/** Whom of the locked customers a row names. */
export function lockedId(
  locked: ReadonlyMap<string, string>,
  { customerExternalId }: NamedCustomer,
  uuid: string | null,
): string | undefined {
  return locked.get(uuid === null ? `external ${customerExternalId ?? ''}` : `id ${uuid}`);
}
