import { checkText } from '../../graphql/text-checks.ts';
import { invalidValue, limitExceeded, type UserErrorData } from '../../graphql/user-error.ts';
import { type Question, SURVEY_SCALES } from './definition.ts';

/** What was answered to one question; which part is set follows from the question's kind. */
export interface AnswerValue {
  /** To a question of kind SCALE, on its own scale. */
  readonly number?: number | null | undefined;
  /** Keys of what was chosen; one, except of a MULTIPLE_CHOICE. */
  readonly choices?: readonly string[] | null | undefined;
  readonly text?: string | null | undefined;
}

/** By the key of the question. An answer in which nothing is set is a question passed over. */
export type Answers = ReadonlyMap<string, AnswerValue>;

/** Of one answer, in UTF-16 code units. */
export const LONGEST_ANSWER = 5_000;

type Part = 'number' | 'choices' | 'text';

/** Whether anything was said: a question that may be passed over has an answer without anything. */
export function isGiven(value: AnswerValue | undefined): value is AnswerValue {
  if (value === undefined) return false;
  return (
    value.number != null || (value.choices?.length ?? 0) > 0 || (value.text?.trim() ?? '') !== ''
  );
}

/** What is wrong with an answer to this question, if anything; paths begin at the answer. */
export function checkAnswer(question: Question, value: AnswerValue): UserErrorData[] {
  const part = partOf(question);
  const errors = (['number', 'choices', 'text'] as const)
    .filter((other) => other !== part && isSet(value, other))
    .map((other) => misplaced(question, other, part));
  if (errors.length > 0) return errors;
  if (!isGiven(value)) return question.required ? [missing(question, part)] : [];
  if (part === 'number') return checkNumber(question, value.number);
  if (part === 'choices') return checkChoices(question, value.choices ?? []);
  return checkText(value.text, ['text'], LONGEST_ANSWER);
}

function partOf({ kind }: Question): Part {
  if (kind === 'SCALE') return 'number';
  return kind === 'TEXT' ? 'text' : 'choices';
}

function isSet(value: AnswerValue, part: Part): boolean {
  const given = value[part];
  return given != null && (part !== 'choices' || (given as readonly string[]).length > 0);
}

function misplaced({ key, kind }: Question, given: Part, wanted: Part): UserErrorData {
  const message = `Question "${key}" is of kind ${kind}: give \`${wanted}\` and no \`${given}\`.`;
  return invalidValue([given], message, [wanted]);
}

function missing({ key }: Question, part: Part): UserErrorData {
  return invalidValue([part], `Question "${key}" has to be answered: give \`${part}\`.`);
}

function checkNumber(question: Question, number: number | null | undefined): UserErrorData[] {
  if (question.scale == null) throw new Error(`Question "${question.key}" has no scale`);
  const { min, max } = SURVEY_SCALES[question.scale];
  if (number != null && Number.isInteger(number) && number >= min && number <= max) return [];
  const message = `${number} is no answer to "${question.key}": its scale has the whole numbers from ${min} to ${max}.`;
  return [invalidValue(['number'], message, [`${min}..${max}`])];
}

function checkChoices(question: Question, chosen: readonly string[]): UserErrorData[] {
  const keys = (question.choices ?? []).map(({ key }) => key);
  const most = question.kind === 'MULTIPLE_CHOICE' ? keys.length : 1;
  if (chosen.length > most) {
    const message = `${chosen.length} choices are too many for "${question.key}": at most ${most}.`;
    return [limitExceeded(['choices'], message, most)];
  }
  return chosen.flatMap((key, index) => {
    const path = ['choices', String(index)];
    if (!keys.includes(key)) {
      const message = `Question "${question.key}" has no such choice; \`allowed\` lists what it has.`;
      return [invalidValue(path, message, keys)];
    }
    return chosen.indexOf(key) === index
      ? []
      : [invalidValue(path, `"${key}" is chosen twice: choose it once.`)];
  });
}
