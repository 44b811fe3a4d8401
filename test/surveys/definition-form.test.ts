import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import {
  en,
  errorsOf,
  mutate,
  nps,
  of,
  page,
  pages,
  questions,
  surveyInput,
  text,
  texts,
  NPS_QUESTION,
  reasons,
} from './survey-graph.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe('a definition is malformed', () => {
  const cases: [string, object, string[]][] = [
    [
      'with a default language that it does not have',
      nps({ defaultLocale: 'de' }),
      ['INVALID_VALUE definition.defaultLocale'],
    ],
    [
      'with a text in a language that it does not have',
      questions({ ...text('x'), text: texts(['en', 'x'], ['de', 'x']) }),
      ['INVALID_VALUE definition.questions.1.text.1.locale'],
    ],
    [
      'with two texts in one language',
      questions({ ...text('x'), text: texts(['en', 'x'], ['EN', 'y']) }),
      ['INVALID_VALUE definition.questions.1.text.1.locale'],
    ],
    ['with a key of spaces', questions(text('a b')), ['INVALID_VALUE definition.questions.1.key']],
    [
      'with a NUL',
      questions({ ...text('x'), text: en('a\0') }),
      ['INVALID_VALUE definition.questions.1.text.0.text'],
    ],
    [
      'with a long text',
      questions({ ...text('x'), text: en('x'.repeat(501)) }),
      ['LIMIT_EXCEEDED definition.questions.1.text.0.text'],
    ],
    [
      'with 51 questions',
      questions(...Array.from({ length: 50 }, (_, index) => text(`q${index}`))),
      ['LIMIT_EXCEEDED definition.questions'],
    ],
    [
      'with 31 languages',
      nps({ locales: Array.from({ length: 31 }, () => 'en'), questions: [], thankYouPages: [] }),
      ['LIMIT_EXCEEDED definition.locales'],
    ],
    [
      'with 21 pages',
      pages(...Array.from({ length: 21 }, (_, index) => page(`p${index}`))),
      ['LIMIT_EXCEEDED definition.thankYouPages'],
    ],
    [
      'with 21 conditions',
      questions(
        text(
          'x',
          Array.from({ length: 21 }, () => of('score', { atLeast: 1 })),
        ),
      ),
      ['LIMIT_EXCEEDED definition.questions.1.showIf'],
    ],
    [
      'with 51 choices',
      questions({
        ...reasons,
        choices: Array.from({ length: 51 }, (_, index) => ({ key: `c${index}`, label: en('x') })),
      }),
      ['LIMIT_EXCEEDED definition.questions.1.choices'],
    ],
  ];
  it.each(cases)('%s', async (_, definition, expected) => {
    const refused = await mutate(api, 'createSurvey', surveyInput({ definition }));
    expect(errorsOf(refused)).toEqual(expected);
  });

  it('as a whole, where it is too long', async () => {
    const choices = Array.from({ length: 50 }, (_, index) => ({
      key: `c${index}`,
      label: en('x'.repeat(200)),
    }));
    const definition = nps({
      questions: Array.from({ length: 50 }, (_, index) => ({
        ...reasons,
        key: `q${index}`,
        choices,
      })),
    });
    const refused = await mutate(api, 'createSurvey', surveyInput({ definition }));
    expect(errorsOf(refused)).toEqual(['LIMIT_EXCEEDED definition']);
  });

  it('never: tags of languages are written one way', async () => {
    const definition = {
      defaultLocale: 'pt-br',
      locales: ['PT-br', 'pt-PT'],
      questions: [
        {
          ...NPS_QUESTION,
          text: texts(['pt-BR', 'a'], ['PT-pt', 'b']),
          lowLabel: [],
          highLabel: [],
        },
      ],
      thankYouPages: [],
    };
    const { survey } = await mutate(api, 'createSurvey', surveyInput({ definition }));
    expect(survey.draftVersion.definition).toMatchObject({
      defaultLocale: 'pt-BR',
      locales: ['pt-BR', 'pt-PT'],
      questions: [{ text: texts(['pt-BR', 'a'], ['pt-PT', 'b']) }],
    });
  });
});
