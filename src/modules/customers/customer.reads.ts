import type { UnitOfWork } from '../../db/database.ts';
import { column, converted, Noun } from '../../db/read/noun.ts';
import { chosen } from '../external-ids.ts';
import { convertedId } from '../noun-fields.ts';

export const customerNoun = new Noun({
  type: 'Customer',
  table: 'customer',
  alias: 'c',
  types: {
    signed_up_at: 'timestamptz',
    churned_at: 'timestamptz',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
    last_feedback_at: 'timestamptz',
    at_risk: 'bool',
    at_risk_since: 'timestamptz',
    advocate: 'bool',
  },
  fields: {
    id: convertedId('Customer'),
    externalId: column('external_id'),
    name: column('name'),
    email: column('email'),
    phone: column('phone'),
    locale: column('locale'),
    timeZone: column('time_zone'),
    signedUpAt: column('signed_up_at'),
    churnedAt: column('churned_at'),
    createdAt: column('created_at'),
    updatedAt: column('updated_at'),
    risk: converted('at_risk', (atRisk: boolean) => (atRisk ? 'AT_RISK' : 'NONE')),
    atRiskSince: column('at_risk_since'),
    advocate: column('advocate'),
    npsSegment: column('nps_segment'),
    lastFeedbackAt: column('last_feedback_at'),
  },
  // Never of a storefront, whatever way an id comes.
  publicWhen: 'false',
});

export const customerBy = chosen('Customer', customerNoun);

/** A customer as other modules know one. */
export interface KnownCustomer {
  /** UUID. */
  readonly id: string;
  readonly externalId: string;
  readonly locale: string;
  readonly timeZone: string;
}

/** By external id; unknown ones are absent. */
export async function customersByExternalId(
  uow: UnitOfWork,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, KnownCustomer>> {
  if (externalIds.length === 0) return new Map();
  const rows = await uow.execute<KnownCustomer>(
    `select id, external_id as "externalId", locale, time_zone as "timeZone" from customer
     where organization_id = $1 and external_id = any($2::text[])`,
    [uow.organizationId, [...new Set(externalIds)]],
  );
  return new Map(rows.map((row) => [row.externalId, row]));
}
