import { Migration } from '@mikro-orm/migrations';
import { tenantTable } from './tenant-table.ts';

/** Known persons, what they agreed to, what they did, and what follows from their answers. */
export class Migration0005Customers extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  // The columns from `feedback_count` on are derived from survey responses, in the transaction that
  // writes those: lists of customers filter by them.
  `create table customer (
    organization_id uuid not null references organization (id),
    id uuid not null,
    external_id text not null,
    name text,
    email text,
    phone text,
    locale text not null,
    time_zone text not null,
    signed_up_at timestamptz,
    churned_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    feedback_count integer not null default 0,
    last_feedback_at timestamptz,
    nps_segment text check (nps_segment in ('PROMOTER', 'PASSIVE', 'DETRACTOR')),
    csat_sentiment text check (csat_sentiment in ('NEGATIVE', 'NEUTRAL', 'POSITIVE')),
    negative_csat_run integer not null default 0,
    at_risk boolean not null default false,
    at_risk_since timestamptz,
    advocate boolean not null default false,
    last_invited_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, external_id)
  )`,
  ...tenantTable('customer'),
  // Not everybody's name is known, and an order has no nulls.
  `create index customer_name on customer (organization_id, coalesce(name, ''), id)`,
  `create index customer_created on customer (organization_id, created_at, id)`,
  `create index customer_email on customer (organization_id, lower(email)) where email is not null`,
  `create index customer_signed_up on customer (organization_id, signed_up_at, id) where signed_up_at is not null`,
  `create index customer_churned on customer (organization_id, churned_at, id) where churned_at is not null`,
  `create index customer_nps_segment on customer (organization_id, nps_segment, created_at, id) where nps_segment is not null`,
  `create index customer_at_risk on customer (organization_id, created_at, id) where at_risk`,
  `create index customer_advocate on customer (organization_id, created_at, id) where advocate`,
  `create index customer_silent_churn on customer (organization_id, created_at, id)
    where churned_at is not null and feedback_count = 0`,
  // An address is taken apart, so that its parts are found as well.
  `create index customer_search on customer using gin (organization_id, to_tsvector('simple',
    coalesce(name, '') || ' ' || translate(coalesce(email, ''), '@._+-', '     ') || ' ' || external_id))`,
  // No row: the customer has not said; what that means is the organization's setting.
  `create table customer_consent (
    organization_id uuid not null references organization (id),
    customer_id uuid not null,
    channel text not null check (channel in ('EMAIL', 'LINK', 'IN_APP', 'WEBHOOK')),
    granted boolean not null,
    source text,
    changed_at timestamptz not null,
    primary key (organization_id, customer_id, channel),
    foreign key (organization_id, customer_id) references customer (organization_id, id)
  )`,
  ...tenantTable('customer_consent'),
  `create table customer_event (
    organization_id uuid not null references organization (id),
    id uuid not null,
    customer_id uuid not null,
    kind text not null
      check (kind in ('SIGN_UP', 'PURCHASE', 'ONBOARDED', 'KEY_ACTION', 'INTERACTION', 'CHURN')),
    name text,
    channel text,
    touchpoint text,
    location_id uuid,
    external_id text,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, external_id),
    foreign key (organization_id, customer_id) references customer (organization_id, id),
    foreign key (organization_id, location_id) references location (organization_id, id)
  )`,
  ...tenantTable('customer_event'),
  `create index customer_event_customer on customer_event (organization_id, customer_id, occurred_at, id)`,
  // What a customer's being one follows from.
  `create index customer_event_life on customer_event (organization_id, customer_id, occurred_at)
    where kind in ('SIGN_UP', 'PURCHASE', 'CHURN')`,
  // What triggers look for: events of a kind that are neither too fresh nor too old.
  `create index customer_event_kind on customer_event (organization_id, kind, occurred_at, id)`,
  `create index customer_event_location on customer_event (organization_id, location_id) where location_id is not null`,
  `alter table feed_event add column customer_id uuid, add column survey_response_id uuid`,
];
