/** How often respondents behind one address may ask is a setting: behind a proxy all have its address. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { insertCustomer, insertInvitation, insertSurvey } from './survey-kit.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ ANTIPHON_RESPONDENT_RATE_LIMIT: '3' });
}, 60_000);
afterAll(() => server.close());

it('beyond it they have to wait, each with a token of their own', async () => {
  const { db, organizationId, url } = server;
  const survey = await insertSurvey(db, organizationId);
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) {
    const customerId = await insertCustomer(db, organizationId);
    const { token } = await insertInvitation(db, organizationId, survey.id, { customerId });
    statuses.push((await fetch(`${url}/s/${token}`)).status);
  }
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
});
