import { Field, Float, ID, InputType, registerEnumType } from 'type-graphql';
import { DateTime, Locale } from '../../graphql/scalars.ts';
import type { REVIEW_ORDERS } from './review-orders.ts';
import { ReviewSource } from './review.type.ts';
import { Sentiment } from './sentiment.ts';

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

  @Field(() => [ReviewSource], { nullable: true })
  sources?: ReviewSource[] | null;

  @Field(() => [Locale], { nullable: true, description: 'As `language` says, to the letter.' })
  languages?: string[] | null;

  @Field(() => [Sentiment], { nullable: true })
  sentiments?: Sentiment[] | null;

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

  @Field(() => DateTime, { nullable: true, description: 'Written at this time or later.' })
  authoredAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Written before this time.' })
  authoredBefore?: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Full-text search in title, text and translation: words, "a phrase", or, -without (as web search engines do).',
  })
  text?: string | null;
}
