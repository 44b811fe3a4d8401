import type { Condition, SurveyDefinition, Translations } from './definition.ts';
import type {
  LocalizedText,
  SurveyCondition,
  SurveyDefinition as ShownDefinition,
} from './definition.type.ts';

/** A stored definition in the shape of the schema: texts as lists, in the order of the locales. */
export function shownDefinition(definition: SurveyDefinition): ShownDefinition {
  const texts = (translations: Translations | null | undefined): LocalizedText[] =>
    definition.locales.flatMap((locale) => {
      const text = translations?.[locale];
      return text === undefined ? [] : [{ locale, text }];
    });
  return {
    defaultLocale: definition.defaultLocale,
    locales: [...definition.locales],
    questions: definition.questions.map((question) => ({
      key: question.key,
      kind: question.kind,
      text: texts(question.text),
      help: texts(question.help),
      scale: question.scale ?? null,
      lowLabel: texts(question.lowLabel),
      highLabel: texts(question.highLabel),
      choices: (question.choices ?? []).map(({ key, label }) => ({ key, label: texts(label) })),
      required: question.required,
      showIf: shownConditions(question.showIf),
    })),
    thankYouPages: definition.thankYouPages.map((page) => ({
      key: page.key,
      title: texts(page.title),
      body: texts(page.body),
      showIf: shownConditions(page.showIf),
      invitesReview: page.invitesReview === true,
    })),
  };
}

function shownConditions(conditions: readonly Condition[] | null | undefined): SurveyCondition[] {
  return (conditions ?? []).map(({ question, atLeast, atMost, choices }) => ({
    question,
    atLeast: atLeast ?? null,
    atMost: atMost ?? null,
    choices: choices == null ? null : [...choices],
  }));
}
