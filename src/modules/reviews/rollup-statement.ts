import { COUNTS, facts, PUBLIC_COUNTS, RESPONSE_TIME_BUCKET } from './rollup-facts.ts';

const SEGMENT = ['day', 'source', 'language', 'rating_scale', 'sentiment'] as const;

/** The rollups: their keys behind the organization, and what they count. */
export const ROLLUPS = {
  review_segment: { key: ['place_id', ...SEGMENT], counts: Object.keys(COUNTS) },
  review_total: { key: ['place_id', 'span', 'starts'], counts: Object.keys(COUNTS) },
  response_time_bucket: { key: ['place_id', ...SEGMENT, 'bucket'], counts: ['responses'] },
  review_rollup: { key: ['location_id', 'rating_scale'], counts: Object.keys(PUBLIC_COUNTS) },
} as const;
export type RollupTable = keyof typeof ROLLUPS;
export const ROLLUP_TABLES = Object.keys(ROLLUPS) as RollupTable[];

/** Where reviews are counted: at their own place, in the organization as a whole, or both. */
export type CountedAt = 'place' | 'organization' | 'both';

export interface RollupChangeSource {
  /** A select of `sign` and the columns of a fact's source; `$1` is the organization. */
  readonly reviews: string;
  readonly at: CountedAt;
  /** A condition on a fact `f`; by default all. */
  readonly where?: string;
}

const PLACES: Readonly<Record<CountedAt, string>> = {
  place: '(f.place_id)',
  organization: '($1::uuid)',
  both: '(f.place_id), ($1::uuid)',
};

const SUMS = Object.entries(COUNTS).map(([name, of]) => {
  const type = name === 'score_sum' || name === 'response_ms' ? 'bigint' : 'int';
  return `sum(f.sign * ${of})::${type} as ${name}`;
});
const PUBLIC_SUMS = Object.entries(PUBLIC_COUNTS).map(
  ([name, of]) => `sum(f.sign * ${of}) as ${name}`,
);
const NAMES = Object.keys(COUNTS);
const SUMS_OF_SUMS = NAMES.map((name) => {
  const type = name === 'score_sum' || name === 'response_ms' ? 'bigint' : 'int';
  return `sum(${name})::${type} as ${name}`;
}).join(', ');

/**
 * What reviews amount to in each rollup: the members of a `with`. Days are summed from segments and
 * months from days, so that each review is looked at once.
 */
export function rollupAmounts({ reviews, at, where = 'true' }: RollupChangeSource): string {
  return `fact as materialized (${facts(reviews)}),
  new_review_segment as materialized (
    select p.place_id, ${SEGMENT.map((name) => `f.${name}`).join(', ')}, ${SUMS.join(', ')}
    from fact f cross join lateral (values ${PLACES[at]}) p(place_id)
    where ${where} group by p.place_id, ${SEGMENT.map((name) => `f.${name}`).join(', ')}
  ),
  of_day as materialized (
    select place_id, day, ${SUMS_OF_SUMS} from new_review_segment group by place_id, day
  ),
  new_review_total as (
    select place_id, 'DAY' as span, day as starts, ${NAMES.join(', ')} from of_day
    union all
    select place_id, 'MONTH', starts, ${SUMS_OF_SUMS}
    from (select *, day - (extract(day from day)::int - 1) as starts from of_day) d
    group by place_id, starts
  ),
  new_response_time_bucket as (
    select p.place_id, ${SEGMENT.map((name) => `f.${name}`).join(', ')}, b.bucket, sum(f.sign)::int as responses
    from fact f cross join lateral (values ${PLACES[at]}) p(place_id)
    cross join lateral (select ${RESPONSE_TIME_BUCKET}) b(bucket)
    where f.response_ms is not null and ${where}
    group by p.place_id, ${SEGMENT.map((name) => `f.${name}`).join(', ')}, b.bucket
  ),
  new_review_rollup as (
    select f.location_id, f.rating_scale, ${PUBLIC_SUMS.join(', ')} from fact f
    where ${at === 'organization' ? 'false' : `f.is_public and f.location_id is not null and ${where}`}
    group by f.location_id, f.rating_scale
  )`;
}

/**
 * Adds what reviews amount to, in one statement. Rows are written in the order of their keys, and
 * tables in one order, so that rival writers never wait for each other in a circle.
 */
export function rollupStatement(source: RollupChangeSource): string {
  const [last, ...others] = [...ROLLUP_TABLES].reverse() as [RollupTable, ...RollupTable[]];
  const written = others.reverse().map((table) => `wrote_${table} as (${upsert(table)})`);
  return `with ${[rollupAmounts(source), ...written].join(',\n')}\n${upsert(last)}`;
}

function upsert(table: RollupTable): string {
  const { key, counts } = ROLLUPS[table];
  const names = [...key, ...counts].join(', ');
  const changes = counts.map((name) => `${name} <> 0`).join(' or ');
  return `insert into ${table} (organization_id, ${names})
    select $1, ${names} from new_${table} where ${changes} order by ${key.join(', ')}
    on conflict (organization_id, ${key.join(', ')}) do update set
      ${counts.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ')}`;
}
