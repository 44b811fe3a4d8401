/**
 * What counts of a review, as SQL: the one definition behind writing the rollups, checking them and
 * making them anew.
 */

/** Stands in the rollups for the place of a review without a location: the nil UUID. */
export const NO_LOCATION = '00000000-0000-0000-0000-000000000000';

/** Stands in the rollups for a language that is not known: BCP 47's undetermined. */
export const UNKNOWN_LANGUAGE = 'und';

/** The scores of all scales are whole multiples of 1/3600, so that their sums are exact. */
export const SCORE_UNITS = 3600;

/** A rating's score in {@link SCORE_UNITS}, over a row `x`; null without a rating. */
export function scoreUnits(x: string): string {
  return `(case ${x}.rating_scale when 'STARS_5' then (${x}.rating - 1) * 900
    when 'NUMERIC_10' then (${x}.rating - 1) * 400 when 'THUMBS' then ${x}.rating * 3600 end)::int`;
}

/**
 * Response times are counted in buckets whose borders grow by this factor: whatever is told of a
 * bucket's times is at most (γ − 1) ÷ (γ + 1) of it, 2 %, away from the true one (DDSketch,
 * https://www.vldb.org/pvldb/vol12/p2195-masson.pdf).
 */
export const RESPONSE_TIME_GAMMA = 1.04;

/** The bucket of a time in milliseconds: 0 for less than a second. */
export function responseTimeBucket(ms: string): string {
  return `greatest(0, ceil(ln(greatest(${ms}, 1)::float8 / 1000) / ln(${RESPONSE_TIME_GAMMA}::float8)))::int`;
}

/** Of a review, as it is known before a change. */
export const FACT_SOURCE = {
  location_id: 'uuid',
  source: 'text',
  language: 'text',
  rating_scale: 'text',
  rating: 'numeric',
  sentiment: 'text',
  is_public: 'boolean',
  authored_at: 'timestamptz',
  received_at: 'timestamptz',
  response_due_at: 'timestamptz',
  first_response_at: 'timestamptz',
  revised_upward: 'boolean',
} as const;

export const FACT_COLUMNS = Object.keys(FACT_SOURCE).join(', ');

/**
 * The facts of reviews `x` (of {@link FACT_SOURCE} and `sign`: 1 for what is to be added, −1 for
 * what is to be taken away). The day is the location's own local day; a review without a location
 * has the organization's. `$1` is the organization.
 */
export function facts(reviews: string): string {
  return `select x.sign, x.location_id, x.is_public, x.rating,
      coalesce(x.location_id, '${NO_LOCATION}') as place_id,
      (x.authored_at at time zone coalesce(
        (select l.time_zone from location l where l.organization_id = $1 and l.id = x.location_id),
        o.time_zone))::date as day,
      x.source, coalesce(x.language, '${UNKNOWN_LANGUAGE}') as language, x.rating_scale, x.sentiment,
      x.score is not null as rated, coalesce(x.score, 0) as score, coalesce(1 + (x.score + 450) / 900, 0) as stars,
      x.first_response_at is not null as responded,
      x.first_response_at <= coalesce(x.response_due_at, x.first_response_at) as in_time, x.revised_upward,
      case when x.first_response_at >= x.received_at
        then floor(extract(epoch from x.first_response_at - x.received_at) * 1000)::bigint end as response_ms
    from (select x.*, ${scoreUnits('x')} as score from (${reviews}) x) x
    join organization o on o.id = $1`;
}

/** What `review_total` and `review_segment` count of reviews that have no response, each over a fact `f`. */
const UNANSWERED_COUNTS = {
  reviews: '1',
  rated: 'f.rated::int',
  score_sum: 'f.score',
  stars_1: '(f.stars = 1)::int',
  stars_2: '(f.stars = 2)::int',
  stars_3: '(f.stars = 3)::int',
  stars_4: '(f.stars = 4)::int',
  stars_5: '(f.stars = 5)::int',
  negative: `(f.sentiment = 'NEGATIVE')::int`,
  positive: `(f.sentiment = 'POSITIVE')::int`,
} as const;

/** What `review_total` and `review_segment` count, each over a fact `f`. */
export const COUNTS = {
  ...UNANSWERED_COUNTS,
  responded: 'f.responded::int',
  responded_negative: `(f.responded and f.sentiment = 'NEGATIVE')::int`,
  responded_positive: `(f.responded and f.sentiment = 'POSITIVE')::int`,
  in_time: '(f.responded and f.in_time)::int',
  revised: '(f.responded and f.revised_upward)::int',
  timed: '(f.response_ms is not null)::int',
  response_ms: 'coalesce(f.response_ms, 0)',
} as const;

const UNANSWERED_PUBLIC_COUNTS = {
  review_count: '1',
  rating_sum: 'coalesce(f.rating, 0)',
  stars_1: COUNTS.stars_1,
  stars_2: COUNTS.stars_2,
  stars_3: COUNTS.stars_3,
  stars_4: COUNTS.stars_4,
  stars_5: COUNTS.stars_5,
} as const;

/** What `review_rollup` counts for storefronts, over a fact `f`. */
export const PUBLIC_COUNTS = {
  ...UNANSWERED_PUBLIC_COUNTS,
  responded_count: COUNTS.responded,
} as const;

/** Those that can be other than 0 where no review has been answered; an answer changes the others alone. */
export const COUNTS_WITHOUT_RESPONSES: ReadonlySet<string> = new Set([
  ...Object.keys(UNANSWERED_COUNTS),
  ...Object.keys(UNANSWERED_PUBLIC_COUNTS),
]);

/** The bucket of a fact's response time. */
export const RESPONSE_TIME_BUCKET = responseTimeBucket('f.response_ms');
