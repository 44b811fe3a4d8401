import { Arg, Extensions, Field, Resolver, Root, Subscription } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { executedByHub } from '../../graphql/schema.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { type ReviewEventData, receivedReviews } from './review-events.ts';
import { ReviewFilter } from './review.input.ts';
import { Review } from './review.type.ts';

@RequiresScope('feed:read')
@PlainObjectType({ description: 'A review that was received, and where the feed stood then.' })
export class ReviewEvent {
  @Field(() => String, { description: 'Give it as `after` to go on behind this event.' })
  cursor!: string;

  @Field(() => DateTime, { description: 'When it was written here.' })
  occurredAt!: Date;

  @Field(() => Review, { description: 'As it is when the event is delivered.' })
  review!: Review;
}

const AFTER = {
  nullable: true,
  description: 'A cursor of an earlier event, or `feedPosition`; without it, from now on.',
} as const;

@Resolver()
export class ReviewEventsResolver {
  @RequiresScope('feed:read')
  @Extensions({ feed: receivedReviews((event) => event.sentiment === 'NEGATIVE') })
  @Subscription(() => ReviewEvent, {
    subscribe: executedByHub,
    description:
      'New negative reviews, in the order they were committed. `after`: a cursor of an earlier event, or feedPosition; what happened since is sent first, then the live feed, with no gap and no repeat. Without it: from now on.',
  })
  negativeReviewReceived(
    @Root() event: ReviewEventData,
    @Arg('filter', () => ReviewFilter, { nullable: true }) _filter?: ReviewFilter | null,
    @Arg('after', () => String, AFTER) _after?: string | null,
  ): ReviewEventData {
    return event;
  }

  @RequiresScope('feed:read')
  @Extensions({ feed: receivedReviews(() => true) })
  @Subscription(() => ReviewEvent, {
    subscribe: executedByHub,
    description: 'New reviews of any sentiment; otherwise as `negativeReviewReceived`.',
  })
  reviewReceived(
    @Root() event: ReviewEventData,
    @Arg('filter', () => ReviewFilter, { nullable: true }) _filter?: ReviewFilter | null,
    @Arg('after', () => String, AFTER) _after?: string | null,
  ): ReviewEventData {
    return event;
  }
}
