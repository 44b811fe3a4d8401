import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../../src/db/database.ts';
import { COUNTS } from '../../src/modules/reviews/rollup-facts.ts';
import { tenantColumn } from './catalog.ts';

export type SampleRow = Record<string, unknown>;

const NOW = new Date('2026-01-02T03:04:05.678Z');
const HASH = createHash('sha256').update('content').digest();

/** One row of each tenant table, every reference set; in an order in which they can be inserted. */
const SEGMENT = {
  day: '2026-01-01',
  source: 'GOOGLE',
  language: 'und',
  rating_scale: 'STARS_5',
  sentiment: 'NEGATIVE',
};

const SURVEY_ROLLUP = {
  day: '2026-01-01',
  version: 1,
  scale: 'NPS_10',
  channel: 'EMAIL',
  touchpoint: '',
  kind: 'NPS',
  question_count: 2,
};

const makers: Record<string, (id: (table: string) => string) => SampleRow> = {
  organization: () => ({ slug: `sample-${randomUUID()}`, name: 'Sample', created_at: NOW }),
  feed_counter: () => ({ epoch: 'epoch' }),
  feed_event: (id) => ({
    seq: 1,
    kind: 'REVIEW_RECEIVED',
    occurred_at: NOW,
    review_id: id('review'),
    sentiment: 'NEGATIVE',
  }),
  idempotency_record: () => ({
    key: 'key',
    operation: 'importReviews',
    input_hash: HASH,
    result: { created: 1 },
    created_at: NOW,
  }),
  member: () => ({
    issuer: 'https://id.example',
    subject: 'subject',
    email: 'member@example.com',
    name: 'Member',
    role: 'ADMIN',
    created_at: NOW,
  }),
  api_key: (id) => ({
    kind: 'SECRET',
    name: 'Key',
    prefix: 'ant_sec_3f9a',
    hash: HASH,
    scopes: ['reviews:read'],
    member_id: id('member'),
    created_at: NOW,
  }),
  location_group: (id) => ({
    parent_id: id('location_group.parent'),
    external_id: 'group',
    name: 'Group',
  }),
  location: (id) => ({
    external_id: 'location',
    name: 'Location',
    time_zone: 'Europe/Amsterdam',
    locale: 'nl',
    tags: ['a'],
    group_id: id('location_group'),
    created_at: NOW,
    updated_at: NOW,
  }),
  source_profile: (id) => ({ location_id: id('location'), source: 'GOOGLE' }),
  product: () => ({ external_id: 'product', name: 'Product', created_at: NOW, updated_at: NOW }),
  review: (id) => ({
    source: 'GOOGLE',
    external_id: 'review',
    location_id: id('location'),
    product_id: id('product'),
    rating_scale: 'STARS_5',
    rating: '1.00',
    sentiment: 'NEGATIVE',
    text: 'Cold soup',
    authored_at: NOW,
    received_at: NOW,
    updated_at: NOW,
    content_hash: HASH,
  }),
  review_version: (id) => ({
    review_id: id('review'),
    version: 1,
    rating_scale: 'STARS_5',
    rating: '2.00',
    authored_at: NOW,
    replaced_at: NOW,
  }),
  review_rollup: (id) => ({ location_id: id('location'), rating_scale: 'STARS_5' }),
  review_total: (id) => ({ place_id: id('location'), span: 'DAY', starts: '2026-01-01' }),
  packed_days: (id) => ({
    place_id: id('location'),
    starts: '2026-01-01',
    revision: 1,
    ...Object.fromEntries(Object.keys(COUNTS).map((name) => [name, ',,3'])),
  }),
  days_packing: () => ({ seq: 7, packed_at: NOW }),
  review_segment: (id) => ({ place_id: id('location'), ...SEGMENT }),
  response_time_bucket: (id) => ({ place_id: id('location'), ...SEGMENT, bucket: 1 }),
  response: (id) => ({
    review_id: id('review'),
    body: 'Sorry',
    status: 'DRAFT',
    author_member_id: id('member'),
    author_key_id: id('api_key'),
    created_at: NOW,
    updated_at: NOW,
  }),
  response_revision: (id) => ({
    response_id: id('response'),
    revision: 1,
    body: 'Sory',
    replaced_at: NOW,
  }),
  metric_view: () => ({
    key: 'overview',
    name: 'Overview',
    visualisation: 'LINE',
    query: { measures: ['REVIEW_COUNT'] },
    created_at: NOW,
    updated_at: NOW,
  }),
  metric_settings: () => ({ weights: { volume: 1 }, updated_at: NOW }),
  customer: () => ({
    external_id: 'customer',
    name: 'Customer',
    email: 'customer@example.com',
    locale: 'nl',
    time_zone: 'Europe/Amsterdam',
    created_at: NOW,
    updated_at: NOW,
  }),
  customer_consent: (id) => ({
    customer_id: id('customer'),
    channel: 'EMAIL',
    granted: true,
    changed_at: NOW,
  }),
  customer_event: (id) => ({
    customer_id: id('customer'),
    kind: 'PURCHASE',
    location_id: id('location'),
    external_id: 'event',
    occurred_at: NOW,
    received_at: NOW,
  }),
  audit_entry: (id) => ({
    occurred_at: NOW,
    action: 'customer.erase',
    outcome: 'DONE',
    key_id: id('api_key'),
    member_id: id('member'),
    detail: { customer: id('customer') },
  }),
  survey_settings: () => ({ updated_at: NOW }),
  survey: () => ({
    key: 'survey',
    name: 'Survey',
    kind: 'NPS',
    created_at: NOW,
    updated_at: NOW,
  }),
  survey_version: (id) => ({
    survey_id: id('survey'),
    number: 1,
    definition: { defaultLocale: 'en', locales: ['en'], questions: [], thankYouPages: [] },
    question_count: 0,
    created_at: NOW,
    published_at: NOW,
  }),
  survey_schedule: (id) => ({
    name: 'Schedule',
    target: 'SURVEY',
    survey_id: id('survey'),
    trigger: { kind: 'SIGN_UP_AGE', days: 7 },
    channel: 'EMAIL',
    send_within_minutes: 60,
    created_at: NOW,
    updated_at: NOW,
  }),
  invitation: (id) => ({
    target: 'SURVEY',
    survey_id: id('survey'),
    survey_version: 1,
    schedule_id: id('survey_schedule'),
    customer_id: id('customer'),
    location_id: id('location'),
    product_id: id('product'),
    channel: 'EMAIL',
    occasion: `occasion:${randomUUID()}`,
    locale: 'nl',
    due_at: NOW,
    created_at: NOW,
  }),
  survey_response: (id) => ({
    survey_id: id('survey'),
    survey_version: 1,
    invitation_id: id('invitation'),
    customer_id: id('customer'),
    location_id: id('location'),
    product_id: id('product'),
    channel: 'EMAIL',
    locale: 'nl',
    state: 'PARTIAL',
    started_at: NOW,
    updated_at: NOW,
  }),
  survey_answer: (id) => ({
    response_id: id('survey_response'),
    question_key: 'question',
    number: 3,
    choices: ['a'],
    answered_at: NOW,
  }),
  detractor_alert: (id) => ({
    response_id: id('survey_response'),
    raised_at: NOW,
    acknowledged_by: id('member'),
  }),
  alert_mail: (id) => ({ alert_id: id('detractor_alert'), member_id: id('member') }),
  survey_rollup: (id) => ({
    ...SURVEY_ROLLUP,
    place_id: id('location'),
    survey_id: id('survey'),
    sent: 1,
  }),
  survey_time_bucket: (id) => ({
    ...SURVEY_ROLLUP,
    place_id: id('location'),
    survey_id: id('survey'),
    bucket: 7,
    responses: 1,
  }),
};

const WITHOUT_ID = new Set([
  'survey_rollup',
  'survey_time_bucket',
  'feed_counter',
  'feed_event',
  'idempotency_record',
  'review_version',
  'review_rollup',
  'review_total',
  'packed_days',
  'days_packing',
  'review_segment',
  'response_time_bucket',
  'response_revision',
  'metric_settings',
  'customer_consent',
  'survey_settings',
  'survey_answer',
  'alert_mail',
]);

/** A tenant with one row in each table; further rows can be made that refer to them. */
export class SampleTenant {
  readonly organizationId: string;
  readonly #ids = new Map<string, string>();

  constructor(organizationId: string) {
    this.organizationId = organizationId;
  }

  /** The tables that it knows; a test compares them with the catalog. */
  static get tables(): string[] {
    return Object.keys(makers);
  }

  /** The row of this table. With `fresh`, another one, whose keys clash with none. */
  row(table: string, { fresh = false } = {}): SampleRow {
    const make = makers[table];
    if (make === undefined) throw new Error(`No sample row of ${table}: add one to sample-rows.ts`);
    const row = make((referred) => this.id(referred));
    if (table !== 'organization') row['organization_id'] = this.organizationId;
    if (!WITHOUT_ID.has(table)) row['id'] = fresh ? randomUUID() : this.id(table);
    // One response of an invitation, one alert of a response.
    if (fresh && table === 'survey_response') row['invitation_id'] = null;
    if (fresh && table === 'detractor_alert') row['response_id'] = this.id('survey_response.other');
    return fresh ? withOtherKeys(row) : row;
  }

  id(table: string): string {
    if (table === 'organization') return this.organizationId;
    const id = this.#ids.get(table) ?? randomUUID();
    this.#ids.set(table, id);
    return id;
  }

  async insertAll(db: Database): Promise<void> {
    for (const table of SampleTenant.tables) {
      if (table === 'location_group') await this.#insertRootGroup(db);
      await insertRow(db, table, this.row(table));
      if (table === 'survey_response') {
        const id = this.id('survey_response.other');
        await insertRow(db, table, { ...this.row(table, { fresh: true }), id });
      }
    }
  }

  async #insertRootGroup(db: Database): Promise<void> {
    await insertRow(db, 'location_group', {
      organization_id: this.organizationId,
      id: this.id('location_group.parent'),
      external_id: 'root',
      name: 'Root',
    });
  }
}

/** Past row-level security, as the owner of the tables. */
export async function insertRow(db: Database, table: string, row: SampleRow): Promise<void> {
  const { sql, values } = insertSql(table, row);
  await db.system(sql, values);
}

export function insertSql(table: string, row: SampleRow): { sql: string; values: unknown[] } {
  const columns = Object.keys(row);
  const placeholders = columns.map((_, index) => `$${index + 1}`);
  return {
    sql: `insert into ${table} (${columns.join(', ')}) values (${placeholders.join(', ')})`,
    values: Object.values(row),
  };
}

/** Values that are part of a key beside the id are changed, so that only a reference can clash. */
function withOtherKeys(row: SampleRow): SampleRow {
  const other: SampleRow = {};
  for (const [column, value] of Object.entries(row)) other[column] = otherKey(column, value);
  return other;
}

function otherKey(column: string, value: unknown): unknown {
  if (['external_id', 'email', 'subject', 'key', 'slug', 'question_key'].includes(column)) {
    return `x${randomUUID()}`;
  }
  if (['seq', 'version', 'revision', 'number'].includes(column))
    return 1 + Math.floor(Math.random() * 1e6);
  if (column === 'source') return 'OTHER';
  return value;
}

/** What picks the rows of a tenant from a table. */
export function ofTenant(table: string): string {
  return `${tenantColumn(table)} = $1`;
}
