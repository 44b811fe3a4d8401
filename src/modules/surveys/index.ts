/** What other modules and the commands may use of surveys. */
export { type Answers, type AnswerValue, checkAnswer, isGiven, LONGEST_ANSWER } from './answers.ts';
export { missingAnswers, nextQuestion, outcomeOf, reachedQuestions } from './branches.ts';
export * from './definition.ts';
export { resolveLocale, textIn } from './locales.ts';
export {
  type AnswerSentiment,
  isAlert,
  NPS_SEGMENTS,
  type NpsSegment,
  type Scored,
  scoredQuestion,
  scoreOf,
} from './score.ts';
