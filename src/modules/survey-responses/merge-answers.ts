import {
  invalidValue,
  limitExceeded,
  refused,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import {
  type Answers,
  type AnswerValue,
  checkAnswer,
  isGiven,
  missingAnswers,
  reachedQuestions,
  type SurveyDefinition,
} from '../surveys/index.ts';

/** An answer as it comes in. */
export interface GivenAnswer extends AnswerValue {
  readonly questionKey: string;
}

/** What stands when what comes in has joined what was saved. */
export interface Merged {
  readonly answers: Answers;
  /** Those that are new or other than before. */
  readonly changed: Answers;
  /** Keys of saved answers that the new ones lead past. */
  readonly dropped: readonly string[];
  readonly errors: readonly UserErrorData[];
}

/** More questions than any survey that somebody answers to the end. */
const MOST_ANSWERS = 100;

/**
 * Joins answers with those that were saved. What the answers do not lead to any more is dropped: a
 * respondent who goes back and answers otherwise has not said it.
 */
export function mergeAnswers(
  definition: SurveyDefinition,
  saved: Answers,
  given: readonly GivenAnswer[],
): Merged {
  if (given.length > MOST_ANSWERS) {
    const message = `${given.length} answers are too many: at most ${MOST_ANSWERS} are taken at once.`;
    const errors = [limitExceeded(['answers'], message, MOST_ANSWERS)];
    return { answers: saved, changed: new Map(), dropped: [], errors };
  }
  const changed = new Map<string, AnswerValue>();
  const errors: UserErrorData[] = [];
  given.forEach((answer, index) => {
    const path = ['answers', String(index)];
    const found = problemsOf(definition, changed, answer, path);
    if (found.length > 0) errors.push(...found);
    else changed.set(answer.questionKey, valueOf(answer));
  });
  const all = new Map([...saved, ...changed]);
  const reached = new Set(reachedQuestions(definition, all).map(({ key }) => key));
  if (errors.length === 0) errors.push(...unreached(given, reached));
  return {
    answers: new Map([...all].filter(([key]) => reached.has(key))),
    changed,
    dropped: [...saved.keys()].filter((key) => !reached.has(key)),
    errors,
  };
}

/** What is still to be answered before the answers are complete. */
export function missingErrors(definition: SurveyDefinition, answers: Answers): UserErrorData[] {
  return missingAnswers(definition, answers).map(({ key }) =>
    invalidValue(['answers'], `Question "${key}" has to be answered.`),
  );
}

function problemsOf(
  { questions }: SurveyDefinition,
  earlier: ReadonlyMap<string, AnswerValue>,
  { questionKey, ...value }: GivenAnswer,
  path: readonly string[],
): UserErrorData[] {
  const question = questions.find(({ key }) => key === questionKey);
  if (question === undefined) {
    const message = 'This survey has no such question; `allowed` lists what it has.';
    return [
      invalidValue(
        [...path, 'questionKey'],
        message,
        questions.map(({ key }) => key),
      ),
    ];
  }
  if (earlier.has(questionKey)) {
    const message = `Question "${questionKey}" is answered twice: answer it once.`;
    return [invalidValue([...path, 'questionKey'], message)];
  }
  return checkAnswer(question, value).map((error) => ({
    ...error,
    path: [...path, ...error.path],
  }));
}

function unreached(given: readonly GivenAnswer[], reached: ReadonlySet<string>): UserErrorData[] {
  return given.flatMap(({ questionKey }, index) => {
    if (reached.has(questionKey)) return [];
    const message = `Question "${questionKey}" is not asked after these answers: leave it out.`;
    return [refused('INVALID_STATE', ['answers', String(index), 'questionKey'], message)];
  });
}

/** Only what was given; nothing of it where the question was passed over. */
function valueOf({ number, choices, text }: GivenAnswer): AnswerValue {
  if (!isGiven({ number, choices, text })) return {};
  if (number != null) return { number };
  return choices != null && choices.length > 0 ? { choices } : { text: (text ?? '').trim() };
}
