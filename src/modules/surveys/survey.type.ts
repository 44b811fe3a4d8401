import { Field, Int, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';
import type { SurveyKind } from './definition.ts';
import { SurveyDefinition } from './definition.type.ts';
import { CheckSeverity, SurveyCheckCode } from './findings.ts';
import { SurveyKindEnum, SurveyState } from './survey-enums.ts';

registerEnumType(SurveyCheckCode, {
  name: 'SurveyCheckCode',
  description: 'What a survey is looked at for.',
  valuesConfig: {
    QUESTIONS: { description: 'Each question has a key of its own, and what its kind needs.' },
    SCORED_QUESTION: {
      description: 'The first question with a scale fits what the survey measures.',
    },
    BRANCHES: { description: 'Conditions look back, and each question can be reached.' },
    TRANSLATIONS: { description: 'Each text is there in each language of the survey.' },
    THANK_YOU_PAGES: {
      description: 'Everybody is thanked, and each page has somebody who sees it.',
    },
    REVIEW_INVITATION: {
      description: 'Everybody is invited to write a public review, or nobody (16 CFR Part 465).',
    },
    COMPARABILITY: {
      description: 'What was asked before under the same key, or scored, is asked the same way.',
    },
    OPEN_QUESTION: { description: 'There is a question that is answered in own words.' },
    LENGTH: { description: 'There are at most ten questions.' },
    SENDER: { description: 'Mail to the address of the sender was shown to be read.' },
    AUDIENCE: { description: 'There are customers whom it can be sent to.' },
  },
});
registerEnumType(CheckSeverity, {
  name: 'SurveyCheckSeverity',
  description: 'How much a check matters.',
  valuesConfig: {
    ERROR: { description: 'The survey cannot be published or sent before it is passed.' },
    WARNING: { description: 'It can, and answers will be fewer or say less.' },
  },
});

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'One thing that a survey is looked at for, and how it stands.' })
export class SurveyCheck {
  @Field(() => SurveyCheckCode)
  code!: SurveyCheckCode;

  @Field(() => CheckSeverity, { description: 'How much it matters.' })
  severity!: CheckSeverity;

  @Field(() => Boolean, { description: 'Whether all is well.' })
  passed!: boolean;

  @Field(() => String, { description: 'For a person: how it stands, and why that matters.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'What to do about it; null where passed.' })
  action!: string | null;

  @Field(() => [String], {
    description:
      'Where in the definition, such as ["questions", "0", "text"]; empty for the whole.',
  })
  path!: string[];
}

@RequiresScope('surveys:read')
@PlainObjectType({
  description:
    'What is to be seen to before a survey is sent for the first time: of its draft, or else of its published version.',
})
export class SurveyReadiness {
  @Field(() => Boolean, { description: 'Whether each check of severity ERROR is passed.' })
  ready!: boolean;

  @Field(() => [SurveyCheck], { description: 'One for each code, in a fixed order.' })
  checks!: SurveyCheck[];
}

@RequiresScope('surveys:read')
@PlainObjectType({
  implements: Node,
  description:
    'What a survey asks from one publication to the next. A published one never changes.',
})
export class SurveyVersion extends Node {
  @Field(() => Int, { description: 'From 1, in the order in which they were begun.' })
  number!: number;

  @Field(() => Int, { description: 'How many questions it has, branches included.' })
  questionCount!: number;

  @Field(() => SurveyDefinition, { description: 'What it asks.' })
  definition!: SurveyDefinition;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Null: it is the draft.' })
  publishedAt!: Date | null;
}

@RequiresScope('surveys:read')
@PlainObjectType({
  implements: Node,
  description:
    'What is asked in private. What it asks is in its versions; what stands here holds for all of them.',
})
export class Survey extends Node {
  @Field(() => String, {
    description: 'For people of the organization; respondents do not see it.',
  })
  name!: string;

  @Field(() => SurveyKindEnum, { description: 'What it measures; it never changes.' })
  kind!: SurveyKind;

  @Field(() => SurveyState)
  state!: SurveyState;

  @Field(() => Boolean, {
    description: 'Whether somebody whom nobody invited may answer, by a public link.',
  })
  anonymous!: boolean;

  @Field(() => Int, {
    nullable: true,
    description:
      'A score up to here, on the scale of the survey, raises an alert. Null: a negative one does, of an NPS 0 to 6.',
  })
  alertAtMost!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'From then on no answer is taken.' })
  endsAt!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const SurveyConnection = connectionType('Survey', () => Survey, 'surveys:read');
export const SurveyVersionConnection = connectionType(
  'SurveyVersion',
  () => SurveyVersion,
  'surveys:read',
);

@PlainObjectType({ description: 'What became of a mutation on a survey.' })
export class SurveyPayload {
  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'What was published, or why it was not.' })
export class PublishSurveyPayload {
  @Field(() => [SurveyCheck], { description: 'What should be thought about all the same.' })
  warnings!: SurveyCheck[];

  @Field(() => [UserError], {
    description: 'Why it was refused; paths are within the draft’s definition.',
  })
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'Which survey was deleted, or why none was.' })
export class DeleteSurveyPayload {
  @Field(() => [UserError])
  userErrors!: UserError[];
}
