import { Field, Int, registerEnumType } from 'type-graphql';
import { PlainObjectType, Storefront } from '../../graphql/access.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';
import {
  type QuestionKind,
  QuestionKindEnum,
  type SurveyKind,
  SurveyKindEnum,
} from '../surveys/index.ts';
import { InvitationState } from './invitation-state.ts';

registerEnumType(InvitationState, {
  name: 'InvitationState',
  description: 'Whether an invitation can be answered.',
  valuesConfig: {
    OPEN: { description: 'It can; what was begun can be gone on with.' },
    ANSWERED: { description: 'It was. Completed answers stay as they are.' },
    EXPIRED: { description: 'Its time is over.' },
    CLOSED: { description: 'The survey takes no more answers.' },
    REVOKED: { description: 'It was withdrawn.' },
  },
});

@PlainObjectType({ description: 'The steps of a scale, whole numbers, and what its ends mean.' })
export class InvitationScale {
  @Storefront()
  @Field(() => Int, { description: 'The lowest step.' })
  min!: number;

  @Storefront()
  @Field(() => Int, { description: 'The highest step.' })
  max!: number;

  @Storefront()
  @Field(() => String, { nullable: true, description: 'What the lowest step means.' })
  lowLabel!: string | null;

  @Storefront()
  @Field(() => String, { nullable: true, description: 'What the highest step means.' })
  highLabel!: string | null;
}

@PlainObjectType({ description: 'One of the answers that can be chosen.' })
export class InvitationChoice {
  @Storefront()
  @Field(() => String, { description: 'What `choices` of an answer takes.' })
  key!: string;

  @Storefront()
  @Field(() => String, { description: 'What the respondent reads.' })
  label!: string;
}

@PlainObjectType({ description: 'A question as the respondent is asked it, in one language.' })
export class InvitationQuestion {
  @Storefront()
  @Field(() => String, { description: 'What `questionKey` of an answer takes.' })
  key!: string;

  @Storefront()
  @Field(() => QuestionKindEnum, {
    description: 'SCALE takes `number`, TEXT takes `text`, the others `choices`.',
  })
  kind!: QuestionKind;

  @Storefront()
  @Field(() => String)
  text!: string;

  @Storefront()
  @Field(() => String, { nullable: true, description: 'A line below the question.' })
  help!: string | null;

  @Storefront()
  @Field(() => InvitationScale, { nullable: true, description: 'Of kind SCALE.' })
  scale!: InvitationScale | null;

  @Storefront()
  @Field(() => [InvitationChoice], { description: 'In their order; empty where none are offered.' })
  choices!: InvitationChoice[];

  @Storefront()
  @Field(() => Boolean, { description: 'Whether it may not be passed over.' })
  required!: boolean;

  @Storefront()
  @Field(() => Boolean, { description: 'Whether the answers so far lead to it.' })
  asked!: boolean;

  @Storefront()
  @Field(() => Boolean, {
    description:
      'Whether it was answered, or passed over. What was answered is not told: a link can be passed on.',
  })
  answered!: boolean;
}

@PlainObjectType({ description: 'What the respondent is thanked with.' })
export class InvitationThankYouPage {
  @Storefront()
  @Field(() => String)
  title!: string;

  @Storefront()
  @Field(() => String)
  body!: string;

  @Storefront()
  @Field(() => String, {
    nullable: true,
    description:
      'Where the organization asks for a public review: the same for every respondent, whatever was answered. Null where it does not.',
  })
  reviewUrl!: string | null;
}

@PlainObjectType({
  description:
    'What a token invites to, for the respondent alone: it says nothing of the person who was invited but the language.',
})
export class Invitation {
  @Storefront()
  @Field(() => InvitationState, { description: 'Only an open one has questions.' })
  state!: InvitationState;

  @Storefront()
  @Field(() => String, { description: 'Who asks.' })
  organizationName!: string;

  @Storefront()
  @Field(() => String, {
    nullable: true,
    description: 'The name of the survey; null where a public review is asked for.',
  })
  title!: string | null;

  @Storefront()
  @Field(() => SurveyKindEnum, {
    nullable: true,
    description: 'Of the survey; null where a public review is asked for.',
  })
  kind!: SurveyKind | null;

  @Storefront()
  @Field(() => String, { description: 'In which the texts are: a BCP 47 tag of `locales`.' })
  locale!: string;

  @Storefront()
  @Field(() => [String], { description: 'In which the survey can be answered.' })
  locales!: string[];

  @Storefront()
  @Field(() => DateTime, { nullable: true, description: 'When it expires; null: it does not.' })
  expiresAt!: Date | null;

  @Storefront()
  @Field(() => [InvitationQuestion], {
    description: 'All questions of the survey in their order; empty where it is not open.',
  })
  questions!: InvitationQuestion[];

  @Storefront()
  @Field(() => String, {
    nullable: true,
    description: 'The first question that is asked and not answered; null where none is left.',
  })
  nextQuestionKey!: string | null;

  @Storefront()
  @Field(() => InvitationThankYouPage, {
    nullable: true,
    description: 'Once it was answered completely.',
  })
  thankYouPage!: InvitationThankYouPage | null;

  @Storefront()
  @Field(() => String, {
    nullable: true,
    description: 'Where the review is written, where one is asked for.',
  })
  reviewUrl!: string | null;
}

@PlainObjectType({ description: 'What became of the answers that were sent.' })
export class SubmitSurveyResponsePayload {
  @Storefront()
  @Field(() => Invitation, {
    nullable: true,
    description: 'As it is now, also where the answers were refused; null for an unknown token.',
  })
  invitation!: Invitation | null;

  @Storefront()
  @Field(() => [UserError], { description: 'Why they were refused; nothing is saved then.' })
  userErrors!: UserError[];
}
