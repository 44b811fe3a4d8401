import { Extensions, Field, Float, Int } from 'type-graphql';
import { PlainObjectType, Storefront } from '../../graphql/access.ts';

@PlainObjectType({ description: 'How many reviews are nearest to a number of stars.' })
export class RatingCount {
  @Storefront()
  @Field(() => Int, { description: 'Stars, 1 to 5.' })
  rating!: number;

  @Storefront()
  @Field(() => Int)
  count!: number;
}

@PlainObjectType({ description: 'Over the public reviews of this location.' })
export class ReviewSummary {
  @Storefront()
  @Field(() => Int, { description: 'Public reviews, with and without a rating.' })
  count!: number;

  @Storefront()
  @Field(() => Float, {
    nullable: true,
    description:
      'On five stars, other scales converted (1 + 4 × score); null without a rated review.',
  })
  averageRating!: number | null;

  @Storefront()
  @Field(() => Float, {
    nullable: true,
    description: '0..1: the mean of (rating − min) ÷ (max − min); null without a rated review.',
  })
  averageScore!: number | null;

  @Storefront()
  @Extensions({ cost: { multiplier: 5 } })
  @Field(() => [RatingCount], {
    description:
      'Five rows, one to five stars; other scales go to the nearest star (half a star goes up), text-only reviews to none.',
  })
  distribution!: RatingCount[];

  @Storefront()
  @Field(() => Float, {
    nullable: true,
    description: 'Reviews with a published response ÷ reviews, 0..1; null without reviews.',
  })
  responseRate!: number | null;
}
