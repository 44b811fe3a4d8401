import { Field, Float, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { UserError } from '../../graphql/user-error.ts';

const GOAL = 'The share of them that shall have a published response, 0..1.';

@RequiresScope('metrics:read')
@PlainObjectType({
  description: 'What each component of the reputation score counts; only the proportions matter.',
})
export class ReputationWeights {
  @Field(() => Float, { description: 'Of how many reviews there are.' })
  volume!: number;

  @Field(() => Float, { description: 'Of the average score.' })
  average!: number;

  @Field(() => Float, { description: 'Of how young the last review is.' })
  recency!: number;

  @Field(() => Float, { description: 'Of how evenly reviews come from several sites.' })
  sourceSpread!: number;

  @Field(() => Float, { description: 'Of the share that has a response.' })
  responseRate!: number;

  @Field(() => Float, { description: 'Of the share of responses that came in time.' })
  responseSpeed!: number;
}

@RequiresScope('metrics:read')
@PlainObjectType({ description: 'What the organization aims at, and how its score is weighed.' })
export class MetricSettings {
  @Field(() => Float, { description: `Of negative reviews. ${GOAL}` })
  goalNegative!: number;

  @Field(() => Float, { description: `Of positive reviews. ${GOAL}` })
  goalPositive!: number;

  @Field(() => ReputationWeights, {
    description: 'What the reputation score is made of, and how much of each.',
  })
  weights!: ReputationWeights;
}

@InputType({ description: 'What is not given stays as it is. 0 leaves a component out.' })
export class ReputationWeightsInput {
  @Field(() => Float, { nullable: true })
  volume?: number | null;

  @Field(() => Float, { nullable: true })
  average?: number | null;

  @Field(() => Float, { nullable: true })
  recency?: number | null;

  @Field(() => Float, { nullable: true })
  sourceSpread?: number | null;

  @Field(() => Float, { nullable: true })
  responseRate?: number | null;

  @Field(() => Float, { nullable: true })
  responseSpeed?: number | null;
}

@InputType({ description: 'What is not given stays as it is.' })
export class UpdateMetricSettingsInput {
  @Field(() => Float, { nullable: true, description: GOAL })
  goalNegative?: number | null;

  @Field(() => Float, { nullable: true, description: GOAL })
  goalPositive?: number | null;

  @Field(() => ReputationWeightsInput, { nullable: true })
  weights?: ReputationWeightsInput | null;

  @Field(() => String, {
    nullable: true,
    description: IDEMPOTENCY_KEY,
  })
  idempotencyKey?: string | null;
}

@PlainObjectType({ description: 'The settings as they are now, or why they were not changed.' })
export class UpdateMetricSettingsPayload {
  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}
