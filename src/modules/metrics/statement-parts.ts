import type { CheckedQuery } from './check-query.ts';
import type { Needs } from './needs.ts';

/** What is asked for: over all reviews, or for each of these locations (UUIDs) by itself. */
export interface Asked {
  readonly query: CheckedQuery;
  readonly needs: Needs;
  readonly organizationId: string;
  readonly locations: readonly string[] | null;
  readonly now: Date;
}

/** Where in a row of the answer what stands, behind the name of the part that the row is of. */
export interface Layout {
  /** 1: of the range, 0: of the period before; null where the bucket tells. */
  readonly isCurrent: number | null;
  readonly bucket: number | null;
  readonly location: number | null;
  /** The first dimension's; the others follow. */
  readonly dimensions: number;
  /** The first of the counts, or whatever the part is about. */
  readonly values: number;
}

/**
 * The parts of an answer, as their rows name them; those of the counts have no name. Packed counts
 * are many rows as one text, cells between commas, rows between semicolons; so are months, or as they
 * are packed already.
 */
export const PART = {
  head: 'head',
  packed: 'packed',
  months: 'months',
  times: 'times',
  pending: 'pending',
  spread: 'spread',
} as const;

export interface MetricStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Rows of one part; where there are more, the answer is cut off. Null: no dimension multiplies them. */
  readonly maxRows: number | null;
}

export function layoutOf({ query, locations }: Asked): Layout {
  const { previous, granularity, dimensions } = query;
  let next = 1;
  const place = (isThere: boolean) => (isThere ? next++ : null);
  return {
    isCurrent: place(previous !== null && granularity !== 'DAY'),
    bucket: place(granularity !== null),
    location: place(locations !== null),
    dimensions: next,
    values: next + dimensions.length,
  };
}

/** Rows `t` of a rollup, or of what looks like one. */
export interface Source {
  readonly from: string;
  readonly where: readonly string[];
  /** The local day, as SQL. */
  readonly day: string;
}

/** Where many locations are asked for at once, all of them together may have so many times the rows of one. */
export const ROWS_OF_MANY = 10;

export function select(cells: readonly string[], { from, where }: Source): string {
  const conditions = where.length > 0 ? ` where ${where.join(' and ')}` : '';
  return `select ${cells.join(', ')} from ${from}${conditions}`;
}

export function groupBy(names: readonly string[]): string {
  return names.length > 0 ? ` group by ${names.join(', ')}` : '';
}
