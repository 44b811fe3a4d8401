/** A day of a metric view, in the shape that all contenders share. */
export interface DayOfReviews {
  readonly day: string;
  readonly count: number;
  /** 0 to 1; null without a rated review. */
  readonly averageScore: number | null;
}

const DAY = 86_400_000;
/** Texts of days, from this one on: what every server would keep that has to write them all day. */
const FIRST = Date.UTC(2015, 0, 1) / DAY;
const TEXTS = Array.from({ length: 9_000 }, (_, index) =>
  new Date((FIRST + index) * DAY).toISOString().slice(0, 10),
);

/** Where in {@link dayText} a day stands. */
export function dayNumber(text: string): number {
  return Date.parse(text) / DAY - FIRST;
}

export function dayText(number: number): string {
  return TEXTS[number] as string;
}

/** All days from the first to the last, included; those that have no row had no reviews. */
export function withEmptyDays(
  rows: readonly DayOfReviews[],
  { from, to }: { readonly from: string; readonly to: string },
): DayOfReviews[] {
  const days: DayOfReviews[] = [];
  const last = dayNumber(to);
  let next = 0;
  for (let number = dayNumber(from); number <= last; number++) {
    const row = rows[next];
    const day = dayText(number);
    if (row?.day === day) next += 1;
    days.push(row?.day === day ? row : { day, count: 0, averageScore: null });
  }
  return days;
}

/** Averages are compared in the digits that do not depend on how they were divided. */
export function comparable(days: readonly DayOfReviews[]): object[] {
  return days.map(({ day, count, averageScore }) => ({
    day,
    count,
    averageScore: averageScore === null ? null : Number(averageScore.toPrecision(12)),
  }));
}
