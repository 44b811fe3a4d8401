import { registerEnumType } from 'type-graphql';
import {
  QUESTION_KINDS,
  type QuestionKind,
  SURVEY_KINDS,
  SURVEY_SCALES,
  type SurveyKind,
  type SurveyScale,
} from './definition.ts';

/** An enumeration of the schema, whose values are its names. */
function enumOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, Name>> {
  return Object.fromEntries(names.map((name) => [name, name])) as Record<Name, Name>;
}

export const SurveyKindEnum = enumOf<SurveyKind>(SURVEY_KINDS);
export const QuestionKindEnum = enumOf<QuestionKind>(QUESTION_KINDS);
export const SurveyScaleEnum = enumOf(Object.keys(SURVEY_SCALES) as SurveyScale[]);

/** How far a survey has come. */
export const SurveyState = { DRAFT: 'DRAFT', PUBLISHED: 'PUBLISHED', CLOSED: 'CLOSED' } as const;
export type SurveyState = keyof typeof SurveyState;

registerEnumType(SurveyKindEnum, {
  name: 'SurveyKind',
  description: 'What a survey measures.',
  valuesConfig: {
    NPS: { description: 'Net Promoter Score: how likely somebody recommends, 0 to 10.' },
    CSAT: { description: 'Customer satisfaction, on 1–3, 1–5, 1–7 or 1–10.' },
    CES: { description: 'Customer effort: how easy it was made, on 1–5 or 1–7.' },
    CUSTOM: { description: 'Anything else.' },
  },
});
registerEnumType(QuestionKindEnum, {
  name: 'QuestionKind',
  description: 'How a question is answered.',
  valuesConfig: {
    SCALE: { description: 'A whole number of its scale.' },
    SINGLE_CHOICE: { description: 'One of its choices.' },
    MULTIPLE_CHOICE: { description: 'Any of its choices.' },
    TEXT: { description: 'In own words, at most 5,000 characters.' },
    DEMOGRAPHIC: { description: 'One of its choices, which says something of the respondent.' },
  },
});
registerEnumType(SurveyScaleEnum, {
  name: 'SurveyScale',
  description: 'The whole numbers that a question of kind SCALE is answered with.',
  valuesConfig: {
    NPS_10: { description: '0 to 10; surveys of kind NPS, CUSTOM.' },
    POINTS_3: { description: '1 to 3; surveys of kind CSAT, CUSTOM.' },
    POINTS_5: { description: '1 to 5; surveys of kind CSAT, CES, CUSTOM.' },
    POINTS_7: { description: '1 to 7; surveys of kind CSAT, CES, CUSTOM.' },
    POINTS_10: { description: '1 to 10; surveys of kind CSAT, CUSTOM.' },
  },
});
registerEnumType(SurveyState, {
  name: 'SurveyState',
  description: 'How far a survey has come.',
  valuesConfig: {
    DRAFT: { description: 'Never published: nobody can answer it.' },
    PUBLISHED: { description: 'It takes answers.' },
    CLOSED: { description: 'Its end has passed: it takes no more answers.' },
  },
});
