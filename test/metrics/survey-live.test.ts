import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { overWebSocket } from '../http/subscribers.ts';
import type { Data } from '../testkit/api.ts';
import { verifySurveyRollups } from '../../src/modules/survey-rollups/index.ts';
import { DEMO_SURVEY } from '../../src/demo/survey.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';
import { SurveysByHand } from './surveys-by-hand.ts';

const RESULT = 'feedPosition rows { bucket values { measure value n } }';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({}, { isCompared: false });
}, 60_000);
afterAll(() => server.close());

it('the view of customer feedback is followed: each answer changes it, and it is exact', async () => {
  const here = new SurveysByHand(server.db, server.organizationId);
  await here.survey('nps', 'NPS', [['NPS_10', 2]]);
  const { metricView } = await server.query('{ metricView(key: "customer-feedback") { id } }');
  const { id } = metricView;
  const subscriber = overWebSocket(server, server.keys.integrator, {
    query: `subscription ($id: ID!) { metricViewUpdated(id: $id) { ${RESULT} } }`,
    variables: { id },
  });
  const last = () => subscriber.results.at(-1)?.data as Data;
  const npsNow = () => last()?.metricViewUpdated.rows.at(-1).values[0];
  await until('the first result', () => subscriber.results.length === 1);
  expect(npsNow()).toEqual({ measure: 'NPS', value: null, n: 0 });

  await here.write({ survey: 'nps', score: 10, at: new Date().toISOString() });
  await until('the answer counts', () => npsNow().n === 1);
  expect(npsNow().value).toBe(100);
  await here.write({ survey: 'nps', score: 2, at: new Date().toISOString() });
  await until('the next answer counts', () => npsNow().n === 2);
  expect(npsNow().value).toBe(0);
  const { metricView: now } = await server.query(
    `query ($id: ID!) { metricView(id: $id) { result { ${RESULT} } } }`,
    { id },
  );
  expect(last().metricViewUpdated).toEqual(now.result);
  subscriber.stop();
});

it('what goes in by the API is counted, and the rollups say what the rows say', async () => {
  const mutate = async (field: string, type: string, selection: string, input: object) => {
    const document = `mutation Write($input: ${type}!) { payload: ${field}(input: $input) { ${selection} userErrors { code message path } } }`;
    const { payload } = await server.query(document, { input });
    expect([field, payload.userErrors]).toEqual([field, []]);
    return payload;
  };
  const { survey } = await mutate(
    'createSurvey',
    'CreateSurveyInput',
    'survey { id key }',
    DEMO_SURVEY,
  );
  await mutate('publishSurvey', 'SurveyInput', 'survey { id }', { id: survey.id });
  await mutate('importCustomers', 'ImportCustomersInput', 'created', {
    customers: ['a', 'b'].map((externalId) => ({ externalId, locale: 'en', timeZone: 'UTC' })),
  });
  const answer = (link: string, score: number, complete: boolean) =>
    mutate('submitSurveyResponse', 'SubmitSurveyResponseInput', 'nextQuestionKey', {
      token: link.slice(link.lastIndexOf('/') + 1),
      answers: [
        { questionKey: 'recommend', number: score },
        ...(score > 6 ? [] : [{ questionKey: 'topic', choices: ['price'] }]),
      ],
      complete,
    });
  const links: string[] = [];
  for (const customerExternalId of ['a', 'b']) {
    const input = { surveyKey: survey.key, customerExternalId, channel: 'LINK' };
    const { link } = await mutate('inviteCustomer', 'InviteCustomerInput', 'link', input);
    links.push(link);
  }
  const { link: open } = await mutate('createSurveyLink', 'CreateSurveyLinkInput', 'link', {
    surveyKey: survey.key,
    touchpoint: 'counter',
  });
  // The first in two parts; the second is left; two others by the public link.
  await answer(links[0]!, 9, false);
  await answer(links[0]!, 9, true);
  await answer(links[1]!, 3, false);
  await answer(open, 10, true);
  await answer(open, 4, true);
  const query = {
    measures: ['SURVEY_SENT', 'SURVEY_STARTED', 'SURVEY_ANSWERS', 'SURVEY_COMPLETION_RATE', 'NPS'],
    filter: { surveyIds: [survey.id] },
    range: { last: { count: 2, unit: 'DAY' } },
    dimensions: ['TOUCHPOINT'],
  };
  const { metrics } = await server.query(
    `query ($query: MetricQuery!) { metrics(query: $query) { rows { dimensions { value } values { value n } } } }`,
    { query },
  );
  const told = metrics.rows.map(({ dimensions, values }: Data) => [
    dimensions[0].value,
    ...values.map(({ value }: Data) => value),
  ]);
  expect(told).toEqual([
    ['counter', 0, 2, 2, null, 0],
    [null, 2, 2, 1, 0.5, 100],
  ]);
  for await (const { differences } of verifySurveyRollups(server.db, server.organizationId)) {
    expect(differences).toEqual([]);
  }
}, 60_000);
