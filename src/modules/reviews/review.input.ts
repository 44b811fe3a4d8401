import { Field, Float, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { Internal } from '../../graphql/access.ts';
import { DateTime, LocalDate, Locale } from '../../graphql/scalars.ts';
import { RatingScale } from './rating-scale.ts';
import type { REVIEW_ORDERS } from './review-orders.ts';
import { ReviewSource } from './review.type.ts';
import { Sentiment } from './sentiment.ts';
import { SlaState } from './sla.ts';

export const ReviewOrder = {
  NEWEST: 'NEWEST',
  OLDEST: 'OLDEST',
  HIGHEST_RATING: 'HIGHEST_RATING',
  LOWEST_RATING: 'LOWEST_RATING',
} as const satisfies Record<keyof typeof REVIEW_ORDERS, string>;
export type ReviewOrder = keyof typeof ReviewOrder;

registerEnumType(ReviewOrder, {
  name: 'ReviewOrder',
  valuesConfig: {
    NEWEST: { description: 'By `authoredAt`, the latest first; the default.' },
    OLDEST: { description: 'By `authoredAt`, the earliest first.' },
    HIGHEST_RATING: { description: 'By `score`, the best first; reviews without a rating last.' },
    LOWEST_RATING: { description: 'By `score`; reviews without a rating first.' },
  },
});

@InputType({ description: 'Conditions that hold together; an empty list matches nothing.' })
export class ReviewFilter {
  @Field(() => [ID], { nullable: true })
  locationIds?: string[] | null;

  @Field(() => [String], { nullable: true })
  locationExternalIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Of locations in these groups or in one below them.',
  })
  groupIds?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it belongs to a location.' })
  hasLocation?: boolean | null;

  @Internal()
  @Field(() => Boolean, { nullable: true, description: 'Whether its location stands in a group.' })
  hasGroup?: boolean | null;

  @Field(() => [ReviewSource], { nullable: true })
  sources?: ReviewSource[] | null;

  @Field(() => [Locale], {
    nullable: true,
    description: 'As `language` says, to the letter; `und`: where it is null.',
  })
  languages?: string[] | null;

  @Field(() => [Sentiment], { nullable: true })
  sentiments?: Sentiment[] | null;

  @Field(() => [RatingScale], { nullable: true })
  ratingScales?: RatingScale[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it has a rating.' })
  hasRating?: boolean | null;

  @Field(() => [Int], {
    nullable: true,
    description: 'Nearest to one of these numbers of stars, 1 to 5; half a star goes up.',
  })
  stars?: number[] | null;

  @Field(() => Float, {
    nullable: true,
    description: 'On five stars, other scales converted; leaves out reviews without a rating.',
  })
  ratingAtMost?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'On five stars, other scales converted; leaves out reviews without a rating.',
  })
  ratingAtLeast?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'true: no published response yet; false: there is one.',
  })
  awaitingResponse?: boolean | null;

  @Internal()
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the first response was published after the review came here, so that it has a response time.',
  })
  hasResponseTime?: boolean | null;

  @Internal()
  @Field(() => [SlaState], { nullable: true, description: 'As of the time of the request.' })
  slaStates?: SlaState[] | null;

  @Internal()
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its score is above that of its first version.',
  })
  revisedUpward?: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'Written at this time or later.' })
  authoredAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Written before this time.' })
  authoredBefore?: Date | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'Written on this day or later, as days are where its location is.',
  })
  authoredFrom?: Date | string | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'Written on this day or earlier, as days are where its location is.',
  })
  authoredThrough?: Date | string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Full-text search in title, text and translation: words, "a phrase", or, -without (as web search engines do).',
  })
  text?: string | null;
}
