import type { SurveyDefinition, Translations } from './definition.ts';
import { type Finding, finding } from './findings.ts';

interface Text {
  readonly path: readonly (string | number)[];
  readonly translations: Translations;
}

/** Each text is there in each language that the survey says to have. */
export function checkTranslations(definition: SurveyDefinition): Finding[] {
  return textsOf(definition).flatMap(({ path, translations }) => {
    const missing = definition.locales.filter((locale) => !translations[locale]);
    if (missing.length === 0) return [];
    const message = `\`${path.join('.')}\` is missing in ${missing.join(', ')}.`;
    const action = `Add it in ${missing.join(', ')}, or take the language out of \`locales\`.`;
    return [finding('TRANSLATIONS', path, message, action)];
  });
}

/** All texts that a respondent may read; those that may be left out, where they are not. */
function textsOf({ questions, thankYouPages }: SurveyDefinition): Text[] {
  return [
    ...questions.flatMap((question, index) => {
      const path = ['questions', index];
      return [
        { path: [...path, 'text'], translations: question.text },
        ...optional([...path, 'help'], question.help),
        ...optional([...path, 'lowLabel'], question.lowLabel),
        ...optional([...path, 'highLabel'], question.highLabel),
        ...(question.choices ?? []).map(({ label }, choice) => ({
          path: [...path, 'choices', choice, 'label'],
          translations: label,
        })),
      ];
    }),
    ...thankYouPages.flatMap(({ title, body }, index) => [
      { path: ['thankYouPages', index, 'title'], translations: title },
      { path: ['thankYouPages', index, 'body'], translations: body },
    ]),
  ];
}

function optional(path: Text['path'], translations: Translations | null | undefined): Text[] {
  return translations == null ? [] : [{ path, translations }];
}
