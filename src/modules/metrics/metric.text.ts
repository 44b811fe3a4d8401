import { NO_LOCATION, UNKNOWN_LANGUAGE } from '../reviews/index.ts';
import { isSegmented } from './check-query.ts';
import { dimensionOf } from './dimensions.ts';
import { BUCKETS } from './granularity.ts';
import { firstOfMonth, monthOf, textOfDay } from './local-days.ts';
import { comesPacked, packedMonths, type PlaceByMonths } from './packed-months.statement.ts';
import type { Places } from './places.ts';
import {
  type Asked,
  groupBy,
  type Layout,
  layoutOf,
  PART,
  select,
  type Source,
} from './statement-parts.ts';
import { type Stretch, stretchesOf } from './stretches.ts';

/** A value of a statement, by what is asked. */
export type Bound = (asked: Asked) => unknown;

const start: Bound = ({ query: { range, previous } }) => textOfDay((previous ?? range).from);
const rangeStart: Bound = ({ query: { range } }) => textOfDay(range.from);
const end: Bound = ({ query: { range } }) => textOfDay(range.to);
const firstMonth: Bound = ({ query: { range, previous } }) =>
  textOfDay(firstOfMonth(monthOf((previous ?? range).from)));
const now: Bound = (asked) => asked.now;

/** Where a query looks: conditions on rows `t` whose values are bound already. */
export interface Filtered {
  readonly places: Places;
  /** On what reviews are. */
  readonly fine: readonly string[];
  /** How many values they have. */
  readonly values: number;
}

/** The text of a statement, and its further values. */
export interface MetricText {
  readonly sql: string;
  readonly bounds: readonly Bound[];
}

/** Writes the text of a statement of rollups, which has to follow from {@link shapeOf} alone. */
export function metricText(asked: Asked, filtered: Filtered, limit: number | null): MetricText {
  return new Text(asked, filtered).whole(limit);
}

/** All that the text of a statement depends on. */
export function shapeOf(asked: Asked, { places, fine }: Filtered, limit: number | null): string {
  const { query, locations } = asked;
  const { measures, dimensions, granularity, previous } = query;
  const { conditions, isOne, groups } = places;
  let shape = `${granularity} ${previous !== null} ${locations !== null} ${isOne} ${comesPacked(asked)} ${limit}`;
  for (const { name } of measures) shape += ` ${name}`;
  for (const name of dimensions) shape += ` ${name}`;
  for (const { span } of stretchesOf(query)) shape += ` ${span}`;
  for (const condition of conditions) shape += `\n${condition}`;
  for (const condition of groups?.conditions ?? []) shape += `\n${condition}`;
  for (const condition of fine) shape += `\n${condition}`;
  return shape;
}

class Text {
  readonly #asked: Asked;
  readonly #bounds = new Map<Bound, string>();
  readonly #layout: Layout;
  readonly #places: Places;
  readonly #fine: readonly string[];
  readonly #firstBound: number;
  /** How many values a row has behind its keys. */
  readonly #width: number;

  constructor(asked: Asked, { places, fine, values }: Filtered) {
    const { needs } = asked;
    this.#asked = asked;
    this.#layout = layoutOf(asked);
    this.#width = Math.max(needs.columns.length, needs.percentiles.length, 1);
    this.#places = places;
    this.#fine = fine;
    // The first value of all is the organization.
    this.#firstBound = values + 2;
  }

  whole(maxRows: number | null): MetricText {
    const { needs } = this.#asked;
    const parts = [
      this.#counts(),
      ...(needs.percentiles.length > 0 ? [this.#times()] : []),
      ...(needs.pending ? [this.#pending()] : []),
      ...(needs.spread ? [this.#spread()] : []),
      this.#head(),
    ];
    const limit = maxRows === null ? '' : ` limit ${maxRows + 1}`;
    const groups = this.#places.groups ? `with recursive ${this.#places.groups.with} ` : '';
    const sql = groups + parts.map((part) => `(${part}${limit})`).join(' union all ');
    return { sql, bounds: [...this.#bounds.keys()] };
  }

  #counts(): string {
    const isUnique = this.#isUnique();
    const source = isSegmented(this.#asked.query)
      ? this.#segments('review_segment')
      : this.#totals();
    const values = this.#asked.needs.columns.map(({ sql, by }) => {
      const own = sql.replaceAll('t.starts', source.day);
      return isUnique ? own : `${by}(${own})`;
    });
    const keys = this.#keys(source.day);
    if (isUnique && this.#isSeries()) return this.#packed([...keys, ...values], source);
    const padding = Array.from({ length: this.#width - values.length }, () => 'null::bigint');
    const groups = isUnique ? '' : groupBy(keys.map((_, index) => String(index + 2)));
    return `${select(['null::text', ...keys, ...values, ...padding], source)}${groups}`;
  }

  /** Whole numbers by bucket, and nothing else. */
  #isSeries(): boolean {
    const { query, needs, locations } = this.#asked;
    const isPlain = query.dimensions.length === 0 && locations === null;
    return isPlain && needs.columns.every(({ by }) => by === 'sum');
  }

  /** A message for each row, and a string for each cell, cost more than the rows themselves. */
  #packed(cells: readonly string[], source: Source): string {
    // The first cell is the name of the part, which counts have not.
    const rows = `string_agg(concat_ws(',', '', ${cells.join(', ')}), ';')`;
    const nulls = [
      ...Array.from({ length: this.#layout.values - 1 }, () => 'null::int'),
      ...Array.from({ length: this.#width }, () => 'null::bigint'),
    ];
    if (!comesPacked(this.#asked)) {
      return select([`'${PART.packed} ' || coalesce(${rows}, '')`, ...nulls], source);
    }
    const between = `t.starts between ${this.#day(firstMonth)} and ${this.#day(end)}`;
    const byMonths: PlaceByMonths = {
      months: this.#placed(['review_total'], 't.starts', () => [`t.span = 'MONTH'`, between]),
      packed: this.#placed(['packed_days'], 't.starts', () => [between]),
      days: source,
    };
    const months = packedMonths(this.#asked, byMonths, rows);
    return select([`'${PART.months} ' || coalesce(${months.text}, '')`, ...nulls], months);
  }

  /** A row of one place by day (or by month) is there once: such rows need not be added up. */
  #isUnique(): boolean {
    const { query, locations } = this.#asked;
    const { dimensions, granularity } = query;
    if (isSegmented(query) || dimensions.includes('GROUP')) return false;
    const isByPlace = locations !== null || dimensions.includes('LOCATION');
    if (!isByPlace && !this.#places.isOne) return false;
    if (granularity === 'DAY') return true;
    return granularity === 'MONTH' && stretchesOf(query).every(({ span }) => span === 'MONTH');
  }

  /** The buckets of the histogram in which so many percent of the times are reached (nearest rank). */
  #times(): string {
    const source = this.#segments('response_time_bucket');
    const { named, names, positions } = this.#namedKeys(source.day);
    const within = names.length > 0 ? `partition by ${names.join(', ')}` : '';
    const counted =
      select([...named, 't.bucket', 'sum(t.responses) as responses'], source) +
      groupBy([...positions, 't.bucket']);
    const summed =
      `select *, sum(responses) over (${within} order by bucket) as up_to, ` +
      `sum(responses) over (${within}) as total from (${counted}) c`;
    const values = this.#asked.needs.percentiles.map(
      (percent) => `min(bucket) filter (where responses > 0 and up_to * 100 >= total * ${percent})`,
    );
    return this.#part(PART.times, names, values, summed);
  }

  /** Read from the reviews: those that came in the last hours, by an index of what is not answered. */
  #pending(): string {
    const asOf = `${this.#bound(now)}::timestamptz`;
    const reviews =
      `select coalesce(r.location_id, '${NO_LOCATION}') as place_id, r.source, ` +
      `coalesce(r.language, '${UNKNOWN_LANGUAGE}') as language, r.rating_scale, r.sentiment, ` +
      '(r.authored_at at time zone coalesce(l.time_zone, o.time_zone))::date as day ' +
      'from review r join organization o on o.id = r.organization_id ' +
      'left join location l on l.organization_id = r.organization_id and l.id = r.location_id ' +
      'where r.organization_id = $1 and r.first_response_at is null ' +
      `and (r.response_due_at >= ${asOf} or r.response_due_at is null)`;
    const { conditions, groups } = this.#places;
    const join = groups ? ' join membership m on m.place_id = t.place_id' : '';
    const places = groups?.conditions ?? conditions;
    const where = [this.#between('t.day'), ...places, ...this.#fine];
    const source = { from: `(${reviews}) t${join}`, where, day: 't.day' };
    const { named, names, positions } = this.#namedKeys(source.day);
    const counted = select([...named, 'count(*) as pending'], source) + groupBy(positions);
    return this.#part(PART.pending, names, ['sum(pending)'], counted);
  }

  /** Σ (reviews of a source)². */
  #spread(): string {
    const source = this.#segments('review_segment');
    const { named, names, positions } = this.#namedKeys(source.day);
    const bySource =
      select([...named, 'sum(t.reviews) as reviews'], source) + groupBy([...positions, 't.source']);
    return this.#part(PART.spread, names, ['sum(reviews * reviews)'], bySource);
  }

  #part(part: string, names: readonly string[], values: readonly string[], from: string): string {
    const padding = Array.from({ length: this.#width - values.length }, () => 'null');
    const cells = [`'${part}'`, ...names, ...values, ...padding];
    return `select ${cells.join(', ')} from (${from}) s${groupBy(names)}`;
  }

  #head(): string {
    const nulls = Array.from({ length: this.#layout.values - 1 + this.#width }, () => 'null');
    const head = `'${PART.head} ' || c.last_seq || ' ' || c.epoch`;
    return `select ${[head, ...nulls].join(', ')} from feed_counter c where c.organization_id = $1`;
  }

  /** What tells the rows of the answer apart, in the order of the layout. */
  #keys(day: string): string[] {
    const { granularity, dimensions } = this.#asked.query;
    const { isCurrent, location } = this.#layout;
    return [
      ...(isCurrent === null ? [] : [`(${day} >= ${this.#day(rangeStart)})::int`]),
      ...(granularity === null ? [] : [BUCKETS[granularity].sql(day)]),
      ...(location === null ? [] : ['t.place_id']),
      ...dimensions.map((name) => dimensionOf(name).sql),
    ];
  }

  #namedKeys(day: string) {
    const keys = this.#keys(day);
    return {
      named: keys.map((key, index) => `${key} as k${index}`),
      names: keys.map((_, index) => `k${index}`),
      positions: keys.map((_, index) => String(index + 1)),
    };
  }

  #totals(): Source {
    const day = 't.starts';
    const stretches = stretchesOf(this.#asked.query);
    if (stretches.every(({ span }) => span === 'DAY')) {
      return this.#placed(['review_total'], day, () => [`t.span = 'DAY'`, this.#between(day)]);
    }
    return this.#placed(
      stretches.map(() => 'review_total'),
      day,
      (index) => {
        const { span } = stretches[index] as Stretch;
        const from = this.#day(({ query }) => stretchesOf(query)[index]?.first);
        const to = this.#day(({ query }) => stretchesOf(query)[index]?.last);
        return [`t.span = '${span}'`, `${day} between ${from} and ${to}`];
      },
    );
  }

  #segments(table: 'review_segment' | 'response_time_bucket'): Source {
    return this.#placed([table], 't.day', () => [this.#between('t.day'), ...this.#fine]);
  }

  /** Rows of tables, one behind the other, at the places that the query is over. */
  #placed(
    tables: readonly string[],
    day: string,
    conditionsOf: (index: number) => readonly string[],
  ): Source {
    const { conditions, groups } = this.#places;
    const places = groups ? ['t.place_id = m.place_id'] : conditions;
    const own = ['t.organization_id = $1', ...(places.length > 0 ? places : ['t.place_id = $1'])];
    const sources = tables.map((table, index) => ({
      from: `${table} t`,
      where: [...own, ...conditionsOf(index)],
      day,
    }));
    const [only] = sources;
    if (only && sources.length === 1 && groups === null) return only;
    const rows = sources.map((source) => select(['t.*'], source)).join(' union all ');
    if (groups === null) return { from: `(${rows}) t`, where: [], day };
    // The offset keeps it a look-up by index for each place, which an estimate of few rows would give up.
    const from = `membership m cross join lateral (${rows} offset 0) t`;
    return { from, where: groups.conditions, day };
  }

  #between(day: string): string {
    return `${day} between ${this.#day(start)} and ${this.#day(end)}`;
  }

  #day(day: Bound): string {
    return `${this.#bound(day)}::date`;
  }

  /** Bound where it is first used: a value that the statement does not use would have no type. */
  #bound(value: Bound): string {
    let name = this.#bounds.get(value);
    if (name === undefined) {
      name = `$${this.#firstBound + this.#bounds.size}`;
      this.#bounds.set(value, name);
    }
    return name;
  }
}
