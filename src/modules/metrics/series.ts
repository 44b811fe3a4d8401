import type { CellRow } from '../../db/read/cells.ts';
import { textOf } from '../../db/read/utf8.ts';
import { Buckets } from './buckets.ts';
import { bucketCount } from './check-query.ts';
import type { Facts } from './evaluate.ts';
import { BUCKETS } from './granularity.ts';
import { unpackMonths, unpackRows } from './packed-rows.ts';
import { type Asked, type Layout, PART } from './statement-parts.ts';

/** What was read for one value of each dimension (and one location): a row for each bucket. */
export interface Series {
  /** The UUID of the location that it was asked of. */
  readonly location: string | null;
  /** As the database has them. */
  readonly keys: readonly (string | null)[];
  readonly current: Buckets;
  readonly previous: Buckets;
}

/** All that was read, in order. */
export interface Read {
  readonly epoch: string;
  readonly lastSeq: number;
  readonly series: readonly Series[];
  /** The rows of the counts, but those that came as one text. */
  readonly counted: number;
}

/** Sorts the rows of an answer into series. */
export function seriesOf(asked: Asked, layout: Layout, rows: readonly CellRow[]): Read {
  const bySeries = new Map<string, Series>();
  const placeOf = bucketPlaces(asked, layout);
  let head = '';
  let counted = 0;
  for (const row of rows) {
    const [part = null] = row;
    if (part?.startsWith(PART.head) === true) {
      head = part;
    } else if (part?.startsWith(PART.packed) === true || part?.startsWith(PART.months) === true) {
      notePacked(seriesFor(bySeries, row, layout), part, asked, layout);
    } else {
      const facts = factsAt(seriesFor(bySeries, row, layout), placeOf(row));
      const values = row.slice(layout.values).map((text) => (text === null ? null : Number(text)));
      if (part === null || part === '') {
        facts.counts = values;
        counted++;
      } else {
        facts[part as 'times' | 'pending' | 'spread'] = values;
      }
    }
  }
  const [, lastSeq, epoch] = head.split(' ');
  if (epoch === undefined) throw new Error(`Organization ${asked.organizationId} has no feed`);
  const series = [...bySeries.values()];
  return { epoch, lastSeq: Number(lastSeq), series: withReviews(asked, series), counted };
}

function factsAt({ current, previous }: Series, place: number): Facts {
  return place >= 0 ? current.noted(place) : previous.noted(-1 - place);
}

/** Those of the period before come first. */
function notePacked(series: Series, text: string, asked: Asked, layout: Layout): void {
  const { range, previous, granularity } = asked.query;
  const width = asked.needs.columns.length;
  const before = previous ? bucketCount({ range: previous, granularity }) : 0;
  let counts: Float64Array;
  if (text.startsWith(PART.months)) {
    counts = unpackMonths(text, width, { from: (previous ?? range).from, to: range.to });
  } else {
    counts = new Float64Array((before + bucketCount(asked.query)) * width);
    const placeOf = bucketPlaces(asked, layout);
    const placeAmongAll = (keys: Keys) => {
      const place = placeOf(keys);
      return place >= 0 ? before + place : -1 - place;
    };
    unpackRows(text, { keys: layout.values - 1, counts: width }, placeAmongAll, counts);
  }
  series.previous.noteCounts(counts.subarray(0, before * width), width);
  series.current.noteCounts(counts.subarray(before * width), width);
}

/** The keys of a row, in their places by the layout: as text, or as numbers already. */
type Keys = readonly (string | number | null)[];

/** Which bucket of the range a row belongs to; −1 − n: the nth of the period before. */
function bucketPlaces({ query }: Asked, { isCurrent, bucket }: Layout) {
  const { granularity, range, previous } = query;
  if (granularity === null || bucket === null) {
    return (row: Keys): number => (isCurrent === null || Number(row[isCurrent]) === 1 ? 0 : -1);
  }
  const { numberOf } = BUCKETS[granularity];
  const first = numberOf(range.from);
  const before = previous ? numberOf(previous.from) : first;
  return (row: Keys): number => {
    const number = Number(row[bucket]);
    const isOfRange = isCurrent === null ? number >= first : Number(row[isCurrent]) === 1;
    return isOfRange ? number - first : before - number - 1;
  };
}

const NO_KEYS: readonly string[] = [];

function seriesFor(known: Map<string, Series>, row: CellRow, layout: Layout): Series {
  const location = layout.location === null ? null : (row[layout.location] as string);
  const isOne = layout.dimensions === layout.values;
  const keys = isOne
    ? NO_KEYS
    : row
        .slice(layout.dimensions, layout.values)
        .map((cell) => (cell === null ? null : textOf(cell)));
  // A value of a dimension is an id or a word, without a line break; of touchpoints, which are free text, a row has one.
  const name = keys.length === 0 ? (location ?? '') : [location, ...keys].join('\n');
  let series = known.get(name);
  if (series === undefined) {
    series = { location, keys, current: new Buckets(), previous: new Buckets() };
    known.set(name, series);
  }
  return series;
}

/** Counts that went back to nothing have left rows of zeroes behind. */
function withReviews({ query, needs }: Asked, series: readonly Series[]): readonly Series[] {
  if (query.dimensions.length === 0) return series;
  const at = needs.columns.findIndex(({ sql }) => sql === needs.presence.sql);
  const hasReviews = (facts: Facts) => (facts.countAt(at) ?? 0) > 0;
  return series.filter(
    ({ current, previous }) => current.some(hasReviews) || previous.some(hasReviews),
  );
}
