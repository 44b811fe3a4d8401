import { Field, Int } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { Locale } from '../../graphql/scalars.ts';
import type { QuestionKind, SurveyScale } from './definition.ts';
import { QuestionKindEnum, SurveyScaleEnum } from './survey-enums.ts';

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'A text in one language.' })
export class LocalizedText {
  @Field(() => Locale)
  locale!: string;

  @Field(() => String)
  text!: string;
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'One of the answers that a question offers.' })
export class SurveyChoice {
  @Field(() => String, { description: 'How answers and conditions name it.' })
  key!: string;

  @Field(() => [LocalizedText], { description: 'What the respondent reads.' })
  label!: LocalizedText[];
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'An answer that leads somewhere: all that is set must hold.' })
export class SurveyCondition {
  @Field(() => String, { description: 'The key of the question that was answered.' })
  question!: string;

  @Field(() => Int, { nullable: true, description: 'Of a SCALE: this number or a higher one.' })
  atLeast!: number | null;

  @Field(() => Int, { nullable: true, description: 'Of a SCALE: this number or a lower one.' })
  atMost!: number | null;

  @Field(() => [String], { nullable: true, description: 'Any of these choices was chosen.' })
  choices!: string[] | null;
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'What is asked, in all its languages.' })
export class SurveyQuestion {
  @Field(() => String, {
    description: 'How answers name it, in all versions: another question has another key.',
  })
  key!: string;

  @Field(() => QuestionKindEnum)
  kind!: QuestionKind;

  @Field(() => [LocalizedText])
  text!: LocalizedText[];

  @Field(() => [LocalizedText], { description: 'A line below the question; may be empty.' })
  help!: LocalizedText[];

  @Field(() => SurveyScaleEnum, { nullable: true, description: 'Of kind SCALE.' })
  scale!: SurveyScale | null;

  @Field(() => [LocalizedText], { description: 'What the lowest number of the scale means.' })
  lowLabel!: LocalizedText[];

  @Field(() => [LocalizedText], { description: 'What the highest number of the scale means.' })
  highLabel!: LocalizedText[];

  @Field(() => [SurveyChoice], { description: 'In the order in which they are offered.' })
  choices!: SurveyChoice[];

  @Field(() => Boolean, { description: 'Whether it may not be passed over.' })
  required!: boolean;

  @Field(() => [SurveyCondition], {
    description: 'It is asked where any of these holds; always where there are none.',
  })
  showIf!: SurveyCondition[];
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'What a respondent is thanked with, by what was answered.' })
export class SurveyThankYouPage {
  @Field(() => String, { description: 'Its name within the survey.' })
  key!: string;

  @Field(() => [LocalizedText])
  title!: LocalizedText[];

  @Field(() => [LocalizedText])
  body!: LocalizedText[];

  @Field(() => [SurveyCondition], {
    description: 'The first page of which any holds is shown; one without conditions always is.',
  })
  showIf!: SurveyCondition[];

  @Field(() => Boolean, {
    description: 'Whether it invites to write a public review: all pages of a survey do, or none.',
  })
  invitesReview!: boolean;
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'What a version of a survey asks.' })
export class SurveyDefinition {
  @Field(() => Locale, { description: 'The language of those for whom there is no better one.' })
  defaultLocale!: string;

  @Field(() => [Locale], { description: 'BCP 47 tags of all its languages.' })
  locales!: string[];

  @Field(() => [SurveyQuestion], {
    description: 'In the order in which they are asked; the first of kind SCALE gives the score.',
  })
  questions!: SurveyQuestion[];

  @Field(() => [SurveyThankYouPage], { description: 'In the order in which they are looked at.' })
  thankYouPages!: SurveyThankYouPage[];
}
