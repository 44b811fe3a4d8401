import { Field, Float, ID, Int, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope, Storefront } from '../../graphql/access.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime, Locale } from '../../graphql/scalars.ts';
import { RatingScale } from './rating-scale.ts';
import { Sentiment } from './sentiment.ts';
import { SlaState } from './sla.ts';

export const ReviewSource = {
  FIRST_PARTY: 'FIRST_PARTY',
  GOOGLE: 'GOOGLE',
  FACEBOOK: 'FACEBOOK',
  YELP: 'YELP',
  TRUSTPILOT: 'TRUSTPILOT',
  TRIPADVISOR: 'TRIPADVISOR',
  G2: 'G2',
  OTHER: 'OTHER',
} as const;
export type ReviewSource = keyof typeof ReviewSource;

registerEnumType(ReviewSource, {
  name: 'ReviewSource',
  description: 'The site that a review was written on; FIRST_PARTY: one of your own.',
});
registerEnumType(RatingScale, {
  name: 'RatingScale',
  description: 'How a review was rated.',
  valuesConfig: {
    STARS_5: { description: '1 to 5 stars.' },
    NUMERIC_10: { description: '1 to 10.' },
    THUMBS: { description: '0: down, 1: up.' },
    TEXT_ONLY: { description: 'No rating.' },
  },
});
registerEnumType(Sentiment, {
  name: 'Sentiment',
  description:
    "From the score where there is one (the organization's thresholds; by default negative ≤ 0.25 and positive ≥ 0.75), else from the text.",
});
registerEnumType(SlaState, {
  name: 'SlaState',
  description: 'How the first response stands to the time it is due.',
  valuesConfig: {
    NOT_DUE: { description: 'Unanswered, with time left.' },
    DUE_SOON: { description: 'Unanswered, with less than a quarter of the time left.' },
    OVERDUE: { description: 'Unanswered, and the time is over.' },
    MET: { description: 'Answered by the time it was due.' },
    MISSED: { description: 'Answered, but late.' },
  },
});

@PlainObjectType({ description: 'Who wrote a review, as shown in public; never contact data.' })
export class ReviewAuthor {
  @Storefront()
  @Field(() => String, { nullable: true, description: 'Null for an anonymous author.' })
  name!: string | null;
}

@RequiresScope('reviews:read')
@PlainObjectType({ description: 'What an edited review said before.' })
export class ReviewVersion {
  @Field(() => Int, { description: '1 is the first.' })
  version!: number;

  @Field(() => RatingScale)
  ratingScale!: RatingScale;

  @Field(() => Float, { nullable: true })
  rating!: number | null;

  @Field(() => String, { nullable: true })
  title!: string | null;

  @Field(() => String, { nullable: true })
  text!: string | null;

  @Field(() => String, { nullable: true })
  translatedText!: string | null;

  @Field(() => DateTime)
  authoredAt!: Date;

  @Field(() => DateTime, { description: 'When the next version took its place.' })
  replacedAt!: Date;
}

@RequiresScope('reviews:read')
@PlainObjectType({ implements: Node, description: 'What a customer wrote in public.' })
export class Review extends Node {
  @Storefront()
  @Field(() => ID)
  override id!: string;

  @Storefront()
  @Field(() => ReviewSource)
  source!: ReviewSource;

  @Storefront()
  @Field(() => String, { description: "The source's own key; unique with the source." })
  externalId!: string;

  @Storefront()
  @Field(() => String, { nullable: true, description: 'Where it can be read on its site.' })
  url!: string | null;

  @Storefront()
  @Field(() => Float, {
    nullable: true,
    description: "On the review's own scale; null where the review has no rating.",
  })
  rating!: number | null;

  @Storefront()
  @Field(() => RatingScale)
  ratingScale!: RatingScale;

  @Storefront()
  @Field(() => Float, {
    nullable: true,
    description:
      'Normalised to 0..1: (rating − min) ÷ (max − min) of its scale; null for TEXT_ONLY.',
  })
  score!: number | null;

  @Storefront()
  @Field(() => Sentiment)
  sentiment!: Sentiment;

  @Storefront()
  @Field(() => String, { nullable: true })
  title!: string | null;

  @Storefront()
  @Field(() => String, {
    nullable: true,
    description:
      "The customer's own words; where the source passed on nothing but a translation, that (see `originalText` and `translatedText`).",
  })
  text!: string | null;

  @Storefront()
  @Field(() => String, {
    nullable: true,
    description: "The customer's own words; null where the source did not pass them on.",
  })
  originalText!: string | null;

  @Storefront()
  @Field(() => String, {
    nullable: true,
    description: "The source's machine translation, where it added one.",
  })
  translatedText!: string | null;

  @Storefront()
  @Field(() => Locale, {
    nullable: true,
    description:
      "Of the customer's own words, as the source says or as detected; null where it cannot be told.",
  })
  language!: string | null;

  @Storefront()
  @Field(() => ReviewAuthor, { description: 'As shown in public.' })
  author!: ReviewAuthor;

  @Storefront()
  @Field(() => DateTime, { description: 'When the customer wrote it.' })
  authoredAt!: Date;

  @Field(() => DateTime, { description: 'When it first came here.' })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When its content last changed here.' })
  updatedAt!: Date;

  @Field(() => Int, { description: '1, and one more with each edit by its author.' })
  version!: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "By when a first response is due: `receivedAt` plus the organization's time for it.",
  })
  responseDueAt!: Date | null;

  @Field(() => SlaState, { description: 'As of the time of the request.' })
  slaState!: SlaState;
}
