import { Field, Float, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { AtMost } from '../../graphql/input-bounds.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { ContactChannel, NpsSegment } from '../customers/index.ts';
import { Sentiment } from '../reviews/index.ts';
import { type SurveyScale, SurveyScaleEnum } from '../surveys/index.ts';

export const SurveyResponseState = { PARTIAL: 'PARTIAL', COMPLETED: 'COMPLETED' } as const;
export type SurveyResponseState = keyof typeof SurveyResponseState;

registerEnumType(SurveyResponseState, {
  name: 'SurveyResponseState',
  description: 'Whether a respondent has come to the end.',
  valuesConfig: {
    PARTIAL: {
      description: 'Begun; the respondent can go on. It counts in no measure but completion.',
    },
    COMPLETED: { description: 'Answered to the end; it stays as it is.' },
  },
});

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'What was answered to one question.' })
export class SurveyAnswer {
  @Field(() => String, { description: 'The question of the version that was answered.' })
  questionKey!: string;

  @Field(() => Float, { nullable: true, description: 'On the scale of the question.' })
  number!: number | null;

  @Field(() => [String], { description: 'Keys of what was chosen.' })
  choices!: string[];

  @Field(() => String, { nullable: true, description: 'In the words of the respondent.' })
  text!: string | null;

  @Field(() => DateTime, { description: 'When it was last answered.' })
  answeredAt!: Date;
}

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'A parameter of the link that was followed.' })
export class SurveyResponseParam {
  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'As it stood in the invitation.' })
  value!: string;
}

@RequiresScope('surveys:read')
@PlainObjectType({
  implements: Node,
  description: 'What somebody answered to a survey. Internal: no storefront sees it.',
})
export class SurveyResponse extends Node {
  @Field(() => Int, { description: 'The version of the survey that was answered.' })
  versionNumber!: number;

  @Field(() => ContactChannel, { description: 'Over which it was asked.' })
  channel!: ContactChannel;

  @Field(() => String, { nullable: true, description: 'What the respondent had just done.' })
  touchpoint!: string | null;

  @Field(() => String, { description: 'In which it was answered: a BCP 47 tag.' })
  locale!: string;

  @Field(() => [SurveyResponseParam], {
    description: 'Parameters of the link, such as the campaign, the order or the table.',
  })
  params!: SurveyResponseParam[];

  @Field(() => SurveyResponseState)
  state!: SurveyResponseState;

  @Field(() => SurveyScaleEnum, {
    nullable: true,
    description: 'Of the score; null while partial, and where no question has a scale.',
  })
  scale!: SurveyScale | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'The answer to the first question with a scale, on that scale; null while partial.',
  })
  score!: number | null;

  @Field(() => NpsSegment, { nullable: true, description: 'Of surveys of kind NPS.' })
  segment!: NpsSegment | null;

  @Field(() => Sentiment, {
    nullable: true,
    description:
      'Of an NPS by its segment; else of (score − min) ÷ (max − min): NEGATIVE up to 0.25, POSITIVE from 0.75.',
  })
  sentiment!: Sentiment | null;

  @Field(() => String, {
    nullable: true,
    description: 'The key of the thank-you page that was shown; null while partial.',
  })
  outcome!: string | null;

  @Field(() => DateTime, { description: 'When the first answer was saved.' })
  startedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Null while partial.' })
  completedAt!: Date | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Seconds from the first sending of the invitation to the completion; null where nothing was sent.',
  })
  responseSeconds!: number | null;
}

export const SurveyResponseConnection = connectionType(
  'SurveyResponse',
  () => SurveyResponse,
  'surveys:read',
);

@InputType({ description: 'A parameter of the link, to the letter.' })
export class SurveyResponseParamFilter {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  value!: string;
}

const MOST_PARAMS = 10;

@InputType({ description: 'All that is given must hold.' })
export class SurveyResponseFilter {
  @Field(() => SurveyResponseState, { nullable: true })
  state?: SurveyResponseState | null;

  @Field(() => [NpsSegment], { nullable: true, description: 'Any of them.' })
  segments?: NpsSegment[] | null;

  @Field(() => [Sentiment], { nullable: true, description: 'Any of them.' })
  sentiments?: Sentiment[] | null;

  @AtMost(MOST_PARAMS)
  @Field(() => [SurveyResponseParamFilter], {
    nullable: true,
    description: `All of them; at most ${MOST_PARAMS}.`,
  })
  params?: SurveyResponseParamFilter[] | null;

  @Field(() => [ContactChannel], { nullable: true, description: 'Any of them.' })
  channels?: ContactChannel[] | null;

  @Field(() => [String], { nullable: true, description: 'Any of them, to the letter.' })
  touchpoints?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Any of them.' })
  locationIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Any of them.' })
  productIds?: string[] | null;

  @Field(() => [Int], { nullable: true, description: 'Any of them.' })
  versionNumbers?: number[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Then or later.' })
  completedAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Before then.' })
  completedBefore?: Date | null;
}
