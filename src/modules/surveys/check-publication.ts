import { checkBranches } from './check-branches.ts';
import { checkThankYouPages } from './check-pages.ts';
import {
  type Question,
  SURVEY_SCALES,
  type SurveyDefinition,
  type SurveyKind,
  type SurveyScale,
} from './definition.ts';
import { type Finding, finding } from './findings.ts';
import { checkReviewGating } from './review-gating.ts';
import { scoredQuestion } from './score.ts';
import { checkTranslations } from './check-translations.ts';

/** With more, fewer people come to the end. */
const COMFORTABLE_LENGTH = 10;

export interface PublicationSubject {
  readonly kind: SurveyKind;
  readonly alertAtMost: number | null;
  readonly definition: SurveyDefinition;
  /** Questions of all versions that were published before. */
  readonly asked: readonly AskedQuestion[];
  /** The scale of the scores that there may be already; null: none. */
  readonly scoredOn: SurveyScale | null;
}

/** A question as answers to it were given, in some published version. */
export interface AskedQuestion {
  readonly key: string;
  readonly kind: string;
  readonly scale: string | null;
}

/** Everything that keeps a draft from being published, and what should be thought about. */
export function checkPublication(subject: PublicationSubject): readonly Finding[] {
  const { definition } = subject;
  const branches = checkBranches(definition);
  return [
    ...checkQuestions(definition),
    ...checkScored(subject),
    ...branches.findings,
    ...checkTranslations(definition),
    ...checkThankYouPages(definition, branches.reachable),
    ...checkReviewGating(definition, []).map(({ path, message }) =>
      finding('REVIEW_INVITATION', path, message, 'Invite everybody, or nobody.'),
    ),
    ...checkComparability(subject),
    ...adviceOn(definition),
  ];
}

function checkQuestions({ questions, thankYouPages }: SurveyDefinition): Finding[] {
  if (questions.length === 0) {
    return [finding('QUESTIONS', ['questions'], 'There is no question.', 'Add one.')];
  }
  return [
    ...repeatedKeys(questions, ['questions']),
    ...repeatedKeys(thankYouPages, ['thankYouPages']),
    ...questions.flatMap((question, index) => checkParts(question, ['questions', index])),
  ];
}

function repeatedKeys(
  parts: readonly { readonly key: string }[],
  path: readonly (string | number)[],
): Finding[] {
  return parts.flatMap(({ key }, index) => {
    if (parts.findIndex((each) => each.key === key) === index) return [];
    const message = `"${key}" is the key of two of them.`;
    return [finding('QUESTIONS', [...path, index, 'key'], message, 'Give one another key.')];
  });
}

/** Whether a question has what its kind needs, and nothing else. */
function checkParts(question: Question, path: readonly (string | number)[]): Finding[] {
  const { key, kind, scale, choices, lowLabel, highLabel } = question;
  const wrong = (name: string, message: string, action: string) =>
    finding('QUESTIONS', [...path, name], `Question "${key}" ${message}`, action);
  const findings = repeatedKeys(choices ?? [], [...path, 'choices']);
  const hasChoices = choices != null && choices.length > 0;
  if (kind === 'SCALE') {
    if (scale == null) findings.push(wrong('scale', 'has no scale.', 'Give `scale`.'));
  } else if (scale != null || lowLabel != null || highLabel != null) {
    const action = 'Take `scale`, `lowLabel` and `highLabel` away.';
    findings.push(wrong('scale', `is of kind ${kind}, and has a scale.`, action));
  }
  const takesChoices = kind !== 'SCALE' && kind !== 'TEXT';
  if (takesChoices && !hasChoices) {
    findings.push(wrong('choices', 'has no choices.', 'Give `choices`.'));
  } else if (!takesChoices && hasChoices) {
    findings.push(wrong('choices', `is of kind ${kind}, and has choices.`, 'Take them away.'));
  }
  return findings;
}

/** The answer to the first scale is the score, by which surveys of a kind are measured alike. */
function checkScored({ kind, alertAtMost, definition }: PublicationSubject): Finding[] {
  const question = scoredQuestion(definition);
  const fitting = Object.entries(SURVEY_SCALES)
    .filter(([, { kinds }]) => (kinds as readonly SurveyKind[]).includes(kind))
    .map(([name]) => name);
  const index = question === null ? -1 : definition.questions.indexOf(question);
  if (kind !== 'CUSTOM' && (question?.scale == null || !fitting.includes(question.scale))) {
    const found = question === null ? 'none' : `"${question.key}" on ${question.scale ?? 'none'}`;
    const message = `A survey of kind ${kind} is measured by its first question of kind SCALE, on ${fitting.join(', ')}; there is ${found}.`;
    const path = question === null ? ['questions'] : ['questions', index, 'scale'];
    return [finding('SCORED_QUESTION', path, message, 'Ask that question first.')];
  }
  if (alertAtMost === null) return [];
  const scale = question?.scale == null ? null : SURVEY_SCALES[question.scale];
  if (scale !== null && alertAtMost >= scale.min && alertAtMost <= scale.max) return [];
  const message = `\`alertAtMost\` is ${alertAtMost}, which is not on the scale of the score.`;
  const action = 'Change it, or set it to null: then alerts follow from negative answers.';
  return [finding('SCORED_QUESTION', ['questions', Math.max(index, 0)], message, action)];
}

/**
 * Scores of two scales have no mean, and answers under one key are read together: what was asked
 * stays what it was.
 */
function checkComparability({ definition, asked, scoredOn }: PublicationSubject): Finding[] {
  const scored = scoredQuestion(definition);
  const findings = definition.questions.flatMap(({ key, kind, scale }, index) => {
    const before = asked.find(
      (each) => each.key === key && (each.kind !== kind || each.scale !== (scale ?? null)),
    );
    if (before === undefined) return [];
    const was = [before.kind, before.scale].filter(Boolean).join(' ');
    const message = `Question "${key}" was ${was} in a published version: its answers could not be compared.`;
    const action = 'Give the changed question a key of its own.';
    return [finding('COMPARABILITY', ['questions', index, 'key'], message, action)];
  });
  if (scoredOn === null || scored?.scale === scoredOn) return findings;
  const now = scored?.scale ?? 'no scale';
  const message = `The score is on ${now} and was on ${scoredOn} in the published version: no mean could be taken over both.`;
  const action = `Ask the first question of kind SCALE on ${scoredOn}, or make another survey.`;
  return [...findings, finding('COMPARABILITY', ['questions'], message, action)];
}

function adviceOn({ questions }: SurveyDefinition): Finding[] {
  const advice: Finding[] = [];
  if (questions.length > 0 && !questions.some(({ kind }) => kind === 'TEXT')) {
    const message =
      'There is no open question: scores tell how many are unhappy, and only their own words tell why.';
    const action = 'Add a question of kind TEXT, such as “What is the main reason?”';
    advice.push(finding('OPEN_QUESTION', ['questions'], message, action, 'WARNING'));
  }
  if (questions.length > COMFORTABLE_LENGTH) {
    const message = `There are ${questions.length} questions: with more than ${COMFORTABLE_LENGTH}, fewer people come to the end, and those who do are not like the others.`;
    const action = 'Ask less, or ask some only where answers lead there (`showIf`).';
    advice.push(finding('LENGTH', ['questions'], message, action, 'WARNING'));
  }
  return advice;
}
