import { badQuery } from './bad-query.ts';
import type { Granularity } from './granularity.ts';
import {
  addMonths,
  type DateValue,
  type Day,
  dayOf,
  FIRST_DAY,
  firstOfMonth,
  LAST_DAY,
  monthOf,
  textOfDay,
} from './local-days.ts';
import { BUCKETS } from './granularity.ts';
import type { MetricRange } from './metric-query.input.ts';

/** Days from the first to the last, both included. */
export interface Period {
  readonly from: Day;
  readonly to: Day;
}

/** What a query asks about, and the period just before. */
export interface Periods {
  readonly range: Period;
  readonly previous: Period;
}

const MONTHS: Readonly<Partial<Record<Granularity, number>>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };
const DAYS: Readonly<Partial<Record<Granularity, number>>> = { DAY: 1, WEEK: 7 };

/** More would reach before the first day whatever the unit is. */
const MAX_COUNT = 100_000;

const WAYS = ['from and to', 'last', 'current'];

/**
 * The days of a range where today is `today`.
 * @throws GraphQLError
 */
export function periodsOf(asked: MetricRange, today: Day): Periods {
  const isFixed = asked.from != null || asked.to != null;
  const given = [isFixed, asked.last != null, asked.current != null].filter(Boolean).length;
  if (given !== 1) {
    throw badQuery(
      ['range'],
      given === 0
        ? 'The range is missing: give `from` and `to`, or `last`, or `current`.'
        : 'The range is given in more than one way: give `from` and `to`, or `last`, or `current`, not several.',
      WAYS,
    );
  }
  if (asked.last != null) return rolling(asked.last, today);
  if (asked.current != null) {
    const bucketing = BUCKETS[asked.current];
    const from = bucketing.firstDayOf(bucketing.numberOf(today));
    return withPrevious({ from, to: today });
  }
  return withPrevious(fixed(asked));
}

function fixed({ from, to }: MetricRange): Period {
  const period = { from: boundOf('from', from), to: boundOf('to', to) };
  if (period.from > period.to) {
    throw badQuery(
      ['range'],
      `The range is reversed: \`from\` (${textOfDay(period.from)}) is after \`to\` (${textOfDay(period.to)}). Give the earlier day as \`from\`.`,
    );
  }
  return period;
}

function boundOf(name: 'from' | 'to', value: DateValue | null | undefined): Day {
  if (value == null) {
    throw badQuery(
      ['range', name],
      `\`${name}\` is missing: a fixed range has \`from\` and \`to\`.`,
    );
  }
  const day = dayOf(value);
  if (day === null) {
    throw badQuery(['range', name], `\`${name}\` is not a day; write one as 2025-01-31.`);
  }
  if (day < FIRST_DAY || day > LAST_DAY) {
    throw badQuery(
      ['range', name],
      `\`${name}\` has to be from ${textOfDay(FIRST_DAY)} to ${textOfDay(LAST_DAY)}.`,
    );
  }
  return day;
}

function rolling({ count, unit }: NonNullable<MetricRange['last']>, today: Day): Periods {
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
    throw badQuery(
      ['range', 'last', 'count'],
      `\`count\` is ${count}; it has to be a whole number from 1 to ${MAX_COUNT}.`,
    );
  }
  const end = today + 1;
  const ago = (times: number): Day => {
    const months = MONTHS[unit];
    if (months !== undefined) return addMonths(end, -months * count * times);
    return end - (DAYS[unit] ?? 1) * count * times;
  };
  if (ago(1) < FIRST_DAY) {
    throw badQuery(
      ['range', 'last', 'count'],
      `The range would begin before ${textOfDay(FIRST_DAY)}: take a smaller \`count\`.`,
    );
  }
  return {
    range: { from: ago(1), to: today },
    previous: { from: ago(2), to: ago(1) - 1 },
  };
}

/** As many whole months before whole months (years and quarters are months too), else as many days. */
function withPrevious(range: Period): Periods {
  const { from, to } = range;
  const month = monthOf(from);
  const after = monthOf(to + 1);
  const isWholeMonths = firstOfMonth(month) === from && firstOfMonth(after) === to + 1;
  const before = isWholeMonths ? firstOfMonth(month - (after - month)) : from - (to - from + 1);
  return { range, previous: { from: before, to: from - 1 } };
}
