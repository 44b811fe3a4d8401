import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { overWebSocket } from '../http/subscribers.ts';
import type { Data } from '../testkit/api.ts';
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
