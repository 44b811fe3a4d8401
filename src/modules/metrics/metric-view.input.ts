import { Field, Float, ID, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { MeasureName } from './measures.ts';
import { MetricQuery } from './metric-query.input.ts';
import { Visualisation } from './stored-view.ts';

const KEY = 'How programs name it: 1 to 63 lower case letters, digits and hyphens; unique.';
const GOALS = 'At most 20; what the view is judged by.';

@InputType({
  description: 'What a measure shall be over the whole range of a view: give one of the bounds.',
})
export class MetricGoalInput {
  @Field(() => MeasureName)
  measure!: MeasureName;

  @Field(() => Float, { nullable: true, description: 'In the unit of the measure.' })
  atLeast?: number | null;

  @Field(() => Float, { nullable: true, description: 'In the unit of the measure.' })
  atMost?: number | null;
}

@InputType()
export class CreateMetricViewInput {
  @Field(() => String, { description: KEY })
  key!: string;

  @Field(() => String, { description: 'For people; at most 200 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'At most 2,000 characters.' })
  description?: string | null;

  @Field(() => Visualisation, { defaultValue: Visualisation.TABLE })
  visualisation!: Visualisation;

  @Field(() => [MetricGoalInput], { defaultValue: [], description: GOALS })
  goals!: MetricGoalInput[];

  @Field(() => MetricQuery)
  query!: MetricQuery;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What is not given stays as it is.' })
export class UpdateMetricViewInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: KEY })
  key?: string | null;

  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'null takes it away.' })
  description?: string | null;

  @Field(() => Visualisation, { nullable: true })
  visualisation?: Visualisation | null;

  @Field(() => [MetricGoalInput], { nullable: true, description: `${GOALS} [] takes them away.` })
  goals?: MetricGoalInput[] | null;

  @Field(() => MetricQuery, { nullable: true, description: 'The whole of it.' })
  query?: MetricQuery | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType()
export class DeleteMetricViewInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
