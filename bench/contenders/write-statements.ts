import { randomFillSync } from 'node:crypto';
import type pg from 'pg';
import type { ImportedReview } from '../questions/q6-import.ts';
import { ANSWERED_COLUMNS, COUNT_IMPORTED, countAnswered } from './metric-rollups.statements.ts';

/**
 * The writes of the limit, of Mercurius and of Yoga: one statement for each mutation, and so one
 * transaction and one round trip. The counter of the feed gives its numbers last: what stands further
 * down in a `with` is run earlier.
 */
const EVENTS_OF = (kind: string, response: string) => `
  counter as (
    update feed_counter set last_seq = last_seq + 1
    where organization_id = $1 and exists (select from written) returning last_seq
  ), told as (
    insert into feed_event (organization_id, seq, kind, occurred_at, review_id, response_id, location_id, sentiment)
    select $1, counter.last_seq, '${kind}', now(), r.id, ${response}, r.location_id, r.sentiment from counter, r
  )`;

const DRAFT = {
  name: 'draft',
  text: `with r as (
    select id, location_id, sentiment from review where organization_id = $1 and id = $2 for update
  ), written as (
    insert into response (organization_id, id, review_id, body, status, created_at, updated_at)
    select $1, $3, r.id, $4, 'DRAFT', now(), now() from r returning id, body, status
  ), ${EVENTS_OF('RESPONSE_DRAFTED', '$3')}
  select id, body, status from written`,
};

const PUBLISH = {
  name: 'publish',
  text: `with written as (
    update response set status = 'PUBLISHED', published_at = now(), updated_at = now()
    where organization_id = $1 and id = $2 and status <> 'PUBLISHED'
    returning id, review_id, body, status, published_at
  ), r as (
    select ${ANSWERED_COLUMNS}
    from review r join written on r.id = written.review_id where r.organization_id = $1 for update of r
  ), ${EVENTS_OF('RESPONSE_PUBLISHED', '$2')}, first_one as (
    update review x set first_response_at = now() from r
    where x.organization_id = $1 and x.id = r.id and r.first_response_at is null
  ), counted as (
    update review_rollup u set responded_count = responded_count + 1 from r
    where u.organization_id = $1 and u.location_id = r.location_id and u.rating_scale = r.rating_scale
      and r.is_public and r.first_response_at is null
  ), ${countAnswered('now()')}
  select id, body, status, published_at as "publishedAt" from written`,
};

const COUNTS = ['review_count', 'rating_sum', ...[1, 2, 3, 4, 5].map((n) => `stars_${n}`)];

const IMPORT = {
  name: 'import',
  text: `with n as (
    select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::timestamptz[])
      as n(id, source, external_id, place, rating, title, text, language, author_name, authored_at)
  ), written as (
    insert into review (organization_id, id, source, external_id, location_id, rating_scale, rating,
      sentiment, title, text, language, author_name, authored_at, received_at, updated_at, content_hash,
      response_due_at)
    select $1, n.id, n.source, n.external_id, l.id, 'STARS_5', n.rating,
      case when n.rating <= 2 then 'NEGATIVE' when n.rating >= 4 then 'POSITIVE' else 'NEUTRAL' end,
      n.title, n.text, n.language, n.author_name, n.authored_at, now(), now(),
      sha256(convert_to(concat_ws(' ', l.id, n.rating, n.title, n.text, n.language, n.author_name, n.authored_at), 'UTF8')),
      now() + case when n.rating <= 2 then interval '24 hours' else interval '48 hours' end
    from n join location l on l.organization_id = $1 and l.external_id = n.place
    on conflict (organization_id, source, external_id) do nothing
    returning id, location_id, source, language, rating_scale, sentiment, rating, authored_at
  ), counter as (
    update feed_counter set last_seq = last_seq + (select count(*) from written)
    where organization_id = $1 returning last_seq - (select count(*) from written) as before
  ), told as (
    insert into feed_event (organization_id, seq, kind, occurred_at, review_id, location_id, sentiment)
    select $1, counter.before + row_number() over (), 'REVIEW_RECEIVED', now(), w.id, w.location_id, w.sentiment
    from counter, written w
  ), counted as (
    insert into review_rollup (organization_id, location_id, rating_scale, ${COUNTS.join(', ')})
    select $1, location_id, 'STARS_5', count(*), sum(rating),
      ${[1, 2, 3, 4, 5].map((star) => `count(*) filter (where rating = ${star})`).join(', ')}
    from written group by location_id order by location_id
    on conflict (organization_id, location_id, rating_scale) do update set
      ${COUNTS.map((name) => `${name} = review_rollup.${name} + excluded.${name}`).join(', ')}
  ), ${COUNT_IMPORTED}
  select count(*)::int as created from written`,
};

export interface WrittenResponse {
  readonly id: string;
  readonly body: string;
  readonly status: string;
  readonly publishedAt: Date | null;
}

async function responseFrom(
  pool: pg.Pool,
  statement: { name: string; text: string },
  values: unknown[],
): Promise<WrittenResponse> {
  const { rows } = await pool.query<WrittenResponse>({ ...statement, values });
  if (rows[0] === undefined) throw new Error('There is none, or it is published already.');
  return rows[0];
}

export function draftResponse(
  pool: pg.Pool,
  organizationId: string,
  { reviewId, body }: { reviewId: string; body: string },
): Promise<WrittenResponse> {
  return responseFrom(pool, DRAFT, [organizationId, reviewId, newId(), body]);
}

export function publishResponse(
  pool: pg.Pool,
  organizationId: string,
  id: string,
): Promise<WrittenResponse> {
  return responseFrom(pool, PUBLISH, [organizationId, id]);
}

/** @returns how many were created */
export async function importReviews(
  pool: pg.Pool,
  organizationId: string,
  reviews: readonly ImportedReview[],
): Promise<number> {
  const columns = [
    reviews.map(() => newId()),
    reviews.map((review) => review.source),
    reviews.map((review) => review.externalId),
    reviews.map((review) => review.locationExternalId),
    reviews.map((review) => review.rating),
    reviews.map((review) => review.title),
    reviews.map((review) => review.text),
    reviews.map((review) => review.language),
    reviews.map((review) => review.authorName),
    reviews.map((review) => review.authoredAt),
  ];
  const { rows } = await pool.query<{ created: number }>({
    ...IMPORT,
    values: [organizationId, ...columns],
  });
  return rows[0]?.created ?? 0;
}

/** A UUIDv7 (RFC 9562). */
export function newId(): string {
  const bytes = randomFillSync(Buffer.alloc(16));
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
