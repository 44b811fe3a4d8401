/** How a review was rated. */
export const RatingScale = {
  STARS_5: 'STARS_5',
  NUMERIC_10: 'NUMERIC_10',
  THUMBS: 'THUMBS',
  TEXT_ONLY: 'TEXT_ONLY',
} as const;
export type RatingScale = keyof typeof RatingScale;

/** Lowest and highest rating of each scale; null where there is no rating. */
export const RATING_RANGES: Readonly<Record<RatingScale, { min: number; max: number } | null>> = {
  STARS_5: { min: 1, max: 5 },
  NUMERIC_10: { min: 1, max: 10 },
  THUMBS: { min: 0, max: 1 },
  TEXT_ONLY: null,
};

/** 0..1: (rating − min) ÷ (max − min); null for text only. */
export function scoreOf(scale: RatingScale, rating: number | null): number | null {
  const range = RATING_RANGES[scale];
  return range === null || rating === null ? null : (rating - range.min) / (range.max - range.min);
}

/** The nearest of one to five stars, half a star going up; null for text only. */
export function nearestStar(scale: RatingScale, rating: number | null): number | null {
  const score = scoreOf(scale, rating);
  return score === null ? null : Math.round(1 + 4 * score);
}
