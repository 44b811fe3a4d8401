import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import {
  BEST_QUESTION,
  both,
  CHOICES,
  en,
  errorsOf,
  mutate,
  nps,
  NPS_QUESTION,
  of,
  page,
  pages,
  publish,
  questions,
  reasons,
  text,
  texts,
} from './survey-graph.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const warned = ({ warnings }: Data) => warnings.map(({ code }: Data) => code);

describe('a draft is not published', () => {
  const cases: [string, object, string[]][] = [
    ['without a question', nps({ questions: [] }), ['questions', 'questions']],
    ['with two questions of one key', questions(text('why'), text('why')), ['questions.2.key']],
    [
      'with two pages of one key',
      pages(page('a', [of('score', { atLeast: 9 })]), page('a')),
      ['thankYouPages.1.key'],
    ],
    [
      'with two choices of one key',
      questions({ ...reasons, choices: [...CHOICES, CHOICES[0]] }),
      ['questions.1.choices.2.key'],
    ],
    [
      'with a choice question without choices',
      questions({ ...reasons, choices: [] }),
      ['questions.1.choices'],
    ],
    [
      'with choices of a text',
      questions({ ...text('x'), choices: CHOICES }),
      ['questions.1.choices'],
    ],
    [
      'with a scale of a text',
      questions({ ...text('x'), scale: 'POINTS_5' }),
      ['questions.1.scale'],
    ],
    [
      'with a scale question without one',
      questions({ ...text('x'), kind: 'SCALE' }),
      ['questions.1.scale'],
    ],
    [
      'where an NPS is not asked from 0 to 10',
      nps({ questions: [{ ...NPS_QUESTION, scale: 'POINTS_10' }, BEST_QUESTION] }),
      ['questions.0.scale'],
    ],
    ['where an NPS has no score', nps({ questions: [text('x')] }), ['questions']],
    [
      'with a branch to nowhere',
      questions(text('x', [of('none', { atLeast: 9 })])),
      ['questions.1.showIf.0.question'],
    ],
    [
      'with a branch to a later question',
      questions(text('x', [of('later', { atLeast: 3 })]), {
        ...NPS_QUESTION,
        key: 'later',
        scale: 'POINTS_5',
      }),
      ['questions.1.showIf.0.question'],
    ],
    [
      'with a branch to itself',
      questions(text('x', [of('x', { atLeast: 3 })])),
      ['questions.1.showIf.0.question'],
    ],
    [
      'with a branch on a text',
      questions(text('x'), text('y', [of('x', { choices: ['a'] })])),
      ['questions.2.showIf.0'],
    ],
    ['with a branch by nothing', questions(text('x', [of('score', {})])), ['questions.1.showIf.0']],
    [
      'with choices of a scale',
      questions(text('x', [of('score', { choices: ['a'] })])),
      ['questions.1.showIf.0'],
    ],
    [
      'with bounds of choices',
      questions(reasons, text('x', [of('why', { atLeast: 1 })])),
      ['questions.2.showIf.0'],
    ],
    [
      'with an unknown choice',
      questions(reasons, text('x', [of('why', { choices: ['a', 'z'] })])),
      ['questions.2.showIf.0.choices.1'],
    ],
    [
      'with a question above the scale',
      questions(text('x', [of('score', { atLeast: 11 })])),
      ['questions.1.showIf'],
    ],
    [
      'with a question between no numbers',
      questions(text('x', [of('score', { atLeast: 9, atMost: 3 })])),
      ['questions.1.showIf'],
    ],
    [
      'with a question behind one that is never asked',
      questions(
        { ...reasons, showIf: [of('score', { atMost: -1 })] },
        text('x', [of('why', { choices: ['a'] })]),
      ),
      ['questions.1.showIf', 'questions.2.showIf'],
    ],
    ['without a thank-you page', pages(), ['thankYouPages']],
    [
      'where not everybody is thanked',
      pages(page('a', [of('score', { atLeast: 9 })])),
      ['thankYouPages.0.showIf'],
    ],
    ['with two pages for everybody', pages(page('a'), page('b')), ['thankYouPages.1.showIf']],
    [
      'with a page that others stand before',
      pages(
        page('a', [of('score', { atLeast: 5 })]),
        page('b', [of('score', { atLeast: 9 })]),
        page('c'),
      ),
      ['thankYouPages.1.showIf'],
    ],
    [
      'with a page that two others together stand before',
      pages(
        page('a', [of('score', { atLeast: 9 })]),
        page('b', [of('score', { atMost: 8 })]),
        page('c', [of('score', { atLeast: 7 })]),
        page('d'),
      ),
      ['thankYouPages.2.showIf'],
    ],
    [
      'with a question that is not in every language',
      questions({ ...text('x'), text: en('Only English') }),
      ['questions.1.text'],
    ],
    [
      'with a help that is not',
      questions({ ...text('x'), help: en('Only English') }),
      ['questions.1.help'],
    ],
    [
      'with a choice that is not',
      questions({ ...reasons, choices: [{ key: 'a', label: texts(['nl', 'Alleen']) }] }),
      ['questions.1.choices.0.label'],
    ],
    [
      'with an empty text',
      questions({ ...text('x'), text: both('x', '  ') }),
      ['questions.1.text'],
    ],
    [
      'with a label of a scale that is not',
      nps({ questions: [{ ...NPS_QUESTION, lowLabel: en('Low') }, BEST_QUESTION] }),
      ['questions.0.lowLabel'],
    ],
    [
      'with a page that is not',
      pages(page('a', [], { title: en('T'), body: en('B') })),
      ['thankYouPages.0.title', 'thankYouPages.0.body'],
    ],
  ];
  it.each(cases)('%s', async (_, definition, paths) => {
    const refused = await publish(api, { definition });
    expect(errorsOf(refused)).toEqual(paths.map((path) => `INVALID_VALUE ${path}`));
    expect([refused.survey, refused.version]).toEqual([null, null]);
  });

  it('where its alert is not on the scale of the score', async () => {
    const csat = nps({ questions: [{ ...NPS_QUESTION, scale: 'POINTS_5' }, text('why')] });
    const at = async (alertAtMost: number) =>
      errorsOf(await publish(api, { kind: 'CSAT', alertAtMost, definition: csat }));
    expect([await at(0), await at(1), await at(5), await at(6)]).toEqual([
      ['INVALID_VALUE questions.0'],
      [],
      [],
      ['INVALID_VALUE questions.0'],
    ]);
    const { survey } = await publish(api, { kind: 'CSAT', definition: csat });
    const changed = await mutate(api, 'updateSurvey', { id: survey.id, alertAtMost: 6 });
    expect(changed.userErrors).toMatchObject([{ path: ['alertAtMost'], allowed: ['1..5'] }]);
  });
});

describe('a draft is published', () => {
  it.each([
    ['CSAT', 'POINTS_3'],
    ['CSAT', 'POINTS_10'],
    ['CES', 'POINTS_7'],
    ['CUSTOM', 'NPS_10'],
  ])('as %s on %s', async (kind, scale) => {
    const scored = { ...NPS_QUESTION, scale };
    const published = await publish(api, {
      kind,
      definition: nps({ questions: [scored, text('why')] }),
    });
    expect([errorsOf(published), warned(published)]).toEqual([[], []]);
  });

  it('with every kind of question and branch, and a page by outcome', async () => {
    const definition = nps({
      questions: [
        NPS_QUESTION,
        { ...reasons, showIf: [of('score', { atMost: 6 })] },
        text('more', [of('why', { choices: ['b'] }), of('score', { atLeast: 9, atMost: 9 })]),
        { ...reasons, key: 'age', kind: 'DEMOGRAPHIC' },
        { ...reasons, key: 'all', kind: 'MULTIPLE_CHOICE' },
        { ...NPS_QUESTION, key: 'effort', scale: 'POINTS_7', required: false },
      ],
      thankYouPages: [
        page('fan', [of('score', { atLeast: 9 })]),
        page('sorry', [of('score', { atMost: 6 }), of('effort', { atMost: 2 })]),
        page('all'),
      ],
    });
    expect(errorsOf(await publish(api, { definition }))).toEqual([]);
  });

  it('with a warning where no question is open, and where there are more than ten', async () => {
    const closed = await publish(api, { definition: questions() });
    expect([errorsOf(closed), warned(closed)]).toEqual([[], ['OPEN_QUESTION']]);
    expect(closed.warnings[0]).toMatchObject({ severity: 'WARNING', passed: false });
    expect(closed.warnings[0].message).toMatch(/tell why/);
    const many = (count: number) =>
      publish(api, {
        definition: questions(
          ...Array.from({ length: count - 1 }, (_, index) => text(`q${index}`)),
        ),
      });
    expect(warned(await many(10))).toEqual([]);
    const long = await many(11);
    expect([errorsOf(long), warned(long)]).toEqual([[], ['LENGTH']]);
    expect(long.warnings[0].message).toMatch(/fewer people come to the end/);
  });
});

describe('a new version', () => {
  const csat = (scale: string, parts: object = {}) =>
    nps({ questions: [{ ...NPS_QUESTION, scale, ...parts }, text('why')] });

  async function next(definition: object) {
    const { survey } = await publish(api, { kind: 'CSAT', definition: csat('POINTS_5') });
    await mutate(api, 'updateSurvey', { id: survey.id, definition });
    return mutate(api, 'publishSurvey', { id: survey.id });
  }

  it('keeps the scale of the score: no mean could be taken over two', async () => {
    const refused = await next(csat('POINTS_7', { key: 'other' }));
    expect(errorsOf(refused)).toEqual(['INVALID_VALUE questions']);
    expect(refused.userErrors[0].message).toMatch(/POINTS_7 and was on POINTS_5/);
    const fine = await next(csat('POINTS_5', { key: 'other', text: both('Other', 'Anders') }));
    expect(errorsOf(fine)).toEqual([]);
  });

  it('does not ask something else under a key that was answered, in whichever version', async () => {
    const changed = nps({
      questions: [
        { ...NPS_QUESTION, scale: 'POINTS_5' },
        { ...reasons, key: 'why' },
      ],
    });
    const refused = await next(changed);
    expect(errorsOf(refused)).toEqual(['INVALID_VALUE questions.1.key']);
    const { survey } = await publish(api, { kind: 'CSAT', definition: csat('POINTS_5') });
    const without = nps({ questions: [{ ...NPS_QUESTION, scale: 'POINTS_5' }, text('else')] });
    await mutate(api, 'updateSurvey', { id: survey.id, definition: without });
    expect(errorsOf(await mutate(api, 'publishSurvey', { id: survey.id }))).toEqual([]);
    await mutate(api, 'updateSurvey', { id: survey.id, definition: changed });
    const later = await mutate(api, 'publishSurvey', { id: survey.id });
    expect(errorsOf(later)).toEqual(['INVALID_VALUE questions.1.key']);
  });
});
