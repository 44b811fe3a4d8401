import { type Day, firstOfMonth, monthOf } from './local-days.ts';

/** How long a bucket of time is. */
export const Granularity = {
  DAY: 'DAY',
  WEEK: 'WEEK',
  MONTH: 'MONTH',
  QUARTER: 'QUARTER',
  YEAR: 'YEAR',
} as const;
export type Granularity = keyof typeof Granularity;

/** 1970-01-01 was a Thursday; the week of it began three days before. */
const FIRST_MONDAY = -3;

/**
 * Buckets are numbered without a gap, alike here and in SQL, so that a row of the database finds its
 * place in the answer by subtraction.
 */
export interface Bucketing {
  /** The number of the bucket that a day is in. */
  readonly numberOf: (day: Day) => number;
  readonly firstDayOf: (number: number) => Day;
  /** The same as `numberOf` in SQL, over a date. */
  readonly sql: (date: string) => string;
}

const monthSql = (date: string) =>
  `(extract(year from ${date}) * 12 + extract(month from ${date}) - 1)::int`;

function ofMonths(count: number): Bucketing {
  return {
    numberOf: (day) => Math.floor(monthOf(day) / count),
    firstDayOf: (number) => firstOfMonth(number * count),
    sql: (date) => (count === 1 ? monthSql(date) : `${monthSql(date)} / ${count}`),
  };
}

export const BUCKETS: Readonly<Record<Granularity, Bucketing>> = {
  DAY: {
    numberOf: (day) => day,
    firstDayOf: (number) => number,
    sql: (date) => `${date} - date '1970-01-01'`,
  },
  WEEK: {
    numberOf: (day) => Math.floor((day - FIRST_MONDAY) / 7),
    firstDayOf: (number) => number * 7 + FIRST_MONDAY,
    sql: (date) => `(${date} - date '1969-12-29') / 7`,
  },
  MONTH: ofMonths(1),
  QUARTER: ofMonths(3),
  YEAR: ofMonths(12),
};
