import type { Asked, Source } from './statement-parts.ts';

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

/**
 * The days of a place by months, as one text with a slash between months. Of a month whose days are
 * packed as they are now: the number of its first day and each of its counts, between colons. Of
 * another one: the rows of its days.
 *
 * @param months the totals of the months, in which `days` lie
 * @param rows the rows of days as a text
 */
export function packedMonths(
  { needs }: Asked,
  months: Source,
  days: Source,
  rows: string,
): Source & { readonly text: string } {
  const counts = needs.columns.map(({ sql }) => sql.replace(COUNT, 'p.$1'));
  const ofMonth = [`m.starts - date '1970-01-01'`, ...counts].join(', ');
  const within = [
    't.place_id = m.place_id',
    't.starts >= m.starts',
    `t.starts < (m.starts + interval '1 month')::date`,
  ];
  const byDay = `select ${rows} from ${days.from} where ${[...days.where, ...within].join(' and ')}`;
  const month = `case when p.revision is null then (${byDay}) else concat_ws(':', ${ofMonth}) end`;
  return {
    text: `string_agg(${month}, '/')`,
    from:
      `(select t.organization_id, t.place_id, t.starts, t.revision from ${months.from} where ${months.where.join(' and ')}) m ` +
      'left join packed_days p using (organization_id, place_id, starts, revision)',
    where: [],
    day: months.day,
  };
}
