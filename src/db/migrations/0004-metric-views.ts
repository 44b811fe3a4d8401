import { Migration } from '@mikro-orm/migrations';
import { tenantTable } from './tenant-table.ts';

/** Saved questions, what an organization aims at, and the secret that download links are signed with. */
export class Migration0004MetricViews extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table metric_view (
    organization_id uuid not null references organization (id),
    id uuid not null,
    key text not null check (key ~ '^[a-z0-9-]{1,63}$'),
    name text not null,
    description text,
    visualisation text not null
      check (visualisation in ('NUMBER', 'LINE', 'BAR', 'TABLE', 'RANKING')),
    goals jsonb not null default '[]',
    query jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, key)
  )`,
  ...tenantTable('metric_view'),
  // One row for each organization, written with it and its default views: where there is none, the
  // organization is older than metric views, and has not got any yet.
  `create table metric_settings (
    organization_id uuid primary key references organization (id),
    goal_negative double precision not null default 1 check (goal_negative between 0 and 1),
    goal_positive double precision not null default 0.2 check (goal_positive between 0 and 1),
    weights jsonb not null,
    updated_at timestamptz not null
  )`,
  ...tenantTable('metric_settings'),
  `alter table feed_event add column metric_view_id uuid`,
  // Of the installation, and of no tenant: no unit of work may see it, so the application's role
  // gets no rights on it.
  `create table server_secret (
    name text primary key,
    secret bytea not null check (octet_length(secret) >= 32),
    created_at timestamptz not null
  )`,
];
