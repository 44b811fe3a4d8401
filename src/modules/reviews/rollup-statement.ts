import {
  COUNTS,
  COUNTS_WITHOUT_RESPONSES,
  facts,
  PUBLIC_COUNTS,
  RESPONSE_TIME_BUCKET,
} from './rollup-facts.ts';

/** What of a review its place's counts of a day are kept by. */
export const SEGMENT = ['day', 'source', 'language', 'rating_scale', 'sentiment'] as const;

interface Rollup {
  /** Behind the organization. */
  readonly key: readonly string[];
  readonly counts: readonly string[];
  /** Whether rows have a revision, another one after each write: also where their sums stay, they are written. */
  readonly isRevised?: true;
}

/** The rollups: their keys, and what they count. */
export const ROLLUPS = {
  review_segment: { key: ['place_id', ...SEGMENT], counts: Object.keys(COUNTS) },
  review_total: {
    key: ['place_id', 'span', 'starts'],
    counts: Object.keys(COUNTS),
    isRevised: true,
  },
  response_time_bucket: { key: ['place_id', ...SEGMENT, 'bucket'], counts: ['responses'] },
  review_rollup: { key: ['location_id', 'rating_scale'], counts: Object.keys(PUBLIC_COUNTS) },
} as const satisfies Readonly<Record<string, Rollup>>;
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
  readonly touches?: Touched;
}

/**
 * What a change can touch: all counts, by default; those `withoutResponses`, where none of the reviews
 * has been answered; or those `ofResponses`, where reviews stay as they are but for their answers.
 */
export type Touched = 'all' | 'withoutResponses' | 'ofResponses';

const PLACES: Readonly<Record<CountedAt, string>> = {
  place: '(f.place_id)',
  organization: '($1::uuid)',
  both: '(f.place_id), ($1::uuid)',
};

const BIG: ReadonlySet<string> = new Set(['score_sum', 'response_ms']);
const typeOf = (name: string) => (BIG.has(name) ? 'bigint' : 'int');

/** The names of those counts that a change can touch. */
function touched(names: readonly string[], { touches = 'all' }: RollupChangeSource): string[] {
  if (touches === 'all') return [...names];
  const isOfResponses = touches === 'ofResponses';
  return names.filter((name) => COUNTS_WITHOUT_RESPONSES.has(name) !== isOfResponses);
}

/**
 * What reviews amount to in each rollup: the members of a `with`. Days are summed from segments and
 * months from days, so that each review is looked at once.
 */
export function rollupAmounts(source: RollupChangeSource): string {
  const { reviews, at, where = 'true', touches } = source;
  const names = touched(Object.keys(COUNTS), source) as (keyof typeof COUNTS)[];
  const sums = names.map((name) => `sum(f.sign * ${COUNTS[name]})::${typeOf(name)} as ${name}`);
  const sumsOfSums = names.map((name) => `sum(${name})::${typeOf(name)} as ${name}`).join(', ');
  const publicNames = touched(Object.keys(PUBLIC_COUNTS), source) as (keyof typeof PUBLIC_COUNTS)[];
  const publicSums = publicNames.map((name) => `sum(f.sign * ${PUBLIC_COUNTS[name]}) as ${name}`);
  const segment = SEGMENT.map((name) => `f.${name}`).join(', ');
  const places = `cross join lateral (values ${PLACES[at]}) p(place_id)`;
  const members = [
    `fact as materialized (${facts(reviews)})`,
    `new_review_segment as materialized (
      select p.place_id, ${segment}, ${sums.join(', ')} from fact f ${places}
      where ${where} group by p.place_id, ${segment}
    )`,
    // Days that change: a month of which one does is written, although its own sums may be the same.
    `of_day as materialized (
      select place_id, day, ${sumsOfSums} from new_review_segment group by place_id, day
      having ${names.map((name) => `sum(${name}) <> 0`).join(' or ')}
    )`,
    `new_review_total as (
      select place_id, 'DAY' as span, day as starts, ${names.join(', ')} from of_day
      union all
      select place_id, 'MONTH', starts, ${sumsOfSums}
      from (select *, day - (extract(day from day)::int - 1) as starts from of_day) d
      group by place_id, starts
    )`,
    `new_review_rollup as (
      select f.location_id, f.rating_scale, ${publicSums.join(', ')} from fact f
      where ${at === 'organization' ? 'false' : `f.is_public and f.location_id is not null and ${where}`}
      group by f.location_id, f.rating_scale
    )`,
  ];
  const times = `new_response_time_bucket as (
      select p.place_id, ${segment}, b.bucket, sum(f.sign)::int as responses from fact f ${places}
      cross join lateral (select ${RESPONSE_TIME_BUCKET}) b(bucket)
      where f.response_ms is not null and ${where} group by p.place_id, ${segment}, b.bucket
    )`;
  return (touches === 'withoutResponses' ? members : [...members, times]).join(',\n');
}

/**
 * Adds what reviews amount to, in one statement. Rows are written in the order of their keys, and
 * tables in one order, so that rival writers never wait for each other in a circle.
 */
export function rollupStatement(source: RollupChangeSource): string {
  const tables = ROLLUP_TABLES.filter((name) => touched(ROLLUPS[name].counts, source).length > 0);
  const [last, ...others] = tables.reverse() as [RollupTable, ...RollupTable[]];
  const written = others.reverse().map((table) => `wrote_${table} as (${upsert(table, source)})`);
  return `with ${[rollupAmounts(source), ...written].join(',\n')}\n${upsert(last, source)}`;
}

function upsert(table: RollupTable, source: RollupChangeSource): string {
  const { key, counts: all, isRevised }: Rollup = ROLLUPS[table];
  const counts = touched(all, source);
  const names = [...key, ...counts].join(', ');
  const changes = isRevised ? 'true' : counts.map((name) => `${name} <> 0`).join(' or ');
  const added = counts.map((name) => `${name} = ${table}.${name} + excluded.${name}`);
  if (isRevised) added.push(`revision = ${table}.revision + 1`);
  return `insert into ${table} (organization_id, ${names})
    select $1, ${names} from new_${table} where ${changes} order by ${key.join(', ')}
    on conflict (organization_id, ${key.join(', ')}) do update set ${added.join(', ')}`;
}
