import { Extensions, Field, Float, Int, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { DateTime, LocalDate } from '../../graphql/scalars.ts';
import { MetricDimension } from './dimensions.ts';
import { MetricPart } from './drill-down.ts';
import { MeasureName } from './measures.ts';
import { CELL_COST, ROWS_COST } from './metric-cost.ts';
import { ReputationComponentName } from './reputation.ts';

registerEnumType(MetricPart, {
  name: 'MetricPart',
  description: 'Which of the reviews or responses behind a value.',
  valuesConfig: {
    ALL: { description: 'Those that `n` counts.' },
    NUMERATOR: {
      description:
        'Those of them that the numerator counts; for averages and percentiles, which count none, all of them.',
    },
  },
});
registerEnumType(ReputationComponentName, {
  name: 'ReputationComponent',
  description: 'What the reputation score is made of.',
  valuesConfig: {
    VOLUME: { description: 'How many reviews: log(1 + reviews) ÷ log(101), 1 at most.' },
    AVERAGE: { description: 'The average score.' },
    RECENCY: { description: '2^(−days since the last review ÷ 30).' },
    SOURCE_SPREAD: {
      description:
        '(effective number of sources − 1) ÷ 2, 1 at most; the effective number is 1 ÷ Σ share².',
    },
    RESPONSE_RATE: { description: 'Reviews with a published response ÷ reviews.' },
    RESPONSE_SPEED: {
      description: 'Responses published by the time that was due ÷ reviews with a response.',
    },
  },
});

@RequiresScope('metrics:read')
@PlainObjectType({ description: 'What a dimension is in a row.' })
export class DimensionValue {
  @Field(() => MetricDimension, { description: 'Which dimension.' })
  dimension!: MetricDimension;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of a location, group, survey or version, the name of an enum value, a language, a text or number; null: none.',
  })
  value!: string | null;

  @Field(() => String, { description: 'For people to read, in English: the name of a location.' })
  label!: string;
}

@RequiresScope('metrics:read')
@PlainObjectType({ description: 'A part of the reputation score.' })
export class MetricComponent {
  @Field(() => ReputationComponentName, { description: 'Which one.' })
  component!: ReputationComponentName;

  @Field(() => Float, {
    nullable: true,
    description: '0..1; null where there is no data: then the others bear its weight.',
  })
  value!: number | null;

  @Field(() => Float, {
    description: 'Its share of the weight of all components that have data, 0..1.',
  })
  weight!: number;

  @Field(() => Float, { description: 'What it adds to the score: 1000 × weight × value.' })
  points!: number;
}

@RequiresScope('metrics:read')
@PlainObjectType({ description: 'How many answers to NPS surveys are in each segment.' })
export class NpsSegmentCounts {
  @Field(() => Int, { description: 'With a score of 9 or 10.' })
  promoters!: number;

  @Field(() => Int, { description: 'With a score of 7 or 8.' })
  passives!: number;

  @Field(() => Int, { description: 'With a score of 0 to 6.' })
  detractors!: number;
}

@RequiresScope('metrics:read')
@PlainObjectType({ description: 'The value of a measure, with what it is made of.' })
export class MetricValue {
  @Field(() => MeasureName, { description: 'Which measure.' })
  measure!: MeasureName;

  @Field(() => Float, {
    nullable: true,
    description: 'Null without data, never 0 for that; counts are 0 then.',
  })
  value!: number | null;

  @Field(() => Int, {
    description: 'Over how many reviews, answers, invitations or customers the value is.',
  })
  n!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The value of the period before, where `compare` is asked.',
  })
  previous!: number | null;

  @Field(() => String, { description: 'How the value is worked out.' })
  formula!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'Above the line of the formula; null where it has no line.',
  })
  numerator!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Below the line of the formula; null where it has no line.',
  })
  denominator!: number | null;

  @Extensions({ cost: { ...CELL_COST, multiplier: 6 } })
  @Field(() => [MetricComponent], {
    nullable: true,
    description: 'Of the reputation score: what it is made of. Null for other measures.',
  })
  components!: MetricComponent[] | null;

  @Extensions({ cost: CELL_COST })
  @Field(() => NpsSegmentCounts, {
    nullable: true,
    description:
      'Of the net promoter score: how many answers it is made of. Null for other measures.',
  })
  npsSegments!: NpsSegmentCounts | null;
}

@RequiresScope('metrics:read')
@PlainObjectType({
  description: 'The values of one bucket of time and one value of each dimension.',
})
export class MetricRow {
  @Field(() => LocalDate, {
    nullable: true,
    description: 'The first day of the bucket; null without a granularity.',
  })
  bucket!: string | null;

  @Extensions({ cost: CELL_COST })
  @Field(() => [DimensionValue], { description: 'In the order of the query.' })
  dimensions!: DimensionValue[];

  @Extensions({ cost: CELL_COST })
  @Field(() => [MetricValue], { description: 'In the order of the query.' })
  values!: MetricValue[];
}

@RequiresScope('metrics:read')
@PlainObjectType({ description: 'What a metric query is answered with.' })
export class MetricResult {
  @Field(() => DateTime, { description: 'When it was true.' })
  asOf!: Date;

  @Field(() => String, {
    description:
      'Where the feed stood then: all that is committed up to here is counted, and nothing after it.',
  })
  feedPosition!: string;

  @Extensions({ cost: ROWS_COST })
  @Field(() => [MetricRow], {
    description:
      'A row for each bucket, empty ones included, and each value of the dimensions that there is anything of. Rows of one value stand together, by label; buckets go forward in time.',
  })
  rows!: MetricRow[];
}
