/** What other modules and the commands may use of surveys. */
export { type Answers, type AnswerValue, checkAnswer, isGiven, LONGEST_ANSWER } from './answers.ts';
export { missingAnswers, nextQuestion, outcomeOf, reachedQuestions } from './branches.ts';
export * from './definition.ts';
export {
  type LoadedSurvey,
  type LoadedVersion,
  loadVersion,
  publishedVersion,
  surveyIdByKey,
} from './load-version.ts';
export { canonicalLocale, resolveLocale, textIn } from './locales.ts';
export {
  type AnswerSentiment,
  isAlert,
  NPS_SEGMENTS,
  type NpsSegment,
  type Scored,
  scoredQuestion,
  scoreOf,
} from './score.ts';
export { DEFAULT_SURVEY_SETTINGS, type SurveySettings, surveySettings } from './survey-settings.ts';
export { type HasAudience, surveyReadiness } from './readiness.ts';
export { REVIEW_GATING_RULE, reviewGatingRefused } from './review-gating.ts';
export { QuestionKindEnum, SurveyKindEnum, SurveyScaleEnum, SurveyState } from './survey-enums.ts';
export { recordGating } from './survey-unit.ts';
export {
  chosenSurvey,
  surveyBy,
  type SurveyChoice,
  surveyNoun,
  surveyVersionNoun,
} from './survey.reads.ts';
export { Survey, SurveyReadiness, SurveyVersion } from './survey.type.ts';
