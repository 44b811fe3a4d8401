import { type Asked, select, type Source } from './statement-parts.ts';

/** Fewer days than these are read sooner one by one. */
const LEAST_DAYS = 92;
/** A count of the totals as it is. */
const COUNT = /^t\.(\w+)$/;

/** Whether a series of days is long enough, and of counts that are packed. */
export function comesPacked({ query: { range, previous, granularity }, needs }: Asked): boolean {
  const length = range.to - (previous ?? range).from + 1;
  return (
    granularity === 'DAY' &&
    length >= LEAST_DAYS &&
    needs.columns.every(({ sql }) => COUNT.test(sql))
  );
}

/** What is read of a place: rows `t` of the totals of its months, of those that are packed, and of its days. */
export interface PlaceByMonths {
  readonly months: Source;
  readonly packed: Source;
  readonly days: Source;
}

/**
 * The days of a place by months, as one text with a slash between months. Of a month whose days are
 * packed as they are now: the number of its first day and each of its counts, between colons. Of
 * another one: the rows of its days.
 *
 * A full join, though a packed month without totals has no days: it cannot be done by looking up each
 * month by itself, for which the planner takes it where it knows little of the table, and which is
 * twice as dear as to read both in one go.
 *
 * @param rows the rows of days as a text
 */
export function packedMonths(
  { needs }: Asked,
  { months, packed, days }: PlaceByMonths,
  rows: string,
): Source & { readonly text: string } {
  const counts = needs.columns.map(({ sql }) => sql.replace(COUNT, 'p.$1'));
  const ofMonth = [`p.starts - date '1970-01-01'`, ...counts].join(', ');
  const within = ['t.starts >= m.starts', `t.starts < (m.starts + interval '1 month')::date`];
  const byDay = `select ${rows} from ${days.from} where ${[...days.where, ...within].join(' and ')}`;
  const month = `case when p.revision = m.revision then concat_ws(':', ${ofMonth}) else (${byDay}) end`;
  return {
    text: `string_agg(${month}, '/')`,
    from:
      `(${select(['t.starts', 't.revision'], months)}) m ` +
      `full join (${select(['t.*'], packed)}) p on p.starts = m.starts`,
    where: [],
    day: 'm.starts',
  };
}
