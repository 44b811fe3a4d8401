import { Field, Float, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { ImportRows } from '../../graphql/input-bounds.ts';
import { DateTime, Locale } from '../../graphql/scalars.ts';
import { RatingScale, ReviewSource } from '../reviews/index.ts';

@InputType({ description: "The business's answer, as it stands on the review's site." })
export class ImportedResponse {
  @Field(() => String)
  body!: string;

  @Field(() => DateTime, { nullable: true, description: "Default: the review's `authoredAt`." })
  publishedAt?: Date | null;
}

@InputType({
  description:
    'One review, whole: a field that is left out is empty. Only `response` is kept where it is left out.',
})
export class ReviewImport {
  @Field(() => ReviewSource)
  source!: ReviewSource;

  @Field(() => String, {
    description: "The source's own key: with it, the same review is known again.",
  })
  externalId!: string;

  @Field(() => String, { nullable: true })
  locationExternalId?: string | null;

  @Field(() => String, { nullable: true })
  productExternalId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Creates the location where it is not known yet and this is given.',
  })
  locationName?: string | null;

  @Field(() => RatingScale, { nullable: true, defaultValue: 'STARS_5' })
  ratingScale?: RatingScale | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'On the scale: STARS_5 1–5, NUMERIC_10 1–10, THUMBS 0 or 1, TEXT_ONLY none; at most two decimals.',
  })
  rating?: number | null;

  @Field(() => String, { nullable: true })
  title?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'At most 20,000 characters. Google’s "(Translated by Google) … (Original) …" is taken apart.',
  })
  text?: string | null;

  @Field(() => Locale, {
    nullable: true,
    description: 'BCP 47; detected from the text where it is left out.',
  })
  language?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'As shown in public; leave it out for an anonymous author.',
  })
  authorName?: string | null;

  @Field(() => DateTime)
  authoredAt!: Date;

  @Field(() => String, { nullable: true, description: 'Where the review can be read on its site.' })
  url?: string | null;

  @Field(() => ImportedResponse, { nullable: true })
  response?: ImportedResponse | null;
}

@InputType()
export class ImportReviewsInput {
  @ImportRows()
  @Field(() => [ReviewImport], { description: 'At most 1,000 a call.' })
  reviews!: ReviewImport[];

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Says what would happen, and changes nothing.',
  })
  dryRun?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: IDEMPOTENCY_KEY,
  })
  idempotencyKey?: string | null;
}
