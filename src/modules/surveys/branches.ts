import { type Answers, type AnswerValue, isGiven } from './answers.ts';
import type { Condition, Question, SurveyDefinition, ThankYouPage } from './definition.ts';

/**
 * The questions that these answers lead to, in their order; those after an unanswered one that only
 * its answer can open are not among them yet. An answer to a question that is not reached opens
 * nothing: whoever goes back and answers otherwise leaves such answers behind.
 */
export function reachedQuestions(definition: SurveyDefinition, answers: Answers): Question[] {
  return walk(definition, answers).reached;
}

/** What is asked next; null: nothing is left to ask. Answers of which nothing is set count as answered. */
export function nextQuestion(definition: SurveyDefinition, answers: Answers): Question | null {
  return reachedQuestions(definition, answers).find(({ key }) => !answers.has(key)) ?? null;
}

/** The questions that still have to be answered before the answers are complete. */
export function missingAnswers(definition: SurveyDefinition, answers: Answers): Question[] {
  return reachedQuestions(definition, answers).filter(
    ({ key, required }) => required && !isGiven(answers.get(key)),
  );
}

/** The page that whoever gave these answers is thanked with. */
export function outcomeOf(definition: SurveyDefinition, answers: Answers): ThankYouPage {
  const { counted } = walk(definition, answers);
  const page = definition.thankYouPages.find(({ showIf }) => holdsAny(showIf, counted));
  if (page === undefined) throw new Error('A survey without a thank-you page for every outcome');
  return page;
}

interface Walk {
  readonly reached: Question[];
  /** The answers to these. */
  readonly counted: Answers;
}

function walk(definition: SurveyDefinition, answers: Answers): Walk {
  const reached: Question[] = [];
  const counted = new Map<string, AnswerValue>();
  for (const question of definition.questions) {
    if (!holdsAny(question.showIf, counted)) continue;
    reached.push(question);
    const answer = answers.get(question.key);
    if (answer !== undefined) counted.set(question.key, answer);
  }
  return { reached, counted };
}

function holdsAny(conditions: readonly Condition[] | null | undefined, answers: Answers): boolean {
  if (conditions == null || conditions.length === 0) return true;
  return conditions.some((condition) => holds(condition, answers));
}

function holds({ question, atLeast, atMost, choices }: Condition, answers: Answers): boolean {
  const answer = answers.get(question);
  if (!isGiven(answer)) return false;
  const number = answer.number ?? null;
  if (atLeast != null && (number === null || number < atLeast)) return false;
  if (atMost != null && (number === null || number > atMost)) return false;
  return choices == null || choices.some((key) => answer.choices?.includes(key));
}
