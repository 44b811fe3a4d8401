import { Migration } from '@mikro-orm/migrations';
import { tenantTable } from './tenant-table.ts';

const COUNTS = [
  'reviews',
  'rated',
  'stars_1',
  'stars_2',
  'stars_3',
  'stars_4',
  'stars_5',
  'negative',
  'positive',
  'responded',
  'responded_negative',
  'responded_positive',
  'in_time',
  'revised',
  'timed',
];
const SUMS = ['score_sum', 'response_ms'];
const AMOUNTS = [
  ...COUNTS.map((name) => `${name} integer not null default 0`),
  ...SUMS.map((name) => `${name} bigint not null default 0`),
].join(',\n    ');

const SEGMENT = `organization_id uuid not null,
    place_id uuid not null,
    day date not null,
    source text collate "C" not null,
    language text collate "C" not null,
    rating_scale text collate "C" not null,
    sentiment text collate "C" not null`;
const SEGMENT_KEY = 'organization_id, place_id, day, source, language, rating_scale, sentiment';

/** A review that is deleted takes with it what was said about it. */
const cascades = [
  ['review_version', 'review_id', 'review'],
  ['response', 'review_id', 'review'],
  ['response_revision', 'response_id', 'response'],
].flatMap(([table, column, target]) => {
  const name = `${table}_organization_id_${column}_fkey`;
  return [
    `alter table ${table} drop constraint ${name}`,
    `alter table ${table} add constraint ${name} foreign key (organization_id, ${column})
     references ${target} (organization_id, id) on delete cascade`,
  ];
});

const tables = [
  // Whether its score is above that of its first version.
  `alter table review add column revised_upward boolean not null default false`,
  // Not answered yet, by when that is due.
  `create index review_pending on review (organization_id, response_due_at) where first_response_at is null`,
  // By a place's own local days: a location, the organization as a whole, or (the nil UUID) no location.
  // Derived from reviews, whose references are proven, and so without references of its own: to prove
  // them again for each row took a sixth of writing the rollups.
  `create table review_total (
    organization_id uuid not null,
    place_id uuid not null,
    span text collate "C" not null check (span in ('DAY', 'MONTH')),
    starts date not null,
    ${AMOUNTS},
    primary key (organization_id, place_id, span, starts)
  )`,
  ...tenantTable('review_total'),
  `create table review_segment (
    ${SEGMENT},
    ${AMOUNTS},
    primary key (${SEGMENT_KEY})
  )`,
  ...tenantTable('review_segment'),
  // Response times in buckets that grow by 4 %: their percentiles add up.
  `create table response_time_bucket (
    ${SEGMENT},
    bucket integer not null,
    responses integer not null default 0,
    primary key (${SEGMENT_KEY}, bucket)
  )`,
  ...tenantTable('response_time_bucket'),
];

const score = (x: string) =>
  `(case ${x}.rating_scale when 'STARS_5' then (${x}.rating - 1) * 900
    when 'NUMERIC_10' then (${x}.rating - 1) * 400 when 'THUMBS' then ${x}.rating * 3600 end)::int`;

const total = (names: readonly string[]) => names.map((name) => `sum(${name})`).join(', ');
/** The counts of the rollups. */
export const NAMES = [...COUNTS, ...SUMS];

/** The reviews that are there already, as they count. */
const FACTS = `select f.*, place.id as place_id, coalesce(1 + (f.score + 450) / 900, 0) as stars,
    case when f.first_response_at >= f.received_at
      then floor(extract(epoch from f.first_response_at - f.received_at) * 1000)::bigint end as ms
  from (
    select r.*, coalesce(r.language, 'und') as spoken, ${score('r')} as score,
      (r.authored_at at time zone coalesce(l.time_zone, o.time_zone))::date as day
    from (select organization_id, location_id, source, language, rating_scale, rating, sentiment, authored_at,
        received_at, response_due_at, first_response_at, revised_upward from review) r
    join organization o on o.id = r.organization_id
    left join location l on l.organization_id = r.organization_id and l.id = r.location_id
  ) f
  cross join lateral (
    values (coalesce(f.location_id, '00000000-0000-0000-0000-000000000000')), (f.organization_id)
  ) as place(id)`;
const FACT_KEY = 'organization_id, place_id, day, source, spoken, rating_scale, sentiment';

export const FILL: readonly string[] = [
  `update review r set revised_upward = true from review_version v
   where v.organization_id = r.organization_id and v.review_id = r.id and v.version = 1
     and ${score('r')} > ${score('v')}`,
  `insert into review_segment (${SEGMENT_KEY}, ${NAMES.join(', ')})
   select ${FACT_KEY}, count(*), count(score),
     ${[1, 2, 3, 4, 5].map((n) => `count(*) filter (where stars = ${n})`).join(', ')},
     count(*) filter (where sentiment = 'NEGATIVE'), count(*) filter (where sentiment = 'POSITIVE'),
     count(first_response_at), count(first_response_at) filter (where sentiment = 'NEGATIVE'),
     count(first_response_at) filter (where sentiment = 'POSITIVE'),
     count(*) filter (where first_response_at <= coalesce(response_due_at, first_response_at)),
     count(first_response_at) filter (where revised_upward), count(ms),
     coalesce(sum(score), 0), coalesce(sum(ms), 0)
   from (${FACTS}) f group by ${FACT_KEY}`,
  `insert into review_total (organization_id, place_id, span, starts, ${NAMES.join(', ')})
   select organization_id, place_id, 'DAY', day, ${total(NAMES)} from review_segment group by 1, 2, 4`,
  `insert into review_total (organization_id, place_id, span, starts, ${NAMES.join(', ')})
   select organization_id, place_id, 'MONTH', starts - (extract(day from starts)::int - 1), ${total(NAMES)}
   from review_total group by 1, 2, 4`,
  `insert into response_time_bucket (${SEGMENT_KEY}, bucket, responses)
   select ${FACT_KEY}, greatest(0, ceil(ln(greatest(ms, 1)::float8 / 1000) / ln(1.04::float8)))::int as bucket, count(*)
   from (${FACTS}) f where ms is not null group by ${FACT_KEY}, bucket`,
];

/** The rollups behind metrics, filled from what is there. */
export class Migration0003Metrics extends Migration {
  override up(): void {
    for (const sql of [...cascades, ...tables, ...FILL]) this.addSql(sql);
  }
}
