/** The fields of the schema: what respondents see by their token, and what members read. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { encodeId } from '../../src/graphql/ids.ts';
import { createOrganization } from '../testkit/database.ts';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import {
  insertCustomer,
  insertInvitation,
  insertSurvey,
  type Invited,
  type SurveyRow,
} from './survey-kit.ts';

let api: TestApi;
let organizationId: string;
let survey: SurveyRow;
let customerId: string;

beforeAll(async () => {
  api = await openTestApi();
  ({ organizationId } = api);
  survey = await insertSurvey(api.db, organizationId);
  customerId = await insertCustomer(api.db, organizationId);
}, 60_000);
afterAll(() => api.close());

const storefront = () => callerOf(organizationId, 'STOREFRONT');
const invite = (options = {}): Promise<Invited> =>
  insertInvitation(api.db, organizationId, survey.id, { customerId, ...options });

const OPEN = `query ($token: String!, $locale: Locale) {
  invitation(token: $token, locale: $locale) {
    state organizationName title kind locale locales expiresAt nextQuestionKey reviewUrl
    questions {
      key kind text help required asked answered choices { key label }
      scale { min max lowLabel highLabel }
    }
    thankYouPage { title body reviewUrl }
  }
}`;
const SUBMIT = `mutation ($input: SubmitSurveyResponseInput!) {
  submitSurveyResponse(input: $input) {
    invitation { state nextQuestionKey }
    thankYouPage { title } nextQuestionKey responseToken
    userErrors { __typename code path message }
  }
}`;

const submit = async (input: object, caller = storefront()): Promise<Data> =>
  (await api.run(SUBMIT, { input }, caller)).submitSurveyResponse;

describe('a respondent', () => {
  it('is asked in their language, and told nothing else about themselves', async () => {
    const { token } = await invite({ locale: 'nl-BE' });
    const { invitation } = await api.run(OPEN, { token }, storefront());
    expect(invitation).toMatchObject({
      ...{ state: 'OPEN', organizationName: 'test', title: 'Your visit', kind: 'NPS' },
      ...{ locale: 'nl', locales: ['en', 'nl'], nextQuestionKey: 'recommend' },
      ...{ thankYouPage: null, reviewUrl: null },
    });
    expect(invitation.questions).toHaveLength(4);
    expect(invitation.questions[0]).toEqual({
      ...{ key: 'recommend', kind: 'SCALE', help: null, required: true, choices: [] },
      text: 'Hoe waarschijnlijk is het dat u ons aanbeveelt?',
      scale: {
        min: 0,
        max: 10,
        lowLabel: 'Zeer onwaarschijnlijk',
        highLabel: 'Zeer waarschijnlijk',
      },
      asked: true,
      answered: false,
    });
    expect(invitation.questions.map((question: Data) => question.asked)).toEqual([
      ...[true, false, false, true],
    ]);
    const english = await api.run(OPEN, { token, locale: 'en-GB' }, storefront());
    expect(english.invitation.questions[2]).toMatchObject({
      text: 'What went wrong?',
      help: 'In your own words',
    });
  });

  it('goes on where they stopped, and sees the page of their outcome, but no answer', async () => {
    const { token } = await invite();
    const half = await submit({
      token,
      complete: false,
      answers: [{ questionKey: 'recommend', number: 2 }],
    });
    expect(half).toEqual({
      invitation: { state: 'OPEN', nextQuestionKey: 'wrong' },
      thankYouPage: null,
      nextQuestionKey: 'wrong',
      responseToken: token,
      userErrors: [],
    });
    const whole = await submit({ token, answers: [{ questionKey: 'wrong', text: 'SECRETTEXT' }] });
    expect(whole).toMatchObject({
      invitation: { state: 'ANSWERED', nextQuestionKey: null },
      thankYouPage: { title: 'Dat spijt ons' },
    });
    const { invitation } = await api.run(OPEN, { token }, storefront());
    expect(invitation).toMatchObject({ state: 'ANSWERED', questions: [] });
    expect(JSON.stringify(invitation)).not.toContain('SECRETTEXT');
    const again = await submit({ token, answers: [] });
    expect(again).toMatchObject({
      invitation: { state: 'ANSWERED' },
      responseToken: null,
      userErrors: [{ __typename: 'RefusedError', code: 'INVALID_STATE', path: ['token'] }],
    });
  });

  it('of a public link gets a token of their own', async () => {
    const open = await insertSurvey(api.db, organizationId, { anonymous: true });
    const link = await insertInvitation(api.db, organizationId, open.id, { kind: 'public' });
    const answers = [{ questionKey: 'recommend', number: 8 }];
    const begun = await submit({ token: link.token, complete: false, answers });
    expect(begun.responseToken).toMatch(/^ans_/);
    expect(begun.invitation).toEqual({ state: 'OPEN', nextQuestionKey: 'contact' });
    const done = await submit({ token: begun.responseToken, answers: [] });
    expect(done.invitation.state).toBe('ANSWERED');
    const { invitation } = await api.run(OPEN, { token: link.token }, storefront());
    expect(invitation).toMatchObject({ state: 'OPEN', nextQuestionKey: 'recommend' });
  });

  it('finds nothing with a token of another organization, or one that is forged', async () => {
    const theirs = await createOrganization(api.db, { slug: 'theirs' });
    const { id } = await insertSurvey(api.db, theirs);
    const foreign = await insertInvitation(api.db, theirs, id);
    const { token } = await invite();
    const forged = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const each of [foreign.token, forged, 'inv_', '']) {
      expect(await api.run(OPEN, { token: each }, storefront())).toEqual({ invitation: null });
      expect(await submit({ token: each, answers: [] })).toMatchObject({
        invitation: null,
        userErrors: [{ code: 'NOT_FOUND', path: ['token'] }],
      });
    }
    const theirCaller = callerOf(theirs, 'STOREFRONT');
    expect((await api.run(OPEN, { token: foreign.token }, theirCaller)).invitation.state).toBe(
      'OPEN',
    );
  });

  it('is asked for a review with nothing but the place where it is written', async () => {
    await api.db.system(
      `insert into survey_settings (organization_id, review_invitation_url, updated_at)
       values ($1, 'https://reviews.example/us', now())`,
      [organizationId],
    );
    const { token } = await insertInvitation(api.db, organizationId, null, { customerId });
    const { invitation } = await api.run(OPEN, { token }, storefront());
    expect(invitation).toMatchObject({
      ...{ state: 'OPEN', kind: null, title: null, questions: [] },
      reviewUrl: 'https://reviews.example/us',
    });
    const id = uuidv7();
    await api.db.system(
      `insert into location (organization_id, id, external_id, name, time_zone, locale, tags, created_at, updated_at)
       values ($1, $2, 'dam', 'Dam', 'UTC', 'nl', '{}', now(), now())`,
      [organizationId, id],
    );
    await api.db.system(
      `insert into source_profile (organization_id, id, location_id, source, url)
       values ($1, $2, $3, 'GOOGLE', 'https://maps.example/dam')`,
      [organizationId, uuidv7(), id],
    );
    const options = { customerId, locationId: id };
    const ofPlace = await insertInvitation(api.db, organizationId, null, options);
    expect(await api.run(OPEN, { token: ofPlace.token }, storefront())).toMatchObject({
      invitation: { reviewUrl: 'https://maps.example/dam' },
    });
  });

  it.each([
    ['a promoter', 10, []],
    ['a detractor', 0, [{ questionKey: 'wrong', text: 'All of it.' }]],
  ])('is invited to review in public, as %s as well', async (_, number, more) => {
    const { token } = await invite({ locale: 'en' });
    await submit({ token, answers: [{ questionKey: 'recommend', number }, ...more] });
    const { invitation } = await api.run(OPEN, { token }, storefront());
    expect(invitation.thankYouPage.reviewUrl).toBe('https://reviews.example/us');
  });
});

describe('a member', () => {
  const LIST = `query ($id: ID!, $filter: SurveyResponseFilter, $first: Int) {
    survey(id: $id) {
      responses(filter: $filter, first: $first) {
        totalCount
        nodes {
          id versionNumber channel touchpoint locale params { name value } state scale score segment
          sentiment outcome startedAt completedAt responseSeconds
          answers { questionKey number choices text answeredAt }
          survey { key } customer { externalId } location { id } product { id }
        }
      }
    }
  }`;
  let own: SurveyRow;
  let ids: { survey: string; customer: string };

  beforeAll(async () => {
    own = await insertSurvey(api.db, organizationId);
    customerId = await insertCustomer(api.db, organizationId);
    ids = { survey: encodeId('Survey', own.id), customer: encodeId('Customer', customerId) };
    for (const [i, number] of [10, 3, 7, 9].entries()) {
      const { token } = await insertInvitation(api.db, organizationId, own.id, {
        customerId,
        locale: 'en',
        params: { campaign: i % 2 === 0 ? 'spring' : 'autumn', order: `${i}` },
        sentAt: new Date(Date.now() - 60_000),
      });
      const text = number <= 6 ? [{ questionKey: 'wrong', text: `No soup ${i}` }] : [];
      const skipped = number >= 9 ? [{ questionKey: 'best' }] : [];
      const answers = [{ questionKey: 'recommend', number }, ...skipped, ...text];
      await submit({ token, answers, complete: i < 3 });
    }
  });

  it('reads what was answered, with its filters', async () => {
    const { survey: read } = await api.run(LIST, { id: ids.survey });
    expect(read.responses.totalCount).toBe(4);
    expect(read.responses.nodes[2]).toEqual({
      ...{ id: expect.stringMatching(/^ans_/), versionNumber: 1, channel: 'EMAIL' },
      ...{ touchpoint: 'checkout', locale: 'en', state: 'COMPLETED', scale: 'NPS_10', score: 3 },
      ...{ segment: 'DETRACTOR', sentiment: 'NEGATIVE', outcome: 'sorry' },
      params: [
        { name: 'order', value: '1' },
        { name: 'campaign', value: 'autumn' },
      ],
      startedAt: expect.any(String),
      completedAt: expect.any(String),
      responseSeconds: expect.any(Number),
      answers: [
        {
          ...{ questionKey: 'recommend', number: 3, choices: [], text: null },
          answeredAt: expect.any(String),
        },
        {
          ...{ questionKey: 'wrong', number: null, choices: [], text: 'No soup 1' },
          answeredAt: expect.any(String),
        },
      ],
      survey: { key: own.key },
      customer: { externalId: expect.any(String) },
      location: null,
      product: null,
    });
    const counted = async (filter: object) =>
      (await api.run(LIST, { id: ids.survey, filter })).survey.responses.totalCount;
    expect(await counted({ state: 'PARTIAL' })).toBe(1);
    expect(await counted({ segments: ['DETRACTOR', 'PASSIVE'] })).toBe(2);
    expect(await counted({ sentiments: ['POSITIVE'] })).toBe(1);
    expect(await counted({ params: [{ name: 'campaign', value: 'spring' }] })).toBe(2);
    expect(await counted({ params: [{ name: 'campaign', value: 'SPRING' }] })).toBe(0);
    expect(await counted({ channels: ['LINK'] })).toBe(0);
    expect(await counted({ touchpoints: ['checkout'], versionNumbers: [1] })).toBe(4);
    expect(await counted({ completedAfter: '2020-01-01T00:00:00Z' })).toBe(3);
    expect(await counted({ completedBefore: '2020-01-01T00:00:00Z' })).toBe(0);
    expect(await counted({ locationIds: [encodeId('Location', own.id)] })).toBe(0);
  });

  it('reads one by its id, and any number by one statement', async () => {
    const { survey: read } = await api.run(LIST, { id: ids.survey });
    const { id } = read.responses.nodes[0];
    const one = await api.run('query ($id: ID!) { surveyResponse(id: $id) { id state } }', { id });
    expect(one.surveyResponse).toEqual({ id, state: 'PARTIAL' });
    const statements = await api.statements(() => api.run(LIST, { id: ids.survey, first: 4 }));
    expect(statements).toHaveLength(1);
  });

  it('reads the history of a customer', async () => {
    const { customer } = await api.run(
      `query ($id: ID!) {
        customer(id: $id) {
          npsSegment
          surveyResponses(first: 2) { totalCount nodes { state } }
          scoreHistory(first: 2) { totalCount nodes { surveyKind scale score segment sentiment } }
        }
      }`,
      { id: ids.customer },
    );
    expect(customer).toEqual({
      npsSegment: 'PASSIVE',
      surveyResponses: { totalCount: 4, nodes: [{ state: 'PARTIAL' }, { state: 'COMPLETED' }] },
      scoreHistory: {
        totalCount: 3,
        nodes: [
          {
            ...{ surveyKind: 'NPS', scale: 'NPS_10', score: 7 },
            ...{ segment: 'PASSIVE', sentiment: 'NEUTRAL' },
          },
          {
            ...{ surveyKind: 'NPS', scale: 'NPS_10', score: 3 },
            ...{ segment: 'DETRACTOR', sentiment: 'NEGATIVE' },
          },
        ],
      },
    });
  });

  it('sees alerts, and takes one on once', async () => {
    const ALERTS = `query ($acknowledged: Boolean) {
      detractorAlerts(acknowledged: $acknowledged, first: 1) {
        totalCount
        nodes { id raisedAt acknowledgedAt acknowledgedBy { name } response { score } }
      }
    }`;
    const { detractorAlerts: open } = await api.run(ALERTS, { acknowledged: false });
    const [alert] = open.nodes;
    expect(alert).toMatchObject({ acknowledgedAt: null, response: { score: 3 } });
    const ACKNOWLEDGE = `mutation ($input: AcknowledgeAlertInput!) {
      acknowledgeAlert(input: $input) { alert { id acknowledgedAt } userErrors { code path } }
    }`;
    const input = { alertId: alert.id };
    const first = await api.run(ACKNOWLEDGE, { input });
    expect(first.acknowledgeAlert.alert.acknowledgedAt).toEqual(expect.any(Date));
    expect(await api.run(ACKNOWLEDGE, { input })).toEqual(first);
    const { detractorAlerts: left } = await api.run(ALERTS, { acknowledged: false });
    expect(left.totalCount).toBe(open.totalCount - 1);
    const unknown = { alertId: encodeId('DetractorAlert', own.id) };
    expect(await api.run(ACKNOWLEDGE, { input: unknown })).toMatchObject({
      acknowledgeAlert: { alert: null, userErrors: [{ code: 'NOT_FOUND', path: ['alertId'] }] },
    });
  });
});

it('a storefront has nothing of it but its respondent’s side', () => {
  const { storefront: schema } = api.schemas;
  expect(Object.keys(schema.getMutationType()?.getFields() ?? {})).toEqual([
    'submitSurveyResponse',
  ]);
  for (const type of ['SurveyResponse', 'SurveyAnswer', 'DetractorAlert', 'Survey', 'Customer']) {
    expect(schema.getType(type)).toBeUndefined();
  }
});
