/** What other modules may use of reviews. */
export { RATING_RANGES, RatingScale } from './rating-scale.ts';
export { reviewNoun } from './review.reads.ts';
export { readReviewText } from './review-text.ts';
export { Review, ReviewSource } from './review.type.ts';
export {
  countedBefore,
  findReviews,
  insertReviews,
  type KnownReview,
  lockReview,
  markResponded,
  responseDueAt,
  reviewPolicy,
  type ReviewPolicy,
  type ReviewRecord,
  sourceKey,
  updateReviews,
} from './review.writes.ts';
export { RollupChange } from './rollup.ts';
export { sentimentOf } from './sentiment.ts';
