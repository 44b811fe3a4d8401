import type { Opened, respondentView } from './modules/survey-responses/index.ts';
import { type AnswerValue, type Question, scoredQuestion } from './modules/surveys/index.ts';
import type { AnswerError, PageQuestion } from './pages/survey/question-form.ts';

type View = ReturnType<typeof respondentView>;
type ViewedQuestion = View['questions'][number];

/** An answer as a form gives it. */
export type FormAnswer = AnswerValue & { readonly questionKey: string };

/** Which question is shown, and with what in it. */
export interface QuestionToShow {
  readonly view: View;
  /** A key; null: the next one. */
  readonly wanted: string | null;
  /** By one click in a mail, of the question that gives the score. */
  readonly preselected?: string | null;
  /** What was just sent, where it was refused. */
  readonly given?: FormAnswer;
  readonly error?: AnswerError;
}

/** The question of a page; null where a survey has none to show. */
export function pageQuestion(
  { survey, begun }: Opened,
  show: QuestionToShow,
): Omit<PageQuestion, 'once'> | null {
  if (survey === null) return null;
  const { questions } = survey.definition;
  const { view, wanted, given } = show;
  const scored = scoredQuestion(survey.definition);
  const score = scored === null ? null : scoreIn(show.preselected, scored, view);
  const asked = view.questions.filter((question) => question.asked);
  const question =
    asked.find(({ key }) => key === (wanted ?? (score === null ? null : scored?.key))) ??
    asked.find(({ key }) => key === view.nextQuestionKey) ??
    asked.at(-1);
  if (question === undefined) return null;
  const saved = given ?? begun?.answers.get(question.key) ?? {};
  const isScored = score !== null && question.key === scored?.key;
  return {
    ...question,
    given: {
      number: isScored ? score : (saved.number ?? null),
      choices: saved.choices ?? [],
      text: saved.text ?? '',
    },
    error: show.error ?? null,
    isLast: !canBeFollowed(question, view, questions),
    back: asked[asked.indexOf(question) - 1]?.key ?? null,
  };
}

/** A score that a link brings along, where the scale has it. */
function scoreIn(
  text: string | null | undefined,
  { key }: Question,
  { questions }: View,
): number | null {
  const scale = questions.find((question) => question.key === key)?.scale;
  if (text == null || !/^\d{1,2}$/.test(text) || scale == null) return null;
  const score = Number(text);
  return score >= scale.min && score <= scale.max ? score : null;
}

/** Whether something is left behind this question, or its answer may open something. */
function canBeFollowed(
  { key }: ViewedQuestion,
  { questions: viewed }: View,
  questions: readonly Question[],
): boolean {
  const at = questions.findIndex((question) => question.key === key);
  return questions.slice(at + 1).some(({ key: later, showIf }) => {
    const view = viewed.find((question) => question.key === later);
    const isLeft = view !== undefined && view.asked && !view.answered;
    return isLeft || (showIf ?? []).some(({ question }) => question === key);
  });
}

/** The answer in a form; null where it is to no question of the survey. */
export function readAnswer({ survey }: Opened, form: URLSearchParams): FormAnswer | null {
  const questionKey = form.get('question');
  const question = survey?.definition.questions.find(({ key }) => key === questionKey);
  if (question === undefined) return null;
  const answer = { questionKey: question.key };
  if (form.has('skip')) return answer;
  if (question.kind === 'SCALE') {
    const number = form.get('number') ?? '';
    return number === '' ? answer : { ...answer, number: Number(number) };
  }
  if (question.kind === 'TEXT') {
    const text = form.get('text') ?? '';
    // Forms send line ends as they do in mail.
    return text.trim() === '' ? answer : { ...answer, text: text.replaceAll('\r\n', '\n') };
  }
  return { ...answer, choices: form.getAll('choices') };
}
