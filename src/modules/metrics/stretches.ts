import type { CheckedQuery } from './check-query.ts';
import { firstOfMonth, monthOf, textOfDay } from './local-days.ts';
import type { Period } from './range.ts';

/** Rows of the totals that lie beside each other: of days, or of whole months. */
export interface Stretch {
  readonly span: 'DAY' | 'MONTH';
  /** The first and the last row's `starts`. */
  readonly first: string;
  readonly last: string;
}

/** How days of the totals are read that a query asks about: by months where that says the same. */
export function stretchesOf(query: CheckedQuery): Stretch[] {
  const { range, previous } = query;
  if (!asksMonths(query)) {
    const from = (previous ?? range).from;
    return [{ span: 'DAY', first: textOfDay(from), last: textOfDay(range.to) }];
  }
  // Each period by itself: a month that both have a part in belongs to neither.
  return [...(previous ? byMonths(previous) : []), ...byMonths(range)];
}

/** The last day with reviews, which the reputation is told by, is a day. */
function asksMonths({ granularity, measures }: CheckedQuery): boolean {
  if (granularity === 'DAY' || granularity === 'WEEK') return false;
  return measures.every(({ computed }) => computed.kind !== 'reputation');
}

function byMonths({ from, to }: Period): Stretch[] {
  const inside = firstOfMonth(monthOf(from)) === from ? monthOf(from) : monthOf(from) + 1;
  const after = monthOf(to + 1);
  if (inside >= after) return [{ span: 'DAY', first: textOfDay(from), last: textOfDay(to) }];
  const start = firstOfMonth(inside);
  const end = firstOfMonth(after);
  const stretches: Stretch[] = [];
  if (from < start) {
    stretches.push({ span: 'DAY', first: textOfDay(from), last: textOfDay(start - 1) });
  }
  stretches.push({
    span: 'MONTH',
    first: textOfDay(start),
    last: textOfDay(firstOfMonth(after - 1)),
  });
  if (to >= end) stretches.push({ span: 'DAY', first: textOfDay(end), last: textOfDay(to) });
  return stretches;
}
