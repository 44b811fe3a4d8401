/**
 * Days of a calendar without a clock. A day is a number, of days since 1970-01-01, so that it can be
 * counted with; text is made of it where it leaves here.
 */
export type Day = number;

const DAY_MS = 86_400_000;
const ISO_DAY = /^\d{4}-\d\d-\d\d$/;

/** The days that a range may reach: years of four digits, and no day before the count begins. */
export const FIRST_DAY: Day = 0;
export const LAST_DAY: Day = Date.UTC(9999, 11, 31) / DAY_MS;

/** What the scalar Date gives, or its text as stored with a view. */
export type DateValue = Date | string;

/** Null for what is no day. */
export function dayOf(value: DateValue): Day | null {
  if (typeof value !== 'string') return Math.floor(value.getTime() / DAY_MS);
  if (!ISO_DAY.test(value)) return null;
  const day = Date.parse(value) / DAY_MS;
  return Number.isNaN(day) || textOfDay(day) !== value ? null : day;
}

/** Until 2100: what lies behind is made each time. */
const MOST_TEXTS = 47_482;
/**
 * Texts are asked for again and again: a chart of a year has the same days for everybody. Filled,
 * since an array that begins at some index in the thousands becomes a table of hashes.
 */
const texts = new Array<string | undefined>(MOST_TEXTS).fill(undefined);

/** `20050` → `2024-11-23` */
export function textOfDay(day: Day): string {
  const known = texts[day];
  if (known !== undefined) return known;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  // The week of the first day begins before it.
  if (day >= 0 && day < MOST_TEXTS) texts[day] = text;
  return text;
}

/** Formats of zones: to make one takes fifty times what it takes to use it. There are some 600 zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The day that it is at `time` in this IANA zone. */
export function localDay(time: Date, timeZone: string): Day {
  if (timeZone === 'UTC') return Math.floor(time.getTime() / DAY_MS);
  let format = formats.get(timeZone);
  if (format === undefined) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-CA', { timeZone, ...parts });
    formats.set(timeZone, format);
  }
  return dayOf(format.format(time)) as Day;
}

/** Months since year 0: `2024-01` is 24288. */
export function monthOf(day: Day): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export function firstOfMonth(month: number): Day {
  return Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
}

/** The same day of another month, or the last one there is of it: 31 January and a month is 28 February. */
export function addMonths(day: Day, months: number): Day {
  const month = monthOf(day);
  const target = month + months;
  const last = firstOfMonth(target + 1) - 1;
  return Math.min(firstOfMonth(target) + (day - firstOfMonth(month)), last);
}
