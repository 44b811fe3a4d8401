import { Field, InputType, Int } from 'type-graphql';
import { Locale } from '../../graphql/scalars.ts';
import type { QuestionKind, SurveyScale } from './definition.ts';
import { QuestionKindEnum, SurveyScaleEnum } from './survey-enums.ts';

const KEY = '1 to 63 letters, digits, hyphens and underscores.';
const SHOW_IF = 'At most 20 conditions, on questions before it.';

@InputType({ description: 'A text in one language.' })
export class LocalizedTextInput {
  @Field(() => Locale, { description: 'One of the locales of the definition.' })
  locale!: string;

  @Field(() => String)
  text!: string;
}

@InputType({ description: 'One of the answers that a question offers.' })
export class SurveyChoiceInput {
  @Field(() => String, { description: KEY })
  key!: string;

  @Field(() => [LocalizedTextInput], { description: 'At most 200 characters each.' })
  label!: LocalizedTextInput[];
}

@InputType({ description: 'An answer that leads somewhere: all that is given must hold.' })
export class SurveyConditionInput {
  @Field(() => String, { description: 'The key of a question that is asked before.' })
  question!: string;

  @Field(() => Int, { nullable: true, description: 'Of a SCALE, on its own scale.' })
  atLeast?: number | null;

  @Field(() => Int, { nullable: true, description: 'Of a SCALE, on its own scale.' })
  atMost?: number | null;

  @Field(() => [String], { nullable: true, description: 'Any of these choices was chosen.' })
  choices?: string[] | null;
}

@InputType({ description: 'What is asked, in all languages of the definition.' })
export class SurveyQuestionInput {
  @Field(() => String, {
    description: `${KEY} The same in all versions: another question has another key.`,
  })
  key!: string;

  @Field(() => QuestionKindEnum)
  kind!: QuestionKind;

  @Field(() => [LocalizedTextInput], { description: 'At most 500 characters each.' })
  text!: LocalizedTextInput[];

  @Field(() => [LocalizedTextInput], {
    nullable: true,
    description: 'A line below the question; at most 1,000 characters each.',
  })
  help?: LocalizedTextInput[] | null;

  @Field(() => SurveyScaleEnum, { nullable: true, description: 'Of kind SCALE.' })
  scale?: SurveyScale | null;

  @Field(() => [LocalizedTextInput], {
    nullable: true,
    description: 'What the lowest number of the scale means; at most 200 characters each.',
  })
  lowLabel?: LocalizedTextInput[] | null;

  @Field(() => [LocalizedTextInput], {
    nullable: true,
    description: 'What the highest number of the scale means; at most 200 characters each.',
  })
  highLabel?: LocalizedTextInput[] | null;

  @Field(() => [SurveyChoiceInput], {
    nullable: true,
    description: 'Of SINGLE_CHOICE, MULTIPLE_CHOICE and DEMOGRAPHIC; at most 50.',
  })
  choices?: SurveyChoiceInput[] | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether it may not be passed over.' })
  required?: boolean;

  @Field(() => [SurveyConditionInput], {
    nullable: true,
    description: `It is asked where any holds; always where none are given. ${SHOW_IF}`,
  })
  showIf?: SurveyConditionInput[] | null;
}

@InputType({ description: 'What a respondent is thanked with, by what was answered.' })
export class SurveyThankYouPageInput {
  @Field(() => String, { description: KEY })
  key!: string;

  @Field(() => [LocalizedTextInput], { description: 'At most 200 characters each.' })
  title!: LocalizedTextInput[];

  @Field(() => [LocalizedTextInput], { description: 'At most 2,000 characters each.' })
  body!: LocalizedTextInput[];

  @Field(() => [SurveyConditionInput], {
    nullable: true,
    description: 'The first page of which any holds is shown. The last page has none.',
  })
  showIf?: SurveyConditionInput[] | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Invites to write a public review, at the address of the settings. On every page or on none: REVIEW_GATING_REFUSED otherwise.',
  })
  invitesReview?: boolean;
}

@InputType({ description: 'What a survey asks.' })
export class SurveyDefinitionInput {
  @Field(() => Locale, { description: 'One of `locales`.' })
  defaultLocale!: string;

  @Field(() => [Locale], { description: 'BCP 47 tags, such as nl, pt-BR; 1 to 30.' })
  locales!: string[];

  @Field(() => [SurveyQuestionInput], {
    description: 'In the order in which they are asked; at most 50.',
  })
  questions!: SurveyQuestionInput[];

  @Field(() => [SurveyThankYouPageInput], { description: 'At most 20.' })
  thankYouPages!: SurveyThankYouPageInput[];
}
