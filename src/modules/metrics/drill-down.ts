import type { ReviewFilter } from '../reviews/index.ts';
import { dimensionOf } from './dimensions.ts';
import { textOfDay } from './local-days.ts';
import type { MetricValueData } from './metric-result.ts';

/** Which of the reviews behind a value. */
export const MetricPart = { ALL: 'ALL', NUMERATOR: 'NUMERATOR' } as const;
export type MetricPart = keyof typeof MetricPart;

/**
 * The reviews behind a value: those that `n` counts, or those of them that its numerator does. The
 * filter of the query, the days of the row, the value of each dimension and what the measure looks
 * at hold together.
 */
export function reviewsBehind(
  { row, declaration }: MetricValueData,
  part: MetricPart,
): ReviewFilter | null {
  // Behind numbers of surveys and customers stand no reviews.
  if ('subject' in declaration && declaration.subject !== 'REVIEWS') return null;
  const { context, period, dimensions } = row;
  const { locationId, filter } = context;
  const parts: ReviewFilter[] = [
    filter,
    { authoredFrom: textOfDay(period.from), authoredThrough: textOfDay(period.to) },
    ...(locationId === null ? [] : [{ locationIds: [locationId] }]),
    ...dimensions.map(({ dimension, value }) => dimensionOf(dimension).reviews?.(value) ?? {}),
    declaration.counted,
    ...(part === 'NUMERATOR' ? [declaration.inNumerator] : []),
  ];
  return parts.reduce(both, {});
}

/** Groups contain each other: one that a dimension names lies in those of the filter. */
const OF_THE_LATTER: ReadonlySet<string> = new Set(['groupIds']);

/** What fulfils both. */
function both(a: ReviewFilter, b: ReviewFilter): ReviewFilter {
  const result: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    if (value == null) continue;
    const other = result[name];
    result[name] =
      Array.isArray(other) && Array.isArray(value) && !OF_THE_LATTER.has(name)
        ? other.filter((each) => value.includes(each))
        : value;
  }
  return result;
}
