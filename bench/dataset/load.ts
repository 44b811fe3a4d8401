import { availableParallelism } from 'node:os';
import pg from 'pg';
import { say } from '../process.ts';
import { withoutChecks } from './indexes.ts';
import { METRIC_ROLLUPS } from './metric-rollups.ts';

/** What is generated for one organization. */
export interface Load {
  /** Of the database. */
  readonly url: string;
  readonly organizationId: string;
  readonly slug: string;
  readonly locations: number;
  readonly reviews: number;
}

/** Products are few: every twentieth review speaks of one. */
const PRODUCTS = 100;

/** So many reviews in one statement: its progress can be told, and several run side by side. */
const CHUNK = 250_000;
/** More is told of than of small ones. */
const IS_LARGE = 1_000_000;

/** Fills one organization, set-wise: locations, products, reviews, responses, rollups, the feed's position. */
export async function loadOrganization(client: pg.Client, load: Load): Promise<void> {
  const { organizationId, slug, locations, reviews } = load;
  await client.query(LOCATIONS, [organizationId, slug, locations]);
  await client.query(PRODUCT_ROWS, [organizationId, slug, PRODUCTS]);
  await loadReviews(load);
  await client.query(RESPONSES, [organizationId, slug]);
  if (reviews >= IS_LARGE) say('responses are there; now the rollups');
  for (const sql of [ROLLUPS, ...METRIC_ROLLUPS]) await client.query(sql, [organizationId]);
  // One event for each review has been told, and pruned since.
  await client.query(
    'update feed_counter set last_seq = $2, pruned_seq = $2 where organization_id = $1',
    [organizationId, reviews],
  );
}

/** What costs the most is making the rows up, which one connection does on one core. */
async function loadReviews(load: Load): Promise<void> {
  const { url, organizationId, slug, locations, reviews } = load;
  let begun = 0;
  const writers = Array.from({ length: availableParallelism() }, async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await withoutChecks(client);
      while (begun < reviews) {
        const from = begun + 1;
        begun = Math.min(begun + CHUNK, reviews);
        const range = [from, begun];
        await client.query(REVIEWS, [organizationId, slug, locations, reviews, PRODUCTS, ...range]);
        if (reviews >= IS_LARGE) say(`reviews ${range.join(' to ')} are there`);
      }
    } finally {
      await client.end();
    }
  });
  await Promise.all(writers);
}

const LOCATIONS = `
  insert into location (organization_id, id, external_id, name, time_zone, locale, tags, phone,
    address, created_at, updated_at)
  select $1, bench.uuid(made_at, $2 || ' location ' || n), 'place-' || n,
    city || ' ' || (array['Central', 'Harbour', 'Station', 'Market'])[1 + n % 4] || ' ' || n,
    'Europe/Amsterdam', 'en', array['city:' || lower(city)], '+31 20 555 ' || lpad(n::text, 4, '0'),
    jsonb_build_object('street', 'Long Street ' || n, 'postalCode', lpad((n * 7 % 10000)::text, 4, '0'),
      'city', city, 'country', 'NL'),
    made_at, made_at
  from generate_series(1, $3::bigint) n
  cross join lateral (
    select bench.city(bench.u(n, 2)) as city, timestamptz '2022-01-01' + n * interval '1 minute' as made_at
  ) made`;

const PRODUCT_ROWS = `
  insert into product (organization_id, id, external_id, name, gtin, url, created_at, updated_at)
  select $1, bench.uuid(made_at, $2 || ' product ' || n), 'product-' || n, 'Product ' || n,
    lpad(n::text, 13, '0'), 'https://shop.example/products/' || n, made_at, made_at
  from generate_series(1, $3::bigint) n
  cross join lateral (select timestamptz '2022-01-01' + n * interval '1 minute' as made_at) made`;

/**
 * Five-star skew, a few on other scales; busy places have three times as many as quiet ones. Due
 * times are the organization's: 24 hours for negative ones, 48 for others. About half have a
 * response, and every tenth review is a negative one that waits for it.
 */
const REVIEWS = `
  insert into review (organization_id, id, source, external_id, location_id, product_id, url,
    rating_scale, rating, sentiment, title, text, language, author_name, authored_at, received_at,
    updated_at, is_public, content_hash, response_due_at, first_response_at)
  select $1, bench.uuid(received_at, $2 || ' review ' || n), source, 'review-' || n, location_id,
    product_id, 'https://reviews.example/' || n, scale, rating, sentiment,
    case when bench.u(n, 10) < 0.3 then left(bench.pick(array['Great', 'As expected', 'Never again',
      'Recommended', 'Disappointed', 'Good value'], bench.u(n, 11)), 40) end,
    bench.sentences(n), bench.pick(array['en', 'en', 'en', 'nl', 'de', 'fr'], bench.u(n, 12)),
    case when bench.u(n, 13) < 0.95 then bench.person(bench.u(n, 14)) end,
    authored_at, received_at, received_at, bench.u(n, 15) >= 0.01, sha256(n::text::bytea),
    received_at + case sentiment when 'NEGATIVE' then interval '24 hours' else interval '48 hours' end,
    case when bench.u(n, 16) < case sentiment when 'NEGATIVE' then 0.44 else 0.48 end
      then date_trunc('milliseconds', received_at + interval '1 hour' + interval '71 hours' * bench.u(n, 17)) end
  from (
    select *, case
        when score <= 0.25 then 'NEGATIVE' when score >= 0.75 then 'POSITIVE'
        when score is not null then 'NEUTRAL' when stars <= 2 then 'NEGATIVE'
        when stars >= 4 then 'POSITIVE' else 'NEUTRAL'
      end as sentiment
    from (
      select *, case scale when 'STARS_5' then (rating::float8 - 1) / 4
        when 'NUMERIC_10' then (rating::float8 - 1) / 9 when 'THUMBS' then rating::float8 end as score
      from (
        select *, case scale when 'STARS_5' then stars when 'NUMERIC_10' then stars * 2 - n % 2
          when 'THUMBS' then (stars >= 3)::int end::numeric as rating
        from (
          select n, authored_at,
            date_trunc('milliseconds', authored_at + interval '24 hours' * bench.u(n, 3)) as received_at,
            bench.pick(array['GOOGLE', 'GOOGLE', 'GOOGLE', 'GOOGLE', 'FACEBOOK', 'YELP', 'TRUSTPILOT',
              'TRIPADVISOR', 'FIRST_PARTY', 'OTHER'], bench.u(n, 4)) as source,
            case when bench.u(n, 5) < 0.12 then 1 when bench.u(n, 5) < 0.18 then 2
              when bench.u(n, 5) < 0.27 then 3 when bench.u(n, 5) < 0.47 then 4 else 5 end as stars,
            case when bench.u(n, 6) < 0.94 then 'STARS_5' when bench.u(n, 6) < 0.97 then 'NUMERIC_10'
              when bench.u(n, 6) < 0.985 then 'THUMBS' else 'TEXT_ONLY' end as scale,
            places.ids[1 + floor($3::bigint * power(bench.u(n, 7), 1.6))::int] as location_id,
            case when n % 20 = 0 then goods.ids[1 + floor($5::bigint * bench.u(n, 8))::int] end as product_id
          from generate_series($6::bigint, $7::bigint) n
          cross join lateral (select bench.authored(n, $4::bigint) as authored_at) made
          cross join (select array_agg(id order by id) as ids from location where organization_id = $1) places
          cross join (select array_agg(id order by id) as ids from product where organization_id = $1) goods
        ) drawn
      ) rated
    ) scored
  ) judged`;

/** The published first ones, a follow-up to every fortieth, and some drafts. */
const RESPONSES = `
  insert into response (organization_id, id, review_id, body, status, origin, created_at, updated_at, published_at)
  select $1, bench.uuid(made_at, $2 || ' response ' || kind || r.id), r.id,
    'Dear ' || coalesce(r.author_name, 'guest') || ', ' || bench.sentences(hashtextextended(kind || r.id, 0)),
    case kind when 'draft' then 'DRAFT' else 'PUBLISHED' end,
    case kind when 'first' then 'SOURCE' else 'ANTIPHON' end,
    made_at, made_at, case when kind <> 'draft' then made_at end
  from review r
  cross join lateral (values
    ('first', r.first_response_at),
    ('follow-up', case when hashtext(r.id::text) % 40 = 0 then r.first_response_at + interval '1 day' end),
    ('draft', case when hashtext(r.id::text) % 40 = 1 then r.received_at + interval '2 hours' end)
  ) as made(kind, made_at)
  where r.organization_id = $1 and made_at is not null`;

/** As the rollups are defined: over public reviews, under the star nearest to the score. */
export const countedRollups = (condition = '') => `
  select organization_id, location_id, rating_scale, count(*) as review_count,
    coalesce(sum(rating), 0) as rating_sum,
    ${[1, 2, 3, 4, 5].map((star) => `count(*) filter (where floor(1.5 + 4 * score) = ${star})`).join(', ')},
    count(first_response_at) as responded_count
  from review
  where organization_id = $1 and location_id is not null and is_public ${condition}
  group by organization_id, location_id, rating_scale`;

export const ROLLUPS = `
  insert into review_rollup (organization_id, location_id, rating_scale, review_count, rating_sum,
    stars_1, stars_2, stars_3, stars_4, stars_5, responded_count) ${countedRollups()}`;
