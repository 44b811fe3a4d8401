import type { Shaped } from '../../db/read/noun.ts';
import { encodeCursor } from '../../feed/cursor.ts';
import type { FeedEvent } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { type FeedField, startAfter } from '../feed/index.ts';
import type { ReviewFilter } from './review.input.ts';
import { reviewConditions } from './review-conditions.ts';
import { reviewNoun } from './review.reads.ts';

/** What a subscriber gets for an event of the feed: the root value of its selection. */
export interface ReviewEventData {
  readonly cursor: string;
  readonly occurredAt: Date;
  readonly review: Shaped;
}

interface ReviewEventArgs {
  readonly filter?: ReviewFilter | null;
  readonly after?: string | null;
}

/**
 * A subscription field over newly received reviews. Whether an event counts is decided by what the
 * event says, as it was when it was committed; the filter and the answer see the review as it is
 * when it is delivered. One statement reads the reviews of a whole batch of events.
 */
export function receivedReviews(counts: (event: FeedEvent) => boolean): FeedField<ReviewEventData> {
  return {
    async open(args: ReviewEventArgs, ctx, info) {
      const fields = selectionOf(info).child('ReviewEvent', 'review').fields('Review');
      // Here, where a filter that cannot be is told to who subscribes.
      reviewConditions(args.filter);
      const afterSeq = await startAfter(ctx, args.after);
      const { organizationId } = ctx.caller;
      const produce = async (events: readonly FeedEvent[]) => {
        const counted = events.filter(counts);
        const keys = counted.flatMap(({ reviewId }) => (reviewId === null ? [] : [reviewId]));
        if (keys.length === 0) return [];
        const reader = { ...ctx.reader, now: new Date() };
        const where = reviewConditions(args.filter, reader.now);
        const reviews = await reviewNoun.byKeys(reader, keys, fields, where);
        return counted.flatMap((event) => {
          const review = reviews.get(event.reviewId ?? '');
          return review === undefined
            ? []
            : [{ seq: event.seq, value: toData(ctx, event, review) }];
        });
      };
      return { spec: { key: '', organizationId, kinds: ['REVIEW_RECEIVED'], produce }, afterSeq };
    },
  };
}

function toData(ctx: GraphQLContext, event: FeedEvent, review: Shaped): ReviewEventData {
  const { organizationId } = ctx.caller;
  return {
    cursor: encodeCursor({ organizationId, epoch: event.epoch, seq: event.seq }),
    occurredAt: event.occurredAt,
    review,
  };
}
