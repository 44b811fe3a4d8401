/** Subscriptions to responses and alerts: in order, without a gap, from any place in the feed. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { submitAnswers } from '../../src/modules/survey-responses/index.ts';
import type { Data } from '../testkit/api.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { insertCustomer, insertInvitation, insertSurvey } from './survey-kit.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({}, { isCompared: false });
}, 60_000);
afterAll(() => server.close());

/** Answers with these scores, one after the other. */
async function answer(...scores: number[]): Promise<void> {
  const { db, organizationId } = server;
  const survey = await insertSurvey(db, organizationId);
  for (const number of scores) {
    const customerId = await insertCustomer(db, organizationId);
    const { token } = await insertInvitation(db, organizationId, survey.id, { customerId });
    const answers = [
      { questionKey: 'recommend', number },
      ...(number <= 6 ? [{ questionKey: 'wrong', text: 'Soup' }] : []),
    ];
    await submitAnswers(db, null, { token, answers, complete: true });
  }
}

async function first(count: number, query: string, after: string): Promise<Data[]> {
  const client = createClient({
    url: server.wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${server.keys.integrator}` },
  });
  const seen: Data[] = [];
  for await (const { data, errors } of client.iterate<Data>({ query, variables: { after } })) {
    if (errors) throw new Error(JSON.stringify(errors));
    seen.push(data);
    if (seen.length === count) break;
  }
  await client.dispose();
  return seen;
}

const RESPONSES = `subscription ($after: String) {
  surveyResponseReceived(after: $after) { cursor response { score state customer { name } } }
}`;
const ALERTS = `subscription ($after: String) {
  detractorAlert(after: $after) { cursor occurredAt alert { id acknowledgedAt response { score } } }
}`;

it('tell each response once, and of the bad ones the alerts, from where one stopped', async () => {
  const { feedPosition } = await server.query('{ feedPosition }');
  const live = first(4, RESPONSES, feedPosition);
  await answer(10, 3, 8, 0);
  const scores = (await live).map((data) => data.surveyResponseReceived.response);
  expect(scores.map(({ score }: Data) => score)).toEqual([10, 3, 8, 0]);
  expect(scores[0]).toEqual({ score: 10, state: 'COMPLETED', customer: { name: 'Sanne' } });
  const [one, two] = await first(2, ALERTS, feedPosition);
  const { cursor, alert } = one.detractorAlert;
  expect(alert).toEqual({
    id: expect.stringMatching(/^alr_/),
    acknowledgedAt: null,
    response: { score: 3 },
  });
  expect(await first(1, ALERTS, cursor)).toEqual([two]);
});
