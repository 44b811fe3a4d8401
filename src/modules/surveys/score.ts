import type { Answers } from './answers.ts';
import { reachedQuestions } from './branches.ts';
import {
  SURVEY_SCALES,
  type SurveyDefinition,
  type SurveyKind,
  type SurveyScale,
  type Question,
} from './definition.ts';

/** The standard's words for a score of 0 to 10. */
export const NPS_SEGMENTS = ['PROMOTER', 'PASSIVE', 'DETRACTOR'] as const;
export type NpsSegment = (typeof NPS_SEGMENTS)[number];

export type AnswerSentiment = 'NEGATIVE' | 'NEUTRAL' | 'POSITIVE';

/** What the first question with a scale was answered, and what that says of the respondent. */
export interface Scored {
  readonly scale: SurveyScale;
  /** On that scale, as it was given. */
  readonly score: number;
  /** Of surveys of kind NPS. */
  readonly segment: NpsSegment | null;
  readonly sentiment: AnswerSentiment;
}

/** Of (score − min) ÷ (max − min), as the ratings of reviews are divided. */
const NEGATIVE_UNTIL = 0.25;
const POSITIVE_FROM = 0.75;

const SENTIMENT_OF: Readonly<Record<NpsSegment, AnswerSentiment>> = {
  PROMOTER: 'POSITIVE',
  PASSIVE: 'NEUTRAL',
  DETRACTOR: 'NEGATIVE',
};

/** The question whose answer is the score: the first of kind SCALE. */
export function scoredQuestion(definition: Pick<SurveyDefinition, 'questions'>): Question | null {
  return definition.questions.find(({ kind }) => kind === 'SCALE') ?? null;
}

/** Null where no question with a scale was answered. */
export function scoreOf(
  definition: SurveyDefinition,
  kind: SurveyKind,
  answers: Answers,
): Scored | null {
  const question = scoredQuestion(definition);
  const score = question === null ? null : (answers.get(question.key)?.number ?? null);
  if (question?.scale == null || score === null) return null;
  if (!reachedQuestions(definition, answers).includes(question)) return null;
  const { scale } = question;
  if (kind !== 'NPS') return { scale, score, segment: null, sentiment: sentimentOf(scale, score) };
  const segment = segmentOf(score);
  return { scale, score, segment, sentiment: SENTIMENT_OF[segment] };
}

function segmentOf(score: number): NpsSegment {
  if (score >= 9) return 'PROMOTER';
  return score >= 7 ? 'PASSIVE' : 'DETRACTOR';
}

function sentimentOf(scale: SurveyScale, score: number): AnswerSentiment {
  const { min, max } = SURVEY_SCALES[scale];
  const share = (score - min) / (max - min);
  if (share <= NEGATIVE_UNTIL) return 'NEGATIVE';
  return share >= POSITIVE_FROM ? 'POSITIVE' : 'NEUTRAL';
}

/**
 * Whether an answer is so bad that somebody is told at once: at most what the survey says, on its own
 * scale; where it says nothing, what is negative (of an NPS: 0 to 6).
 */
export function isAlert(
  survey: { readonly alertAtMost: number | null },
  { score, sentiment }: Pick<Scored, 'score' | 'sentiment'>,
): boolean {
  return survey.alertAtMost === null ? sentiment === 'NEGATIVE' : score <= survey.alertAtMost;
}
