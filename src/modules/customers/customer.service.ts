import type { UnitOfWork } from '../../db/database.ts';
import { recordEvents } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { encodeId } from '../../graphql/ids.ts';
import { checkText } from '../../graphql/text-checks.ts';
import { orUserErrors, Refusal, type UserErrorData } from '../../graphql/user-error.ts';
import { recordAudit } from '../audit/index.ts';
import { setConsent } from './consent.writes.ts';
import type { EraseCustomerInput, SetCustomerConsentInput } from './customer-mutations.input.ts';
import { lockCustomer } from './find-customer.ts';

export interface CustomerResult {
  /** The customer's UUID; null where it was refused. */
  readonly key: string | null;
  readonly userErrors: readonly UserErrorData[];
}

/** Runs the work of a mutation on one customer once, in one unit of work. */
function inOneUnit(
  { db, caller }: GraphQLContext,
  operation: string,
  input: { readonly idempotencyKey?: string | null },
  work: (uow: UnitOfWork) => Promise<string>,
): Promise<CustomerResult> {
  const { idempotencyKey: key, ...rest } = input;
  return orUserErrors<CustomerResult>(
    () =>
      db.unitOfWork(caller.organizationId, (uow) =>
        idempotently(uow, { key, operation, input: rest }, async () => ({
          key: await work(uow),
          userErrors: [],
        })),
      ),
    (userErrors) => ({ key: null, userErrors }),
  );
}

/** See the mutation `setCustomerConsent`. */
export function setCustomerConsent(
  ctx: GraphQLContext,
  input: SetCustomerConsentInput,
): Promise<CustomerResult> {
  return inOneUnit(ctx, 'setCustomerConsent', input, async (uow) => {
    const errors = checkText(input.source, ['source'], 200);
    if (errors.length > 0) throw new Refusal(...errors);
    const id = await lockCustomer(uow, input);
    await setConsent(uow, id, input.channel, input.granted, input.source?.trim() || null);
    return id;
  });
}

/** See the mutation `eraseCustomer`. */
export function eraseCustomer(
  ctx: GraphQLContext,
  input: EraseCustomerInput,
): Promise<CustomerResult> {
  return inOneUnit(ctx, 'eraseCustomer', input, async (uow) => {
    const id = await lockCustomer(uow, input);
    for (const statement of ERASURE) await uow.execute(statement, [uow.organizationId, id]);
    recordEvents(uow, [{ kind: 'CUSTOMER_ERASED', customerId: id }]);
    await recordAudit(uow, ctx.caller, {
      action: 'customer.erase',
      outcome: 'DONE',
      detail: { customerId: encodeId('Customer', id) },
    });
    return id;
  });
}

/**
 * Answers stay, as nobody's; so do the invitations that they belong to. Parameters of links go as
 * well: the number of an order leads back to a person. What was not answered is asked no more.
 */
const ERASURE = [
  `update survey_response set customer_id = null, params = '{}'
   where organization_id = $1 and customer_id = $2`,
  `update invitation set customer_id = null, params = '{}', retry_at = null, leased_until = null,
     next_reminder_at = null,
     state = case when state in ('SCHEDULED', 'SENDING', 'SENT') then 'REVOKED' else state end
   where organization_id = $1 and customer_id = $2`,
  'delete from customer_consent where organization_id = $1 and customer_id = $2',
  'delete from customer_event where organization_id = $1 and customer_id = $2',
  'delete from customer where organization_id = $1 and id = $2',
];
