import { Field, ID, Int } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { LocalDate, Locale } from '../../graphql/scalars.ts';
import { ContactChannel } from '../customers/index.ts';
import { RatingScale, ReviewSource, Sentiment } from '../reviews/index.ts';
import { SurveyScaleEnum, type SurveyScale } from '../surveys/index.ts';
import { MetricDimension } from './dimensions.ts';
import { Granularity } from './granularity.ts';
import { MeasureName } from './measures.ts';

/** What a view asks, field by field as the inputs of the same names without `View`. */

@RequiresScope('metrics:read')
@PlainObjectType({ description: 'The last days, weeks, months …, today included.' })
export class MetricViewRollingRange {
  @Field(() => Int)
  count!: number;

  @Field(() => Granularity, { description: 'How long one of them is.' })
  unit!: Granularity;
}

@RequiresScope('metrics:read')
@PlainObjectType({ description: 'Which days; see `MetricRange`.' })
export class MetricViewRange {
  @Field(() => LocalDate, { nullable: true, description: 'The first day; with `to`.' })
  from!: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'The last day, included; with `from`.' })
  to!: string | null;

  @Field(() => MetricViewRollingRange, {
    nullable: true,
    description: 'The last 30 days and the like, which move on.',
  })
  last!: MetricViewRollingRange | null;

  @Field(() => Granularity, {
    nullable: true,
    description: 'The day, week, month … that it is, until today.',
  })
  current!: Granularity | null;
}

@RequiresScope('metrics:read')
@PlainObjectType({ description: 'Over which reviews or surveys; see `MetricFilter`.' })
export class MetricViewFilter {
  @Field(() => [ID], { nullable: true, description: 'Of these locations.' })
  locationIds?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Of these locations, by their external ids.',
  })
  locationExternalIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Of locations in these groups or in one below them.',
  })
  groupIds?: string[] | null;

  @Field(() => [ReviewSource], { nullable: true, description: 'From these sites.' })
  sources?: ReviewSource[] | null;

  @Field(() => [Locale], { nullable: true, description: 'In these languages; `und`: not known.' })
  languages?: string[] | null;

  @Field(() => [Sentiment], { nullable: true, description: 'Of these sentiments.' })
  sentiments?: Sentiment[] | null;

  @Field(() => [RatingScale], { nullable: true, description: 'Rated so.' })
  ratingScales?: RatingScale[] | null;

  @Field(() => [ID], { nullable: true, description: 'Of these surveys.' })
  surveyIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Of the surveys with these keys.' })
  surveyKeys?: string[] | null;

  @Field(() => [SurveyScaleEnum], { nullable: true, description: 'Scored on these scales.' })
  surveyScales?: SurveyScale[] | null;

  @Field(() => [ContactChannel], { nullable: true, description: 'Over these channels.' })
  channels?: ContactChannel[] | null;

  @Field(() => [String], { nullable: true, description: 'About these.' })
  touchpoints?: string[] | null;
}

@RequiresScope('metrics:read')
@PlainObjectType({
  description: 'What a view asks. Without `__typename` it is a `MetricQuery`, for `metrics`.',
})
export class MetricViewQuery {
  @Field(() => [MeasureName], { description: 'Which numbers, in this order.' })
  measures!: MeasureName[];

  @Field(() => [MetricDimension], { description: 'By what they are split, beside time.' })
  dimensions!: MetricDimension[];

  @Field(() => MetricViewFilter, { nullable: true, description: 'Null: over all.' })
  filter!: MetricViewFilter | null;

  @Field(() => MetricViewRange, { description: 'Over which days.' })
  range!: MetricViewRange;

  @Field(() => Granularity, {
    nullable: true,
    description: 'How long the buckets of time are; null: one for the whole range.',
  })
  granularity!: Granularity | null;

  @Field(() => Boolean, { description: 'Whether the period before is asked for, too.' })
  compare!: boolean;
}
