import type { CellRow } from '../../db/read/cells.ts';
import { BUCKETS } from './granularity.ts';
import type { Facts } from './evaluate.ts';
import { type Asked, type Layout, PART } from './metric.statement.ts';

/** What was read for one value of each dimension (and one location): a row for each bucket. */
export interface Series {
  /** The UUID of the location that it was asked of. */
  readonly location: string | null;
  /** As the database has them. */
  readonly keys: readonly (string | null)[];
  readonly current: (Facts | undefined)[];
  readonly previous: (Facts | undefined)[];
}

/** All that was read, in order. */
export interface Read {
  readonly epoch: string;
  readonly lastSeq: number;
  readonly series: readonly Series[];
  /** The rows of the counts. */
  readonly counted: number;
}

/** Sorts the rows of an answer into series. */
export function seriesOf(asked: Asked, layout: Layout, rows: readonly CellRow[]): Read {
  const bySeries = new Map<string, Series>();
  const placeOf = bucketPlaces(asked, layout);
  let head = '';
  let counted = 0;
  for (const row of unpacked(rows)) {
    const part = row[0] as string | null;
    if (part?.startsWith(PART.head) === true) {
      head = part;
      continue;
    }
    const place = placeOf(row);
    const series = seriesFor(bySeries, row, layout);
    const facts =
      place >= 0 ? (series.current[place] ??= {}) : (series.previous[-1 - place] ??= {});
    if (part === null || part === '') {
      facts.counts = row;
      counted++;
    } else {
      facts[part as 'times' | 'pending' | 'spread'] = row;
    }
  }
  const [, lastSeq, epoch] = head.split(' ');
  if (epoch === undefined) throw new Error(`Organization ${asked.organizationId} has no feed`);
  const series = [...bySeries.values()];
  return { epoch, lastSeq: Number(lastSeq), series: withReviews(asked, layout, series), counted };
}

function unpacked(rows: readonly CellRow[]): readonly CellRow[] {
  return rows.flatMap((row) => {
    const text = row[0];
    if (typeof text !== 'string' || !text.startsWith(PART.packed)) return [row];
    const packed = text.slice(PART.packed.length + 1);
    return packed === '' ? [] : packed.split(';').map((each) => each.split(','));
  });
}

/** Which bucket of the range a row belongs to; −1 − n: the nth of the period before. */
function bucketPlaces({ query }: Asked, { isCurrent, bucket }: Layout) {
  const { granularity, range, previous } = query;
  if (granularity === null || bucket === null) {
    return (row: CellRow): number => (isCurrent === null || row[isCurrent] === '1' ? 0 : -1);
  }
  const { numberOf } = BUCKETS[granularity];
  const first = numberOf(range.from);
  const before = previous ? numberOf(previous.from) : first;
  return (row: CellRow): number => {
    const number = Number(row[bucket]);
    const isOfRange = isCurrent === null ? number >= first : row[isCurrent] === '1';
    return isOfRange ? number - first : before - number - 1;
  };
}

const NO_KEYS: readonly string[] = [];

function seriesFor(known: Map<string, Series>, row: CellRow, layout: Layout): Series {
  const location = layout.location === null ? null : (row[layout.location] as string);
  const isOne = layout.dimensions === layout.values;
  const keys = isOne ? NO_KEYS : row.slice(layout.dimensions, layout.values);
  // A value of a dimension is an id or a word: none has a line break in it.
  const name = keys.length === 0 ? (location ?? '') : [location, ...keys].join('\n');
  let series = known.get(name);
  if (series === undefined) {
    series = { location, keys, current: [], previous: [] };
    known.set(name, series);
  }
  return series;
}

/** Counts that went back to nothing have left rows of zeroes behind. */
function withReviews(
  { query, needs }: Asked,
  { values }: Layout,
  series: readonly Series[],
): readonly Series[] {
  if (query.dimensions.length === 0) return series;
  const at = values + needs.columns.findIndex(({ sql }) => sql === needs.presence.sql);
  const hasReviews = (facts: Facts | undefined) => Number(facts?.counts?.[at] ?? 0) > 0;
  return series.filter(
    ({ current, previous }) => current.some(hasReviews) || previous.some(hasReviews),
  );
}
