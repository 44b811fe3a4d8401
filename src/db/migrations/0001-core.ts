import { Migration } from '@mikro-orm/migrations';
import { tenantTable } from './tenant-table.ts';

const organizations = [
  `create table organization (
    id uuid primary key,
    slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name text not null,
    time_zone text not null default 'UTC',
    locale text not null default 'en',
    negative_at_most double precision not null default 0.25,
    positive_at_least double precision not null default 0.75,
    response_due_negative_hours integer not null default 24 check (response_due_negative_hours > 0),
    response_due_other_hours integer not null default 48 check (response_due_other_hours > 0),
    created_at timestamptz not null,
    check (0 <= negative_at_most and negative_at_most < positive_at_least and positive_at_least <= 1)
  )`,
  ...tenantTable('organization', 'id'),
  `create table member (
    organization_id uuid not null references organization (id),
    id uuid not null,
    issuer text,
    subject text,
    email text not null,
    name text not null,
    role text not null check (role in ('ADMIN', 'MANAGER', 'APPROVER', 'RESPONDER', 'ANALYST', 'VIEWER')),
    created_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, email),
    unique (organization_id, issuer, subject),
    check ((issuer is null) = (subject is null))
  )`,
  ...tenantTable('member'),
  // A bearer token names issuer and subject, and is looked up before the tenant is known.
  `create index member_issuer_subject on member (issuer, subject) where subject is not null`,
  // A first sign-in with a proven address accepts an open invitation, in whichever organization.
  `create index member_open_invitation on member (email) where subject is null`,
  `create table api_key (
    organization_id uuid not null references organization (id),
    id uuid not null,
    kind text not null check (kind in ('PUBLISHABLE', 'SECRET')),
    name text not null,
    prefix text not null,
    hash bytea not null check (octet_length(hash) = 32),
    scopes text[] not null default '{}',
    origins text[],
    member_id uuid,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, member_id) references member (organization_id, id)
  )`,
  ...tenantTable('api_key'),
  // Admission looks a key up by its hash before the tenant is known.
  `create index api_key_hash on api_key (hash)`,
  `create index api_key_member on api_key (organization_id, member_id) where member_id is not null`,
];

const feed = [
  // Events with seq <= pruned_seq are gone.
  `create table feed_counter (
    organization_id uuid primary key references organization (id),
    epoch text not null,
    last_seq bigint not null default 0,
    pruned_seq bigint not null default 0,
    check (0 <= pruned_seq and pruned_seq <= last_seq)
  )`,
  ...tenantTable('feed_counter'),
  // A log: its rows may outlive what they tell of, so they refer to nothing but the organization.
  `create table feed_event (
    organization_id uuid not null references organization (id),
    seq bigint not null check (seq > 0),
    kind text not null,
    occurred_at timestamptz not null,
    review_id uuid,
    response_id uuid,
    location_id uuid,
    sentiment text check (sentiment in ('NEGATIVE', 'NEUTRAL', 'POSITIVE')),
    primary key (organization_id, seq)
  )`,
  ...tenantTable('feed_event'),
  `create table idempotency_record (
    organization_id uuid not null references organization (id),
    key text not null,
    operation text not null,
    input_hash bytea not null,
    result jsonb not null,
    created_at timestamptz not null,
    primary key (organization_id, key)
  )`,
  ...tenantTable('idempotency_record'),
];

const locations = [
  `create table location_group (
    organization_id uuid not null references organization (id),
    id uuid not null,
    parent_id uuid,
    external_id text not null,
    name text not null,
    primary key (organization_id, id),
    unique (organization_id, external_id),
    foreign key (organization_id, parent_id) references location_group (organization_id, id),
    check (parent_id <> id)
  )`,
  ...tenantTable('location_group'),
  `create index location_group_parent on location_group (organization_id, parent_id) where parent_id is not null`,
  `create table location (
    organization_id uuid not null references organization (id),
    id uuid not null,
    external_id text not null,
    name text not null,
    time_zone text not null,
    locale text not null,
    tags text[] not null default '{}',
    group_id uuid,
    phone text,
    address jsonb,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, external_id),
    foreign key (organization_id, group_id) references location_group (organization_id, id)
  )`,
  ...tenantTable('location'),
  `create index location_name on location (organization_id, name, id)`,
  `create index location_created on location (organization_id, created_at, id)`,
  `create index location_group_id on location (organization_id, group_id) where group_id is not null`,
  `create table source_profile (
    organization_id uuid not null references organization (id),
    id uuid not null,
    location_id uuid not null,
    source text not null,
    external_id text,
    url text,
    primary key (organization_id, id),
    unique (organization_id, location_id, source),
    foreign key (organization_id, location_id) references location (organization_id, id)
  )`,
  ...tenantTable('source_profile'),
  `create table product (
    organization_id uuid not null references organization (id),
    id uuid not null,
    external_id text not null,
    name text not null,
    gtin text,
    url text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, external_id)
  )`,
  ...tenantTable('product'),
  `create index product_name on product (organization_id, name, id)`,
  `create index product_created on product (organization_id, created_at, id)`,
];

const SOURCES = `('FIRST_PARTY', 'GOOGLE', 'FACEBOOK', 'YELP', 'TRUSTPILOT', 'TRIPADVISOR', 'G2', 'OTHER')`;

const RATING_FITS_SCALE = `case rating_scale
      when 'STARS_5' then rating is not null and rating between 1 and 5
      when 'NUMERIC_10' then rating is not null and rating between 1 and 10
      when 'THUMBS' then rating is not null and rating in (0, 1)
      when 'TEXT_ONLY' then rating is null
      else false
    end`;

const reviews = [
  `create table review (
    organization_id uuid not null references organization (id),
    id uuid not null,
    source text not null check (source in ${SOURCES}),
    external_id text not null,
    location_id uuid,
    product_id uuid,
    url text,
    rating_scale text not null,
    rating numeric(4,2),
    score double precision generated always as (case rating_scale
      when 'STARS_5' then (rating::float8 - 1) / 4
      when 'NUMERIC_10' then (rating::float8 - 1) / 9
      when 'THUMBS' then rating::float8
    end) stored,
    sentiment text not null check (sentiment in ('NEGATIVE', 'NEUTRAL', 'POSITIVE')),
    title text,
    text text,
    translated_text text,
    language text,
    author_name text,
    authored_at timestamptz not null,
    received_at timestamptz not null,
    updated_at timestamptz not null,
    is_public boolean not null default true,
    content_hash bytea not null,
    version integer not null default 1 check (version > 0),
    response_due_at timestamptz,
    first_response_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, source, external_id),
    foreign key (organization_id, location_id) references location (organization_id, id),
    foreign key (organization_id, product_id) references product (organization_id, id),
    constraint review_rating_fits_scale check (${RATING_FITS_SCALE})
  )`,
  ...tenantTable('review'),
  `create index review_authored on review (organization_id, authored_at, id)`,
  `create index review_location_authored on review (organization_id, location_id, authored_at, id)`,
  `create index review_product_authored on review (organization_id, product_id, authored_at, id) where product_id is not null`,
  // Orders by rating put a review without one below all others.
  `create index review_rating on review (organization_id, (coalesce(score, -1)), id)`,
  `create index review_location_rating on review (organization_id, location_id, (coalesce(score, -1)), id)`,
  `create index review_product_rating on review (organization_id, product_id, (coalesce(score, -1)), id) where product_id is not null`,
  `create index review_inbox on review (organization_id, sentiment, authored_at, id) where first_response_at is null`,
  // The words are in the index alone: kept in the rows as well, they would be a third of their size.
  `create index review_search on review using gin (organization_id, to_tsvector('simple',
    coalesce(title, '') || ' ' || coalesce(text, '') || ' ' || coalesce(translated_text, '')))`,
  // The earlier contents of an edited review.
  `create table review_version (
    organization_id uuid not null references organization (id),
    review_id uuid not null,
    version integer not null check (version > 0),
    rating_scale text not null,
    rating numeric(4,2),
    title text,
    text text,
    translated_text text,
    language text,
    authored_at timestamptz not null,
    replaced_at timestamptz not null,
    primary key (organization_id, review_id, version),
    foreign key (organization_id, review_id) references review (organization_id, id),
    constraint review_version_rating_fits_scale check (${RATING_FITS_SCALE})
  )`,
  ...tenantTable('review_version'),
  // Over the public reviews of a location; a review counts under the star nearest to its score.
  `create table review_rollup (
    organization_id uuid not null references organization (id),
    location_id uuid not null,
    rating_scale text not null check (rating_scale in ('STARS_5', 'NUMERIC_10', 'THUMBS', 'TEXT_ONLY')),
    review_count bigint not null default 0,
    rating_sum numeric(20,2) not null default 0,
    stars_1 bigint not null default 0,
    stars_2 bigint not null default 0,
    stars_3 bigint not null default 0,
    stars_4 bigint not null default 0,
    stars_5 bigint not null default 0,
    responded_count bigint not null default 0,
    primary key (organization_id, location_id, rating_scale),
    foreign key (organization_id, location_id) references location (organization_id, id)
  )`,
  ...tenantTable('review_rollup'),
];

const responses = [
  `create table response (
    organization_id uuid not null references organization (id),
    id uuid not null,
    review_id uuid not null,
    body text not null,
    status text not null check (status in ('DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED', 'PUBLISHED', 'FAILED')),
    origin text not null default 'ANTIPHON' check (origin in ('ANTIPHON', 'SOURCE')),
    author_member_id uuid,
    author_key_id uuid,
    revision integer not null default 1 check (revision > 0),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    published_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, review_id) references review (organization_id, id),
    foreign key (organization_id, author_member_id) references member (organization_id, id),
    foreign key (organization_id, author_key_id) references api_key (organization_id, id),
    check (status <> 'PUBLISHED' or published_at is not null)
  )`,
  ...tenantTable('response'),
  `create index response_review on response (organization_id, review_id, created_at, id)`,
  `create table response_revision (
    organization_id uuid not null references organization (id),
    response_id uuid not null,
    revision integer not null check (revision > 0),
    body text not null,
    replaced_at timestamptz not null,
    primary key (organization_id, response_id, revision),
    foreign key (organization_id, response_id) references response (organization_id, id)
  )`,
  ...tenantTable('response_revision'),
];

/** Organizations, accounts, the feed, locations, products, reviews and responses. */
export class Migration0001Core extends Migration {
  override up(): void {
    // Trusted since PostgreSQL 13: whoever may create a schema object in the database may add it.
    this.addSql('create extension if not exists btree_gin');
    for (const sql of [...organizations, ...feed, ...locations, ...reviews, ...responses]) {
      this.addSql(sql);
    }
  }
}
