/**
 * The rollups of metrics as a hand writes them for the reviews of the questions: members of a `with`,
 * where `$1` is the organization. Rows are written in the order of their keys, so that two writers do
 * not wait for each other in a circle; and who stands further down in a `with` is run earlier.
 */
const SEGMENT = ['day', 'source', 'language', 'rating_scale', 'sentiment'];

const STARS = [1, 2, 3, 4, 5].map((star) => `stars_${star}`);
const COUNTED = ['reviews', 'rated', 'score_sum', ...STARS, 'negative', 'positive'];
const summed = COUNTED.map((name) => `sum(${name})::int as ${name}`).join(', ');

const upsert = (table: string, key: readonly string[], further = '') => `
  insert into ${table} (organization_id, ${[...key, ...COUNTED].join(', ')})
  select $1, ${[...key, ...COUNTED].join(', ')} from new_${table} order by ${key.join(', ')}
  on conflict (organization_id, ${key.join(', ')}) do update set
    ${COUNTED.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ')}${further}`;

/** Of new reviews `written`, which have stars, a location and no response. */
export const COUNT_IMPORTED = `
  at_place as materialized (
    select w.location_id as place_id, (w.authored_at at time zone l.time_zone)::date as day, w.source,
      coalesce(w.language, 'und') as language, w.rating_scale, w.sentiment,
      count(*)::int as reviews, count(*)::int as rated, sum((w.rating - 1) * 900)::int as score_sum,
      ${STARS.map((name, index) => `(count(*) filter (where w.rating = ${index + 1}))::int as ${name}`).join(', ')},
      (count(*) filter (where w.sentiment = 'NEGATIVE'))::int as negative,
      (count(*) filter (where w.sentiment = 'POSITIVE'))::int as positive
    from written w join location l on l.organization_id = $1 and l.id = w.location_id
    group by 1, 2, 3, 4, 5, 6
  ), new_review_segment as materialized (
    select * from at_place
    union all
    select $1::uuid, ${SEGMENT.join(', ')}, ${summed} from at_place group by ${SEGMENT.join(', ')}
  ), of_day as materialized (
    select place_id, day, ${summed} from new_review_segment group by place_id, day
  ), new_review_total as (
    select place_id, 'DAY' as span, day as starts, ${COUNTED.join(', ')} from of_day
    union all
    select place_id, 'MONTH', date_trunc('month', day)::date, ${summed} from of_day group by 1, 2, 3
  ), in_totals as (
    ${upsert('review_total', ['place_id', 'span', 'starts'], ', revision = review_total.revision + 1')}
  ), in_segments as (
    ${upsert('review_segment', ['place_id', ...SEGMENT])}
  )`;

const answered = (table: string) => `
  responded = ${table}.responded + 1,
  responded_negative = ${table}.responded_negative + (f.sentiment = 'NEGATIVE')::int,
  responded_positive = ${table}.responded_positive + (f.sentiment = 'POSITIVE')::int,
  in_time = ${table}.in_time + (f.at <= coalesce(f.response_due_at, f.at))::int,
  revised = ${table}.revised + f.revised_upward::int,
  timed = ${table}.timed + (f.ms >= 0)::int,
  response_ms = ${table}.response_ms + greatest(f.ms, 0)`;

/** What a review `r` has to give for {@link countAnswered}. */
export const ANSWERED_COLUMNS = `r.id, r.location_id, r.sentiment, r.rating_scale, r.is_public, r.first_response_at,
    r.source, r.language, r.authored_at, r.received_at, r.response_due_at, r.revised_upward`;

/** Of a review `r`, of {@link ANSWERED_COLUMNS}, that is answered at that time if it was not before. */
export const countAnswered = (at: string) => `
  f as materialized (
    select coalesce(r.location_id, '00000000-0000-0000-0000-000000000000') as place_id,
      (r.authored_at at time zone coalesce(l.time_zone, o.time_zone))::date as day, r.source,
      coalesce(r.language, 'und') as language, r.rating_scale, r.sentiment, r.response_due_at, r.revised_upward,
      ${at} as at, floor(1000 * extract(epoch from ${at} - r.received_at))::bigint as ms
    from r join organization o on o.id = $1
    left join location l on l.organization_id = $1 and l.id = r.location_id
    where r.first_response_at is null
  ), in_totals as (
    update review_total t set revision = t.revision + 1, ${answered('t')} from f
    cross join lateral (values
      (f.place_id, 'DAY', f.day), (f.place_id, 'MONTH', date_trunc('month', f.day)::date),
      ($1::uuid, 'DAY', f.day), ($1::uuid, 'MONTH', date_trunc('month', f.day)::date)
    ) k(place_id, span, starts)
    where t.organization_id = $1 and t.place_id = k.place_id and t.span = k.span and t.starts = k.starts
  ), in_segments as (
    update review_segment t set ${answered('t')} from f
    cross join lateral (values (f.place_id), ($1::uuid)) k(place_id)
    where t.organization_id = $1 and t.place_id = k.place_id
      and ${SEGMENT.map((name) => `t.${name} = f.${name}`).join(' and ')}
  ), in_buckets as (
    insert into response_time_bucket (organization_id, place_id, ${SEGMENT.join(', ')}, bucket, responses)
    select $1, k.place_id, ${SEGMENT.map((name) => `f.${name}`).join(', ')},
      case when f.ms < 1000 then 0 else ceil(ln(f.ms::float8 / 1000) / ln(1.04::float8)) end, 1
    from f cross join lateral (values (f.place_id), ($1::uuid)) k(place_id) where f.ms >= 0
    on conflict (organization_id, place_id, ${SEGMENT.join(', ')}, bucket)
      do update set responses = response_time_bucket.responses + 1
  )`;
