import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import {
  both,
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
  surveyInput,
  text,
} from './survey-graph.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe('an invitation to review that not everybody gets', () => {
  const invites = { invitesReview: true };
  const gated: [string, object][] = [
    ['by the score', pages(page('fan', [of('score', { atLeast: 9 })], invites), page('all'))],
    [
      'to all but the unhappy',
      pages(page('sorry', [of('score', { atMost: 6 })]), page('all', [], invites)),
    ],
    [
      'by a choice',
      questionsAndPages(
        [reasons],
        page('a', [of('why', { choices: ['a'] })], invites),
        page('all'),
      ),
    ],
    ['where nobody else is thanked', pages(page('fan', [of('score', { atLeast: 9 })], invites))],
  ];
  function questionsAndPages(more: object[], ...thankYouPages: object[]) {
    return nps({ questions: [NPS_QUESTION, ...more], thankYouPages });
  }
  const attempts = () =>
    api.db.read<{ action: string; outcome: string; detail: Data }>(
      api.organizationId,
      `select action, outcome, detail from audit_entry
       where organization_id = $1 and action = 'survey.gateReviews' order by id`,
    );

  it.each(gated)(
    'is refused %s, with the rule; the attempt is in the audit log',
    async (_, definition) => {
      const before = (await attempts()).length;
      const input = surveyInput({ definition });
      const refused = await mutate(api, 'createSurvey', input);
      expect(refused.survey).toBeNull();
      expect(refused.userErrors).toMatchObject([
        {
          __typename: 'RuleViolationError',
          code: 'REVIEW_GATING_REFUSED',
          rule: expect.stringContaining('16 CFR Part 465'),
          sources: expect.arrayContaining([expect.stringContaining('support.google.com')]),
        },
      ]);
      const [attempt, ...others] = (await attempts()).slice(before);
      expect(others).toEqual([]);
      expect(attempt).toMatchObject({
        outcome: 'REFUSED',
        detail: {
          operation: 'createSurvey',
          surveyKey: input.key,
          path: expect.stringMatching(/^definition\.thankYouPages\.\d\.invitesReview$/),
        },
      });
      const [stored] = await api.db.read<{ n: number }>(
        api.organizationId,
        'select count(*)::int as n from survey where organization_id = $1 and key = $2',
        [input.key],
      );
      expect(stored).toEqual({ n: 0 });
    },
  );

  it('is refused in a new version, too', async () => {
    const { survey } = await publish(api);
    const before = (await attempts()).length;
    const definition = (gated[0] as [string, object])[1];
    const refused = await mutate(api, 'updateSurvey', { id: survey.id, definition });
    expect(errorsOf(refused)).toEqual([
      'REVIEW_GATING_REFUSED definition.thankYouPages.0.invitesReview',
    ]);
    expect((await attempts()).slice(before)).toMatchObject([
      { detail: { operation: 'updateSurvey', survey: survey.id } },
    ]);
  });

  it('is refused when it is published, though it came into the draft some other way', async () => {
    const { survey } = await mutate(api, 'createSurvey', surveyInput());
    await api.db.system(
      `update survey_version set definition = jsonb_set(definition, '{thankYouPages}',
         '[{"key": "fan", "title": {"en": "T", "nl": "T"}, "body": {"en": "B", "nl": "B"},
            "showIf": [{"question": "score", "atLeast": 9}], "invitesReview": true}]'::jsonb
         || (definition -> 'thankYouPages'))
       where published_at is null and survey_id =
         (select id from survey where organization_id = $1 and key = $2)`,
      [api.organizationId, survey.key],
    );
    const before = (await attempts()).length;
    expect(errorsOf(await mutate(api, 'publishSurvey', { id: survey.id }))).toEqual([
      'REVIEW_GATING_REFUSED thankYouPages.0.invitesReview',
    ]);
    expect(await attempts()).toHaveLength(before + 1);
  });

  it('is fine where all pages invite, whatever was answered', async () => {
    const definition = pages(
      page('fan', [of('score', { atLeast: 9 })], invites),
      page('all', [], invites),
    );
    expect(errorsOf(await publish(api, { definition }))).toEqual([]);
  });

  const link = (where: string) => ({ body: both(`Thanks! Tell others: ${where}`, 'Dank u!') });
  const fans = [of('score', { atLeast: 9 })];
  it.each([
    ['https://g.page/r/CXyz/review'],
    ['http://www.google.nl/maps/place/x'],
    ['https://maps.app.goo.gl/abc'],
    ['https://nl.trustpilot.com/review/shop.example.'],
    ['www.tripadvisor.co.uk/UserReviewEdit'],
  ])('is refused as a link in the text of one page: %s', async (where) => {
    const definition = pages(page('fan', fans, link(where)), page('all'));
    const refused = await mutate(api, 'createSurvey', surveyInput({ definition }));
    expect(errorsOf(refused)).toEqual(['REVIEW_GATING_REFUSED definition.thankYouPages.0']);
  });

  it('is refused as a link in a question that only some are asked', async () => {
    const asked = (showIf: object[]) =>
      questions({ ...text('x', showIf), text: both('Why? See yelp.com/x', 'Waarom?') });
    const refused = await publish(api, { definition: asked(fans) }).catch(
      ({ message }: Error) => message,
    );
    expect(refused).toMatch(/REVIEW_GATING_REFUSED.*"questions","1"/);
    expect(errorsOf(await publish(api, { definition: asked([]) }))).toEqual([]);
  });

  it.each([
    ['on all pages', [page('fan', fans, link('g.page/x')), page('all', [], link('g.page/x'))]],
    ['elsewhere', [page('fan', fans, link('https://shop.example/google.com/help')), page('all')]],
  ])('is not what links are that lead there %s', async (_, thankYouPages) => {
    expect(errorsOf(await publish(api, { definition: pages(...thankYouPages) }))).toEqual([]);
  });
});
