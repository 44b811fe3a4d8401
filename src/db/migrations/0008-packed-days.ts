import { Migration } from '@mikro-orm/migrations';
import { NAMES } from './0003-metrics.ts';
import { tenantTable } from './tenant-table.ts';

/** A year of days is read from twelve rows. */
export class Migration0008PackedDays extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  // Of a month: another one after each write to its days.
  'alter table review_total add column revision integer not null default 0',
  // The days of a month at a place, of each count: numbers between commas from the first day on, nothing
  // for 0. They hold while the month has the revision that they were packed at; rows are there for
  // months that are over. Derived from review_total, and so without references of their own.
  `create table packed_days (
    organization_id uuid not null,
    place_id uuid not null,
    starts date not null,
    revision integer not null,
    ${NAMES.map((name) => `${name} text collate "C" not null`).join(',\n    ')},
    primary key (organization_id, place_id, starts)
  )`,
  ...tenantTable('packed_days'),
  // To compress them would make reads dearer than the days themselves.
  'alter table packed_days set (toast_tuple_target = 8160)',
  // How far the feed had come when an organization's days were packed.
  `create table days_packing (
    organization_id uuid primary key references organization (id) on delete cascade,
    seq bigint not null,
    packed_at timestamptz not null
  )`,
  ...tenantTable('days_packing'),
];
