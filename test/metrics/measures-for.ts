import type { Measure } from '../../src/modules/metrics/measure.ts';
import { REVIEW_MEASURES } from '../../src/modules/metrics/measures.ts';

/** The measures of reviews that can be split so; the reputation score has tests of its own. */
export function measuresFor(dimensions: readonly string[]): string[] {
  const fitting = (REVIEW_MEASURES as readonly Measure[]).filter(
    ({ name, dimensions: allowed }) =>
      name !== 'REPUTATION_SCORE' &&
      dimensions.every((dimension) => (allowed as readonly string[]).includes(dimension)) &&
      (name !== 'REVIEW_AVERAGE_RATING' || dimensions.includes('RATING_SCALE')),
  );
  return fitting.map(({ name }) => name);
}
