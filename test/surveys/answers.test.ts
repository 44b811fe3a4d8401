import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import {
  type AnswerValue,
  checkAnswer,
  isAlert,
  missingAnswers,
  nextQuestion,
  outcomeOf,
  type Question,
  reachedQuestions,
  resolveLocale,
  scoreOf,
  type SurveyDefinition,
  type SurveyKind,
  type SurveyScale,
  textIn,
} from '../../src/modules/surveys/index.ts';

const en = (text: string) => ({ en: text });
const question = (parts: Partial<Question> & Pick<Question, 'key' | 'kind'>): Question => ({
  text: en(parts.key),
  required: false,
  ...parts,
});
const CHOICES = ['price', 'staff', 'other'].map((key) => ({ key, label: en(key) }));

/** A score; then why, by the score; then what else, for who chose "other"; then an age. */
const DEFINITION: SurveyDefinition = {
  defaultLocale: 'en',
  locales: ['en'],
  questions: [
    question({ key: 'score', kind: 'SCALE', scale: 'NPS_10', required: true }),
    question({ key: 'best', kind: 'TEXT', showIf: [{ question: 'score', atLeast: 9 }] }),
    question({
      key: 'reasons',
      kind: 'MULTIPLE_CHOICE',
      choices: CHOICES,
      required: true,
      showIf: [{ question: 'score', atMost: 6 }],
    }),
    question({
      key: 'other',
      kind: 'TEXT',
      required: true,
      showIf: [{ question: 'reasons', choices: ['other'] }],
    }),
    question({ key: 'age', kind: 'DEMOGRAPHIC', choices: [{ key: '18-39', label: en('18–39') }] }),
  ],
  thankYouPages: [
    { key: 'fan', title: en('T'), body: en('B'), showIf: [{ question: 'score', atLeast: 9 }] },
    { key: 'unhappy', title: en('T'), body: en('B'), showIf: [{ question: 'score', atMost: 6 }] },
    { key: 'all', title: en('T'), body: en('B') },
  ],
};

const answers = (given: Record<string, AnswerValue>) => new Map(Object.entries(given));
const keys = (questions: readonly Question[]) => questions.map(({ key }) => key);

describe('an answer', () => {
  const [score, best, reasons, , age] = DEFINITION.questions as [
    Question,
    Question,
    Question,
    Question,
    Question,
  ];
  const cases: [string, Question, AnswerValue, unknown][] = [
    ['a number of the scale', score, { number: 0 }, []],
    ['a number above the scale', score, { number: 11 }, [['INVALID_VALUE', 'number']]],
    ['a number below the scale', score, { number: -1 }, [['INVALID_VALUE', 'number']]],
    ['half a number', score, { number: 7.5 }, [['INVALID_VALUE', 'number']]],
    ['no number where one is required', score, {}, [['INVALID_VALUE', 'number']]],
    ['text instead of a number', score, { text: '9' }, [['INVALID_VALUE', 'text']]],
    ['a number and a text', score, { number: 9, text: 'x' }, [['INVALID_VALUE', 'text']]],
    ['a text', best, { text: 'The staff' }, []],
    ['no text where none is required', best, {}, []],
    ['text of 5,000 characters', best, { text: 'x'.repeat(5_000) }, []],
    ['text of 5,001 characters', best, { text: 'x'.repeat(5_001) }, [['LIMIT_EXCEEDED', 'text']]],
    ['a NUL', best, { text: 'a\0' }, [['INVALID_VALUE', 'text']]],
    ['several choices', reasons, { choices: ['price', 'other'] }, []],
    ['an unknown choice', reasons, { choices: ['price', 'x'] }, [['INVALID_VALUE', 'choices.1']]],
    [
      'the same choice twice',
      reasons,
      { choices: ['price', 'price'] },
      [['INVALID_VALUE', 'choices.1']],
    ],
    [
      'more choices than there are',
      reasons,
      { choices: ['a', 'b', 'c', 'd'] },
      [['LIMIT_EXCEEDED', 'choices']],
    ],
    ['no choice where one is required', reasons, { choices: [] }, [['INVALID_VALUE', 'choices']]],
    ['one choice of a demographic', age, { choices: ['18-39'] }, []],
    ['two of it', age, { choices: ['18-39', '18-39'] }, [['LIMIT_EXCEEDED', 'choices']]],
  ];
  it.each(cases)('%s', (_, asked, value, expected) => {
    const errors = checkAnswer(asked, value);
    expect(errors.map(({ code, path }) => [code, path.join('.')])).toEqual(expected);
  });
});

describe('branches', () => {
  const cases: [string, Record<string, AnswerValue>, string[], string | null, string[]][] = [
    ['nothing yet', {}, ['score', 'age'], 'score', ['score']],
    ['a promoter', { score: { number: 9 } }, ['score', 'best', 'age'], 'best', []],
    ['a passive', { score: { number: 8 } }, ['score', 'age'], 'age', []],
    ['a passive of 7', { score: { number: 7 } }, ['score', 'age'], 'age', []],
    ['a detractor', { score: { number: 6 } }, ['score', 'reasons', 'age'], 'reasons', ['reasons']],
    [
      'with another reason',
      { score: { number: 0 }, reasons: { choices: ['price', 'other'] } },
      ['score', 'reasons', 'other', 'age'],
      'other',
      ['other'],
    ],
    [
      'what may be passed over',
      { score: { number: 10 }, best: {}, age: {} },
      ['score', 'best', 'age'],
      null,
      [],
    ],
    [
      'who goes back and is content now',
      { score: { number: 8 }, reasons: { choices: ['other'] }, other: { text: 'x' } },
      ['score', 'age'],
      'age',
      [],
    ],
  ];
  it.each(cases)('%s', (_, given, reached, next, missing) => {
    expect(keys(reachedQuestions(DEFINITION, answers(given)))).toEqual(reached);
    expect(nextQuestion(DEFINITION, answers(given))?.key ?? null).toBe(next);
    expect(keys(missingAnswers(DEFINITION, answers(given)))).toEqual(missing);
  });

  it.each([
    [10, 'fan'],
    [9, 'fan'],
    [8, 'all'],
    [7, 'all'],
    [6, 'unhappy'],
    [0, 'unhappy'],
  ])('a score of %i leads to the page %s', (number, page) => {
    expect(outcomeOf(DEFINITION, answers({ score: { number } })).key).toBe(page);
  });
});

describe('a score', () => {
  const cases: [SurveyKind, SurveyScale, string][] = [
    // One letter for each score of the scale, from its least: negative, neutral (o), positive.
    ['NPS', 'NPS_10', '-------oo++'],
    ['CUSTOM', 'NPS_10', '---ooooo+++'],
    ['CSAT', 'POINTS_3', '-o+'],
    ['CSAT', 'POINTS_5', '--o++'],
    ['CES', 'POINTS_5', '--o++'],
    ['CSAT', 'POINTS_7', '--ooo++'],
    ['CES', 'POINTS_7', '--ooo++'],
    ['CSAT', 'POINTS_10', '---oooo+++'],
  ];
  const LETTER = { NEGATIVE: '-', NEUTRAL: 'o', POSITIVE: '+' };
  it.each(cases)('%s on %s: %s', (kind, scale, expected) => {
    const least = scale === 'NPS_10' ? 0 : 1;
    const definition = {
      ...DEFINITION,
      questions: [question({ key: 'q', kind: 'SCALE', scale })],
    };
    const letters = [...expected].map((_, index) => {
      const scored = scoreOf(definition, kind, answers({ q: { number: index + least } }));
      expect(scored).toMatchObject({ scale, score: index + least });
      return LETTER[scored!.sentiment];
    });
    expect(letters.join('')).toBe(expected);
  });

  it('of an NPS has a segment, others have none', () => {
    const given = answers({ score: { number: 8 } });
    expect(scoreOf(DEFINITION, 'NPS', given)?.segment).toBe('PASSIVE');
    expect(scoreOf(DEFINITION, 'CUSTOM', given)?.segment).toBeNull();
    const segments = [10, 9, 8, 7, 6, 0].map(
      (number) => scoreOf(DEFINITION, 'NPS', answers({ score: { number } }))?.segment,
    );
    expect(segments.join(' ')).toBe('PROMOTER PROMOTER PASSIVE PASSIVE DETRACTOR DETRACTOR');
  });

  it('is none where the question was not answered, or there is none', () => {
    expect(scoreOf(DEFINITION, 'NPS', answers({}))).toBeNull();
    expect(scoreOf(DEFINITION, 'NPS', answers({ score: {} }))).toBeNull();
    const texts = { ...DEFINITION, questions: [question({ key: 'q', kind: 'TEXT' })] };
    expect(scoreOf(texts, 'CUSTOM', answers({ q: { text: 'x' } }))).toBeNull();
  });

  it('raises an alert by what the survey says, else where it is negative', () => {
    const alert = (alertAtMost: number | null, score: number) =>
      isAlert({ alertAtMost }, scoreOf(DEFINITION, 'NPS', answers({ score: { number: score } }))!);
    expect([alert(null, 6), alert(null, 7)]).toEqual([true, false]);
    expect([alert(3, 3), alert(3, 4)]).toEqual([true, false]);
    expect([alert(8, 8), alert(8, 9)]).toEqual([true, false]);
    expect([alert(0, 0), alert(0, 1)]).toEqual([true, false]);
  });
});

describe('the language', () => {
  const cases: [wanted: string | null, locales: string, expected: string][] = [
    ['nl', 'en nl', 'nl'],
    ['NL', 'en nl', 'nl'],
    ['nl-BE', 'en nl', 'nl'],
    ['nl-BE', 'en nl-NL', 'nl-NL'],
    ['nl', 'en nl-NL', 'nl-NL'],
    ['nl-BE', 'en nl-NL nl-BE', 'nl-BE'],
    ['nl-BE', 'en nl-NL nl', 'nl'],
    // Portuguese of Brazil and of Portugal never stand in for each other.
    ['pt-BR', 'en pt-PT', 'en'],
    ['pt-PT', 'en pt-BR', 'en'],
    ['pt-BR', 'en pt-PT pt', 'pt'],
    ['pt-PT', 'en pt-BR pt-PT', 'pt-PT'],
    ['pt-AO', 'en pt-BR', 'en'],
    ['pt', 'en pt-PT', 'en'],
    // Whoever says no more than Portuguese is most likely of Brazil (CLDR, likely subtags).
    ['pt', 'en pt-PT pt-BR', 'pt-BR'],
    ['zh-TW', 'en zh', 'en'],
    ['zh-TW', 'en zh zh-Hant', 'zh-Hant'],
    ['zh-CN', 'en zh-Hant zh', 'zh'],
    ['sr-Latn', 'en sr-Cyrl', 'en'],
    ['de-DE-u-co-phonebk', 'en de-AT de-DE', 'de-DE'],
    ['ja', 'en nl', 'en'],
    ['not a tag', 'en nl', 'en'],
    [null, 'en nl', 'en'],
  ];
  it.each(cases)('%s of %s is %s', (wanted, list, expected) => {
    const locales = list.split(' ');
    expect(resolveLocale({ locales, defaultLocale: 'en' }, wanted)).toBe(expected);
    const texts = Object.fromEntries(locales.map((locale) => [locale, `in ${locale}`]));
    if (wanted !== null) expect(textIn(texts, wanted, 'en')).toBe(`in ${expected}`);
  });

  it('of a draft with nothing written is empty', () => {
    expect(textIn({}, 'nl', 'en')).toBe('');
    expect(textIn(null, 'nl', 'en')).toBe('');
    expect(textIn({ nl: 'Hoi' }, 'ja', 'en')).toBe('');
  });
});
