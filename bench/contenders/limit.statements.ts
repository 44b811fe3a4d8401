/**
 * One statement for each question, of flat rows: a list under a list repeats its parents, and the
 * handful of rollup rows of a location comes as one text.
 */
/** A review that has never been answered has none: what a careful hand would write. */
const RESPONSES = `left join lateral (
    select s.id, s.body, s.published_at, s.created_at from response s
    where s.organization_id = $1 and s.review_id = r.id and r.first_response_at is not null and s.status = 'PUBLISHED'
    order by s.created_at, s.id limit 100
  ) s on true`;

/** Of the review's own words; the source's translation where there are none. */
const TEXT = 'coalesce(r.text, r.translated_text) as text';

/** $1 organization, $2 location. */
export const STOREFRONT_PAGE = {
  name: 'storefront-page',
  text: `select l.name, l.phone, l.time_zone, l.address, u.rollups, r.id, r.source, r.rating, r.rating_scale,
    r.sentiment, r.title, r.text, r.language, r.authored_at, r.author_name, s.id, s.body, s.published_at
  from location l
  cross join lateral (
    select string_agg(concat_ws(',', u.rating_scale, u.review_count, u.rating_sum, u.responded_count,
      u.stars_1, u.stars_2, u.stars_3, u.stars_4, u.stars_5), ';') as rollups
    from review_rollup u where u.organization_id = $1 and u.location_id = $2
  ) u
  left join lateral (
    select r.id, r.source, r.rating, r.rating_scale, r.sentiment, r.title, ${TEXT}, r.language,
      r.authored_at, r.author_name, r.first_response_at
    from review r where r.organization_id = $1 and r.location_id = $2 and r.is_public
    order by r.authored_at desc, r.id desc limit 10
  ) r on true
  ${RESPONSES}
  where l.organization_id = $1 and l.id = $2
  order by r.authored_at desc, r.id desc, s.created_at, s.id`,
} as const;

/** $1 organization, $2 locations. */
export const NESTED_LIST = {
  name: 'nested-list',
  text: `select l.id, l.name, r.id, r.rating, r.text, r.authored_at, r.author_name, s.id, s.body, s.published_at
  from (
    select l.id, l.name from location l
    where l.organization_id = $1 and l.id = any($2::uuid[]) order by l.name, l.id limit 20
  ) l
  left join lateral (
    select r.id, r.rating, ${TEXT}, r.authored_at, r.author_name, r.first_response_at
    from review r where r.organization_id = $1 and r.location_id = l.id and r.is_public
    order by r.authored_at desc, r.id desc limit 5
  ) r on true
  ${RESPONSES}
  order by l.name, l.id, r.authored_at desc, r.id desc, s.created_at, s.id`,
} as const;

/** $1 organization, $2 location, $3 and $4 the first day and the last. */
export const METRIC_VIEW = {
  name: 'metric-view',
  text: `select t.starts, t.reviews, t.rated, t.score_sum from review_total t
  where t.organization_id = $1 and t.place_id = $2 and t.span = 'DAY' and t.starts between $3::date and $4::date
    and t.reviews > 0
  order by t.starts`,
} as const;

/** $1 organization, $2 and $3 the place behind which the page begins. One row more says whether there is more. */
export const INBOX = {
  name: 'inbox',
  text: `select r.id, r.source, r.rating, r.rating_scale, r.title, ${TEXT}, r.language, r.authored_at,
    r.response_due_at, r.author_name, r.location_id, l.external_id, l.name
  from (
    select * from review r
    where r.organization_id = $1 and r.sentiment = 'NEGATIVE' and r.first_response_at is null
      and (r.authored_at, r.id) < ($2::timestamptz, $3::uuid)
    order by r.authored_at desc, r.id desc limit 51
  ) r
  left join location l on l.organization_id = $1 and l.id = r.location_id
  order by r.authored_at desc, r.id desc`,
} as const;
