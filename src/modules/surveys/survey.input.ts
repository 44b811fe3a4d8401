import { Field, ID, InputType, Int } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { DateTime } from '../../graphql/scalars.ts';
import type { SurveyKind } from './definition.ts';
import { SurveyDefinitionInput } from './definition.input.ts';
import { SurveyKindEnum, SurveyState } from './survey-enums.ts';

const NAME = 'For people of the organization; at most 200 characters.';
const ANONYMOUS = 'Whether somebody whom nobody invited may answer, by a public link.';
const ALERT =
  'A score up to here, on the scale of the survey, raises an alert. Null: a negative one does, of an NPS 0 to 6.';
const ENDS = 'From then on no answer is taken; in the future. Null: it does not end.';

@InputType({ description: 'Conditions that hold together; an empty list matches nothing.' })
export class SurveyFilter {
  @Field(() => [SurveyKindEnum], { nullable: true })
  kinds?: SurveyKind[] | null;

  @Field(() => [SurveyState], { nullable: true })
  states?: SurveyState[] | null;
}

@InputType()
export class CreateSurveyInput {
  @Field(() => String, {
    description:
      'How programs and links name it: 1 to 63 lower case letters, digits and hyphens; unique. It never changes.',
  })
  key!: string;

  @Field(() => String, { description: NAME })
  name!: string;

  @Field(() => SurveyKindEnum, { description: 'What it measures; it never changes.' })
  kind!: SurveyKind;

  @Field(() => Boolean, { defaultValue: false, description: ANONYMOUS })
  anonymous?: boolean;

  @Field(() => Int, { nullable: true, description: ALERT })
  alertAtMost?: number | null;

  @Field(() => DateTime, { nullable: true, description: ENDS })
  endsAt?: Date | null;

  @Field(() => SurveyDefinitionInput, { description: 'Its first draft.' })
  definition!: SurveyDefinitionInput;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({
  description:
    'What is not given stays as it is. What is given holds at once, but for the definition: that is the draft, until it is published.',
})
export class UpdateSurveyInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: NAME })
  name?: string | null;

  @Field(() => Boolean, { nullable: true, description: ANONYMOUS })
  anonymous?: boolean | null;

  @Field(() => Int, { nullable: true, description: ALERT })
  alertAtMost?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: `${ENDS} A survey that was closed takes answers again.`,
  })
  endsAt?: Date | null;

  @Field(() => SurveyDefinitionInput, {
    nullable: true,
    description: 'The whole of the draft; a new one is begun where there is none.',
  })
  definition?: SurveyDefinitionInput | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which survey.' })
export class SurveyInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
