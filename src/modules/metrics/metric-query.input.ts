import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { LocalDate, Locale } from '../../graphql/scalars.ts';
import { ContactChannel } from '../customers/index.ts';
import { RatingScale, ReviewSource, Sentiment } from '../reviews/index.ts';
import { SurveyScaleEnum, type SurveyScale } from '../surveys/index.ts';
import { DIMENSIONS, MetricDimension } from './dimensions.ts';
import { Granularity } from './granularity.ts';
import type { DateValue } from './local-days.ts';
import { MeasureName, MEASURES } from './measures.ts';

registerEnumType(MeasureName, {
  name: 'MeasureName',
  description: 'The numbers that can be asked for; `measures` says all of each.',
  valuesConfig: Object.fromEntries(
    MEASURES.map(({ name, formula }) => [name, { description: formula }]),
  ),
});
registerEnumType(MetricDimension, {
  name: 'MetricDimension',
  description: 'By what numbers can be split, beside time.',
  valuesConfig: Object.fromEntries(
    DIMENSIONS.map(({ name, description }) => [name, { description }]),
  ),
});
registerEnumType(Granularity, {
  name: 'Granularity',
  description: "How long a bucket of time is, in local days of each review's location.",
  valuesConfig: { WEEK: { description: 'From Monday to Sunday (ISO 8601).' } },
});

@InputType({ description: 'The last days, weeks, months …, today included.' })
export class RollingRange {
  @Field(() => Int, { description: 'At least 1.' })
  count!: number;

  @Field(() => Granularity)
  unit!: Granularity;
}

@InputType({
  description:
    'Which days, in one of three ways: `from` and `to`, or `last`, or `current`. Days are local days of each review’s location; today is the day that it is in the time zone of the organization.',
})
export class MetricRange {
  @Field(() => LocalDate, { nullable: true, description: 'The first day; with `to`.' })
  from?: DateValue | null;

  @Field(() => LocalDate, { nullable: true, description: 'The last day, included; with `from`.' })
  to?: DateValue | null;

  @Field(() => RollingRange, {
    nullable: true,
    description: 'The last 30 days and the like: they end with today, and move on with it.',
  })
  last?: RollingRange | null;

  @Field(() => Granularity, {
    nullable: true,
    description: 'The day, week, month … that it is, until today: MONTH is the month to date.',
  })
  current?: Granularity | null;
}

@InputType({
  description:
    'Conditions that hold together; an empty list matches nothing. Places are for measures of reviews and of surveys; sources, languages, sentiments and rating scales for reviews; what is behind them for surveys.',
})
export class MetricFilter {
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

  @Field(() => [Locale], {
    nullable: true,
    description: 'As the `language` of reviews says, to the letter; `und`: not known.',
  })
  languages?: string[] | null;

  @Field(() => [Sentiment], { nullable: true })
  sentiments?: Sentiment[] | null;

  @Field(() => [RatingScale], { nullable: true })
  ratingScales?: RatingScale[] | null;

  @Field(() => [ID], { nullable: true, description: 'Of these surveys, in all their versions.' })
  surveyIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Of the surveys with these keys.' })
  surveyKeys?: string[] | null;

  @Field(() => [SurveyScaleEnum], {
    nullable: true,
    description: 'Of versions whose score is on these scales.',
  })
  surveyScales?: SurveyScale[] | null;

  @Field(() => [ContactChannel], {
    nullable: true,
    description: 'Over what a survey was sent, or found.',
  })
  channels?: ContactChannel[] | null;

  @Field(() => [String], { nullable: true, description: 'What a survey is about, to the letter.' })
  touchpoints?: string[] | null;
}

@InputType({
  description:
    'What is asked: measures by dimensions and time, over some reviews, or over some surveys, or over customers.',
})
export class MetricQuery {
  @Field(() => [MeasureName], { description: '1 to 30, each once; all of one `subject`.' })
  measures!: MeasureName[];

  @Field(() => [MetricDimension], {
    defaultValue: [],
    description: 'By what to split, each once; none: one number for all, or one for each bucket.',
  })
  dimensions?: MetricDimension[];

  @Field(() => MetricFilter, { nullable: true })
  filter?: MetricFilter | null;

  @Field(() => MetricRange)
  range!: MetricRange;

  @Field(() => Granularity, {
    nullable: true,
    description: 'Also split by time; without it, one number over the whole range.',
  })
  granularity?: Granularity | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      'Also answer for the period just before, of equal length: as many whole months where the range is whole months, else as many days.',
  })
  compare?: boolean | null;
}
