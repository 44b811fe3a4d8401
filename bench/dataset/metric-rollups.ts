/**
 * The rollups behind metrics, counted from the raw rows by SQL of our own: what Antiphon answers
 * from them is compared with nothing of Antiphon's making. `$1` is the organization.
 */
const SEGMENT = ['place_id', 'day', 'source', 'language', 'rating_scale', 'sentiment'];

const AMOUNTS: Readonly<Record<string, string>> = {
  reviews: 'count(*)',
  rated: 'count(units)',
  score_sum: 'coalesce(sum(units), 0)',
  ...Object.fromEntries(
    [1, 2, 3, 4, 5].map((star) => [
      `stars_${star}`,
      `count(*) filter (where floor(1.5 + 4 * score) = ${star})`,
    ]),
  ),
  negative: `count(*) filter (where sentiment = 'NEGATIVE')`,
  positive: `count(*) filter (where sentiment = 'POSITIVE')`,
  responded: 'count(first_response_at)',
  responded_negative: `count(first_response_at) filter (where sentiment = 'NEGATIVE')`,
  responded_positive: `count(first_response_at) filter (where sentiment = 'POSITIVE')`,
  in_time:
    'count(*) filter (where first_response_at <= coalesce(response_due_at, first_response_at))',
  revised: 'count(first_response_at) filter (where revised_upward)',
  timed: 'count(ms)',
  response_ms: 'coalesce(sum(ms), 0)',
};
const NAMES = Object.keys(AMOUNTS);

/** Each review twice: at its place and in the organization as a whole; days are the place's own. */
const counted = (condition = '') => `
  select place.id as place_id, (r.authored_at at time zone coalesce(l.time_zone, o.time_zone))::date as day,
    r.source, coalesce(r.language, 'und') as language, r.rating_scale, r.sentiment, r.score,
    r.first_response_at, r.response_due_at, r.revised_upward, round(r.score * 3600) as units,
    case when r.first_response_at >= r.received_at
      then floor(1000 * extract(epoch from r.first_response_at - r.received_at)) end as ms
  from review r
  join organization o on o.id = r.organization_id
  left join location l on l.organization_id = r.organization_id and l.id = r.location_id
  cross join lateral (
    values (coalesce(r.location_id, '00000000-0000-0000-0000-000000000000')), (r.organization_id)
  ) as place(id)
  where r.organization_id = $1 ${condition}`;

const totals = (from: string, starts: string, span: string) => `
  insert into review_total (organization_id, place_id, span, starts, ${NAMES.join(', ')})
  select $1, place_id, '${span}', ${starts}, ${NAMES.map((name) => `sum(${name})`).join(', ')}
  from ${from} where organization_id = $1 group by place_id, ${starts} order by place_id, ${starts}`;

const segments = (condition = '') => `
  select ${[...SEGMENT, ...Object.values(AMOUNTS)].join(', ')}
  from (${counted(condition)}) counted group by ${SEGMENT.join(', ')}`;

const times = (condition = '') => `
  select ${SEGMENT.join(', ')}, bucket, count(*)
  from (
    select *, case when ms < 1000 then 0 else ceil(ln(ms::float8 / 1000) / ln(1.04::float8)) end as bucket
    from (${counted(condition)}) counted where ms is not null
  ) timed
  group by ${SEGMENT.join(', ')}, bucket`;

/** Fills them for an organization that has none. */
export const METRIC_ROLLUPS: readonly string[] = [
  `insert into review_segment (organization_id, ${SEGMENT.join(', ')}, ${NAMES.join(', ')})
   select $1, * from (${segments()}) counted order by ${SEGMENT.join(', ')}`,
  totals('review_segment', 'day', 'DAY'),
  totals(
    `(select * from review_total where span = 'DAY') days`,
    `date_trunc('month', starts)::date`,
    'MONTH',
  ),
  `insert into response_time_bucket (organization_id, ${SEGMENT.join(', ')}, bucket, responses)
   select $1, * from (${times()}) counted order by ${SEGMENT.join(', ')}, bucket`,
];

/** With what Antiphon packs of them by itself. */
export const METRIC_ROLLUP_TABLES = [
  'packed_days',
  'review_segment',
  'review_total',
  'response_time_bucket',
];

const NEAR = `and r.authored_at between $2::timestamptz - interval '3 days' and $3::timestamptz + interval '3 days'`;
const ON = (day: string) =>
  `${day} between $2::timestamptz::date - 1 and $3::timestamptz::date + 1`;
const differing = (kept: string, fresh: string) =>
  `((${kept}) except (${fresh})) union all ((${fresh}) except (${kept}))`;
const sums = NAMES.map((name) => `sum(${name})`).join(', ');

/**
 * How many rows, of the days from `$2` to `$3` and of their months, are not what counting the reviews
 * gives: segments and times, days as they add up from segments, and months from days.
 */
export const METRIC_ROLLUPS_DIFFERING: readonly string[] = [
  differing(
    `select ${[...SEGMENT, ...NAMES].join(', ')} from review_segment where organization_id = $1 and ${ON('day')}`,
    `select * from (${segments(NEAR)}) s where ${ON('day')}`,
  ),
  differing(
    `select ${SEGMENT.join(', ')}, bucket, responses from response_time_bucket
     where organization_id = $1 and ${ON('day')}`,
    `select * from (${times(NEAR)}) s where ${ON('day')}`,
  ),
  differing(
    `select place_id, starts, ${NAMES.join(', ')} from review_total
     where organization_id = $1 and span = 'DAY' and ${ON('starts')}`,
    `select place_id, day, ${sums} from review_segment where organization_id = $1 and ${ON('day')} group by place_id, day`,
  ),
  differing(
    `select place_id, starts, ${NAMES.join(', ')} from review_total where organization_id = $1 and span = 'MONTH'
       and starts between date_trunc('month', $2::timestamptz) and $3::timestamptz`,
    `select place_id, date_trunc('month', starts)::date, ${sums} from review_total
     where organization_id = $1 and span = 'DAY'
       and starts between date_trunc('month', $2::timestamptz)
         and date_trunc('month', $3::timestamptz) + interval '1 month - 1 day'
     group by 1, 2`,
  ),
].map((rows) => `select count(*)::int as differing from (${rows}) differing`);
