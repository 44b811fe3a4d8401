import type { UnitOfWork } from '../../db/database.ts';
import type { CustomerEventKind } from './customer-event-kind.ts';

/** The kinds that say whether a customer is one. */
export const LIFE_EVENTS: ReadonlySet<CustomerEventKind> = new Set([
  'SIGN_UP',
  'PURCHASE',
  'CHURN',
]);

/**
 * When a customer signed up and left, as the events say, whatever the order in which they came: a
 * churn holds until a sign-up or a purchase behind it, and is as old as the first one of its kind
 * since. What an import has said stands where no event says otherwise.
 */
const RECOMPUTE = `
  with found as materialized (
    select k.id,
      coalesce(k.signed_up_at, (
        select e.occurred_at from customer_event e
        where e.organization_id = $1 and e.customer_id = k.id and e.kind = 'SIGN_UP'
        order by e.occurred_at limit 1)) as signed_up_at,
      least(
        case when back.at is null or k.churned_at >= back.at then k.churned_at end,
        (select e.occurred_at from customer_event e
         where e.organization_id = $1 and e.customer_id = k.id and e.kind = 'CHURN'
           and (back.at is null or e.occurred_at >= back.at)
         order by e.occurred_at limit 1)) as churned_at
    from customer k
    left join lateral (
      select e.occurred_at as at from customer_event e
      where e.organization_id = $1 and e.customer_id = k.id and e.kind in ('SIGN_UP', 'PURCHASE')
      order by e.occurred_at desc limit 1
    ) back on true
    where k.organization_id = $1 and k.id = any($2::uuid[])
  )
  update customer c
  set signed_up_at = f.signed_up_at, churned_at = f.churned_at, updated_at = $3
  from found f
  where c.organization_id = $1 and c.id = f.id
    and (c.signed_up_at, c.churned_at) is distinct from (f.signed_up_at, f.churned_at)
  returning c.id`;

/**
 * Brings customers (UUIDs), which are locked, up to date with their events.
 * @returns those that have changed
 */
export async function followLife(
  uow: UnitOfWork,
  customerIds: readonly string[],
): Promise<readonly string[]> {
  if (customerIds.length === 0) return [];
  const ids = [...new Set(customerIds)];
  const rows = await uow.execute<{ id: string }>(RECOMPUTE, [uow.organizationId, ids, uow.now]);
  return rows.map(({ id }) => id);
}
