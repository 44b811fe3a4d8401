import { Field, Float, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { Locale } from '../../graphql/scalars.ts';

@InputType({
  description:
    'An answer to one question: the part that its kind takes. Without any, a question that is not required is passed over.',
})
export class SurveyAnswerInput {
  @Field(() => String, { description: 'The `key` of a question that is asked.' })
  questionKey!: string;

  @Field(() => Float, { nullable: true, description: 'Of SCALE: a whole number of its scale.' })
  number?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Of SINGLE_CHOICE, MULTIPLE_CHOICE and DEMOGRAPHIC: keys of choices.',
  })
  choices?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Of TEXT: at most 5,000 characters.' })
  text?: string | null;
}

@InputType()
export class SubmitSurveyResponseInput {
  @Field(() => String, {
    description: 'Of the link, behind its last slash. Whoever has it may answer.',
  })
  token!: string;

  @Field(() => [SurveyAnswerInput], {
    description:
      'Some or all; those that were saved before stay, and are replaced where they come again. Questions that the answers lead past are dropped.',
  })
  answers!: SurveyAnswerInput[];

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description:
      'Whether that is all: then every required question that is asked has to have its answer. `false` saves, to be gone on with.',
  })
  complete?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      'For whoever asks one question after the other: completes where nothing is left to ask, and saves where something is, whatever `complete` says.',
  })
  completeWhenDone?: boolean | null;

  @Field(() => Locale, {
    nullable: true,
    description: 'In which it is answered; without it, as the respondent was asked.',
  })
  locale?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
