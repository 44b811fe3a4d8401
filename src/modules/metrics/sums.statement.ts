import { Bindings } from '../../db/read/conditions.ts';
import { dimensionOf } from './dimensions.ts';
import { BUCKETS } from './granularity.ts';
import { type Day, textOfDay } from './local-days.ts';
import {
  type Asked,
  groupBy,
  type Layout,
  layoutOf,
  type MetricStatement,
  PART,
  ROWS_OF_MANY,
  select,
  type Source,
} from './statement-parts.ts';

/** What the sums of a subject are over. */
export interface Summed {
  /** A member of a `with recursive`. */
  readonly with?: string;
  readonly counts: Source;
  /** Rows `t` of a histogram, with `t.bucket` and `t.responses`. */
  readonly times?: Source;
}

/** What a subject's rows are made with. */
export interface Summing {
  readonly asked: Asked;
  readonly bindings: Bindings;
  /** Of these days: a condition on a date. */
  readonly between: (day: string) => string;
  /** A day, bound. */
  readonly day: (day: Day) => string;
}

/**
 * One statement over the rows of a subject, in the layout of {@link layoutOf}: sums and percentiles by
 * bucket, dimension and location, and the place in the feed. Its text follows from the shape of the
 * query alone.
 */
export function sumsStatement(asked: Asked, rowsOf: (summing: Summing) => Summed): MetricStatement {
  const { query, needs, locations } = asked;
  const bindings = new Bindings();
  const day = boundOnce(bindings);
  const between = (of: string) =>
    `${of} between ${day((query.previous ?? query.range).from)} and ${day(query.range.to)}`;
  const rows = rowsOf({ asked, bindings, between, day });
  const layout = layoutOf(asked);
  const width = Math.max(needs.columns.length, needs.percentiles.length, 1);
  const keys = keysOf(asked, layout, rows.counts.day, day);
  const parts = [
    countsPart(asked, rows.counts, keys, width),
    ...(rows.times && needs.percentiles.length > 0
      ? [timesPart(asked, rows.times, keys, width)]
      : []),
    headPart(layout.values - 1 + width),
  ];
  const periods = query.previous ? 2 : 1;
  const maxRows =
    query.dimensions.length === 0 ? null : query.maxRows * periods * (locations ? ROWS_OF_MANY : 1);
  const limit = maxRows === null ? '' : ` limit ${maxRows + 1}`;
  const members = rows.with === undefined ? '' : `with recursive ${rows.with} `;
  return {
    sql: members + parts.map((part) => `(${part}${limit})`).join(' union all '),
    values: bindings.values,
    maxRows,
  };
}

/** Bound where it is first used: a value that the statement does not use would have no type. */
function boundOnce(bindings: Bindings): (day: Day) => string {
  const bound = new Map<Day, string>();
  return (day) => {
    const known = bound.get(day) ?? `${bindings.bind(textOfDay(day))}::date`;
    bound.set(day, known);
    return known;
  };
}

/** What tells the rows of the answer apart, in the order of the layout. */
function keysOf(
  { query: { granularity, dimensions, range } }: Asked,
  { isCurrent, location }: Layout,
  of: string,
  day: (day: Day) => string,
): string[] {
  return [
    ...(isCurrent === null ? [] : [`(${of} >= ${day(range.from)})::int`]),
    ...(granularity === null ? [] : [BUCKETS[granularity].sql(of)]),
    ...(location === null ? [] : ['t.place_id']),
    ...dimensions.map((name) => dimensionOf(name).sql),
  ];
}

const positions = (count: number, from: number) =>
  Array.from({ length: count }, (_, index) => String(index + from));
const nulls = (count: number, type = '') =>
  Array.from({ length: count }, () => (type === '' ? 'null' : `null::${type}`));

function countsPart(
  { needs }: Asked,
  source: Source,
  keys: readonly string[],
  width: number,
): string {
  const values = needs.columns.map(({ sql, by }) => `${by}(${sql})::numeric`);
  const cells = ['null::text', ...keys, ...values, ...nulls(width - values.length, 'numeric')];
  return `${select(cells, source)}${groupBy(positions(keys.length, 2))}`;
}

/** The buckets of the histogram in which so many percent of the times are reached (nearest rank). */
function timesPart(
  { needs }: Asked,
  source: Source,
  keys: readonly string[],
  width: number,
): string {
  const names = keys.map((_, index) => `k${index}`);
  const named = keys.map((key, index) => `${key} as k${index}`);
  const within = names.length > 0 ? `partition by ${names.join(', ')}` : '';
  const counted =
    select([...named, 't.bucket', 'sum(t.responses) as responses'], source) +
    groupBy([...positions(keys.length, 1), 't.bucket']);
  const summed =
    `select *, sum(responses) over (${within} order by bucket) as up_to, ` +
    `sum(responses) over (${within}) as total from (${counted}) c`;
  const values = needs.percentiles.map(
    (percent) => `min(bucket) filter (where responses > 0 and up_to * 100 >= total * ${percent})`,
  );
  const cells = [`'${PART.times}'`, ...names, ...values, ...nulls(width - values.length)];
  return `select ${cells.join(', ')} from (${summed}) s${groupBy(names)}`;
}

function headPart(width: number): string {
  const head = `'${PART.head} ' || c.last_seq || ' ' || c.epoch`;
  return `select ${[head, ...nulls(width)].join(', ')} from feed_counter c where c.organization_id = $1`;
}
