import type pg from 'pg';
import type { Caller } from './contender.ts';
import { type DayOfReviews, withEmptyDays } from './metric-days.ts';
import { type Rollup, summarize, type Summary } from './summary.ts';

/**
 * The SQL that a team writes behind Mercurius or Yoga: one prepared statement for each list or
 * loader, columns named as the schema's fields, and only what storefronts may see for storefronts.
 */
export interface LocationRow {
  readonly id: string;
}

export interface ReviewRow {
  readonly id: string;
  readonly locationId: string;
  readonly authoredAt: Date;
  readonly authorName: string | null;
}

export interface ResponseRow {
  readonly id: string;
  readonly reviewId: string;
}

interface Statement {
  readonly name: string;
  readonly text: string;
}

async function rowsOf<Row extends object>(
  pool: pg.Pool,
  statement: Statement,
  values: unknown[],
): Promise<Row[]> {
  return (await pool.query<Row>({ ...statement, values })).rows;
}

const LOCATION = 'id, external_id as "externalId", name, phone, time_zone as "timeZone", address';
const REVIEW = `id, source, rating::float8 as rating, rating_scale as "ratingScale", sentiment, title,
  coalesce(text, translated_text) as text, language, authored_at as "authoredAt",
  response_due_at as "responseDueAt", author_name as "authorName", location_id as "locationId"`;

const LOCATIONS: Statement = {
  name: 'locations',
  text: `select ${LOCATION} from location where organization_id = $1 and id = any($2::uuid[]) order by name, id`,
};

export function locationsByIds(
  pool: pg.Pool,
  { organizationId }: Caller,
  ids: readonly string[],
): Promise<LocationRow[]> {
  return rowsOf(pool, LOCATIONS, [organizationId, ids]);
}

const ROLLUPS: Statement = {
  name: 'rollups',
  text: `select location_id as "locationId", rating_scale as "ratingScale",
      review_count::int as "reviewCount", rating_sum::float8 as "ratingSum",
      responded_count::int as "respondedCount",
      array[stars_1, stars_2, stars_3, stars_4, stars_5]::int[] as stars
    from review_rollup where organization_id = $1 and location_id = any($2::uuid[])`,
};

export async function summariesByLocation(
  pool: pg.Pool,
  { organizationId }: Caller,
  locationIds: readonly string[],
): Promise<Summary[]> {
  const rows = await rowsOf<Rollup & { locationId: string }>(pool, ROLLUPS, [
    organizationId,
    locationIds,
  ]);
  const byLocation = Map.groupBy(rows, (row) => row.locationId);
  return locationIds.map((id) => summarize(byLocation.get(id) ?? []));
}

/** The limit stands in the text: as a parameter, it would have the statement planned each time. */
const reviewsOf = (onlyPublic: boolean, first: number): Statement => ({
  name: `reviews ${onlyPublic} ${first}`,
  text: `select r.* from unnest($2::uuid[]) as parent(id) cross join lateral (
      select ${REVIEW} from review
      where organization_id = $1 and location_id = parent.id ${onlyPublic ? 'and is_public' : ''}
      order by authored_at desc, id desc limit ${first}
    ) r order by r."authoredAt" desc, r.id desc`,
});

export async function newestReviewsByLocation(
  pool: pg.Pool,
  { organizationId, publicOnly }: Caller,
  locationIds: readonly string[],
  first: number,
): Promise<ReviewRow[][]> {
  const statement = reviewsOf(publicOnly, Math.trunc(first));
  const rows = await rowsOf<ReviewRow>(pool, statement, [organizationId, locationIds]);
  const byLocation = Map.groupBy(rows, (row) => row.locationId);
  return locationIds.map((id) => byLocation.get(id) ?? []);
}

const responsesOf = (onlyPublished: boolean): Statement => ({
  name: `responses ${onlyPublished}`,
  text: `select id, review_id as "reviewId", body, status, published_at as "publishedAt" from response
    where organization_id = $1 and review_id = any($2::uuid[]) ${onlyPublished ? `and status = 'PUBLISHED'` : ''}
    order by created_at, id`,
});
const RESPONSES = { published: responsesOf(true), all: responsesOf(false) };

export async function responsesByReview(
  pool: pg.Pool,
  { organizationId, publicOnly }: Caller,
  reviewIds: readonly string[],
): Promise<ResponseRow[][]> {
  const statement = publicOnly ? RESPONSES.published : RESPONSES.all;
  const rows = await rowsOf<ResponseRow>(pool, statement, [organizationId, reviewIds]);
  const byReview = Map.groupBy(rows, (row) => row.reviewId);
  return reviewIds.map((id) => byReview.get(id) ?? []);
}

const DAILY_REVIEWS: Statement = {
  name: 'daily reviews',
  text: `select starts::text as day, reviews as count, score_sum::float8 / 3600 / nullif(rated, 0) as "averageScore"
    from review_total
    where organization_id = $1 and place_id = $2 and span = 'DAY' and starts between $3::date and $4::date
      and reviews > 0
    order by starts`,
};

export interface DaysArguments {
  readonly locationId: string;
  readonly from: string;
  readonly to: string;
}

export async function dailyReviews(
  pool: pg.Pool,
  { organizationId, publicOnly }: Caller,
  { locationId, from, to }: DaysArguments,
): Promise<DayOfReviews[]> {
  if (publicOnly) throw new Error('Metrics are not for storefronts.');
  const values = [organizationId, locationId, from, to];
  return withEmptyDays(await rowsOf<DayOfReviews>(pool, DAILY_REVIEWS, values), { from, to });
}

const inboxOf = (first: number): Statement => ({
  name: `inbox ${first}`,
  text: `select ${REVIEW} from review
    where organization_id = $1 and sentiment = 'NEGATIVE' and first_response_at is null
      and (authored_at, id) < ($2::timestamptz, $3::uuid)
    order by authored_at desc, id desc limit ${first}`,
});

export interface ReviewPage {
  readonly nodes: readonly ReviewRow[];
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** Before everything that can be written. */
const FROM_THE_START = 'infinity ffffffff-ffff-ffff-ffff-ffffffffffff';

export async function inboxPage(
  pool: pg.Pool,
  { organizationId, publicOnly }: Caller,
  { first, after }: { readonly first: number; readonly after?: string | null },
): Promise<ReviewPage> {
  if (publicOnly) throw new Error('The inbox is not for storefronts.');
  const [authoredAt, id] = (after ?? FROM_THE_START).split(' ');
  const statement = inboxOf(Math.trunc(first) + 1);
  const rows = await rowsOf<ReviewRow>(pool, statement, [organizationId, authoredAt, id]);
  const nodes = rows.slice(0, first);
  const last = nodes.at(-1);
  return {
    nodes,
    hasNextPage: rows.length > first,
    endCursor: last === undefined ? null : `${last.authoredAt.toISOString()} ${last.id}`,
  };
}
