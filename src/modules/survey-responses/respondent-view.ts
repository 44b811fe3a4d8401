import {
  nextQuestion,
  type Question,
  reachedQuestions,
  resolveLocale,
  SURVEY_SCALES,
  type SurveyDefinition,
  textIn,
  type ThankYouPage,
  type Translations,
} from '../surveys/index.ts';
import type { Opened } from './opened.reads.ts';
import type {
  Invitation,
  InvitationQuestion,
  InvitationScale,
  InvitationThankYouPage,
} from './respondent.type.ts';

type Say = (translations: Translations | null | undefined) => string;

/**
 * What a respondent sees of an invitation, in one language: the one wanted, where the survey has it.
 * Nothing of the customer, and nothing of what was answered.
 */
export function respondentView(opened: Opened, wanted?: string | null): Invitation {
  const { state, survey, organizationName, expiresAt, reviewUrl } = opened;
  const shared = { state, organizationName, expiresAt };
  if (survey === null) {
    return {
      ...shared,
      ...{ title: null, kind: null, locale: wanted ?? opened.locale, locales: [] },
      ...{ questions: [], nextQuestionKey: null, thankYouPage: null, reviewUrl },
    };
  }
  const { definition, name: title, kind } = survey;
  const locale = resolveLocale(definition, wanted ?? opened.locale);
  const say: Say = (translations) => textIn(translations, locale, definition.defaultLocale);
  const answers = opened.begun?.answers ?? new Map();
  const isOpen = state === 'OPEN';
  return {
    ...shared,
    ...{ title, kind, locale, locales: [...definition.locales], reviewUrl: null },
    questions: isOpen ? questionsOf(definition, opened, say) : [],
    nextQuestionKey: isOpen ? (nextQuestion(definition, answers)?.key ?? null) : null,
    thankYouPage: thankYouPageOf(definition, opened, say),
  };
}

function questionsOf(definition: SurveyDefinition, { begun }: Opened, say: Say) {
  const answers = begun?.answers ?? new Map();
  const reached = new Set(reachedQuestions(definition, answers).map(({ key }) => key));
  return definition.questions.map((question): InvitationQuestion => {
    const { key, kind, required } = question;
    return {
      ...{ key, kind, required },
      text: say(question.text),
      help: say(question.help) || null,
      scale: scaleOf(question, say),
      choices: (question.choices ?? []).map((choice) => ({
        key: choice.key,
        label: say(choice.label),
      })),
      asked: reached.has(key),
      answered: answers.has(key),
    };
  });
}

function scaleOf({ scale, lowLabel, highLabel }: Question, say: Say): InvitationScale | null {
  if (scale == null) return null;
  const { min, max } = SURVEY_SCALES[scale];
  return { min, max, lowLabel: say(lowLabel) || null, highLabel: say(highLabel) || null };
}

function thankYouPageOf(
  { thankYouPages }: SurveyDefinition,
  { begun, reviewUrl }: Opened,
  say: Say,
): InvitationThankYouPage | null {
  const page: ThankYouPage | undefined = thankYouPages.find(({ key }) => key === begun?.outcome);
  if (page === undefined) return null;
  const { title, body, invitesReview } = page;
  return {
    title: say(title),
    body: say(body),
    reviewUrl: invitesReview === true ? reviewUrl : null,
  };
}
