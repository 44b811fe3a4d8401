/** What other modules may use of reviews. */
export { RATING_RANGES, RatingScale } from './rating-scale.ts';
export { reviewConditions } from './review-conditions.ts';
export { ReviewFilter } from './review.input.ts';
export { readReviews, ReviewConnection } from './review-list.ts';
export { reviewNoun } from './review.reads.ts';
export { readReviewText } from './review-text.ts';
export { Review, ReviewSource } from './review.type.ts';
export {
  findReviews,
  insertReviews,
  type KnownReview,
  lockReview,
  lockReviewOf,
  markResponded,
  responseDueAt,
  reviewPolicy,
  type ReviewPolicy,
  type ReviewRecord,
  reviewTurn,
  setFirstResponse,
  sourceKey,
  updateReviews,
} from './review.writes.ts';
export { recountReviews } from './recount.ts';
export {
  NO_LOCATION,
  RESPONSE_TIME_GAMMA,
  responseTimeBucket,
  SCORE_UNITS,
  UNKNOWN_LANGUAGE,
} from './rollup-facts.ts';
export { Sentiment, sentimentOf } from './sentiment.ts';
export { packDays } from './packed-days.ts';
export type { RollupStep } from './rollup.ts';
export { packingWork, type PackingWorkOptions } from './packing.work.ts';
export { rebuildRollups, type RollupDifference, verifyRollups } from './rollup-audit.ts';
