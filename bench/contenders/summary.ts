/** A row of `review_rollup`, with counts as numbers. */
export interface Rollup {
  readonly ratingScale: string;
  readonly reviewCount: number;
  readonly ratingSum: number;
  readonly respondedCount: number;
  readonly stars: readonly number[];
}

export interface Summary {
  readonly count: number;
  readonly averageRating: number | null;
  readonly responseRate: number | null;
  readonly distribution: readonly { readonly rating: number; readonly count: number }[];
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  STARS_5: [1, 5],
  NUMERIC_10: [1, 10],
  THUMBS: [0, 1],
};

/** The summary of a location from its rollups, one for each scale; text-only reviews have no rating. */
export function summarize(rollups: readonly Rollup[]): Summary {
  let count = 0;
  let rated = 0;
  let scoreSum = 0;
  let responded = 0;
  const stars = [0, 0, 0, 0, 0];
  for (const rollup of rollups) {
    count += rollup.reviewCount;
    responded += rollup.respondedCount;
    const range = RANGES[rollup.ratingScale];
    if (range === undefined) continue;
    const [min, max] = range;
    rated += rollup.reviewCount;
    scoreSum += (rollup.ratingSum - rollup.reviewCount * min) / (max - min);
    for (const [index, n] of rollup.stars.entries()) stars[index] = (stars[index] as number) + n;
  }
  return {
    count,
    averageRating: rated === 0 ? null : 1 + 4 * (scoreSum / rated),
    responseRate: count === 0 ? null : responded / count,
    distribution: stars.map((n, index) => ({ rating: index + 1, count: n })),
  };
}
