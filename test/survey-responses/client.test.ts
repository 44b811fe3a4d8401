/** The storefront client leads a respondent through a survey, in an app. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createStorefrontClient, openSurvey } from '../../clients/storefront/src/index.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { insertInvitation, insertSurvey } from './survey-kit.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({}, { isCompared: false });
}, 60_000);
afterAll(() => server.close());

it('asks one question after the other, also where answers have to be sent again', async () => {
  const { db, organizationId, url, keys } = server;
  const survey = await insertSurvey(db, organizationId, { anonymous: true });
  const options = { kind: 'public' } as const;
  const link = await insertInvitation(db, organizationId, survey.id, options);
  let sent = 0;
  const client = createStorefrontClient({
    url,
    key: keys.storefront,
    retry: { firstPauseMs: 1 },
    async fetch(...request) {
      const answer = await fetch(...request);
      // Each second one gets lost on the way back.
      if (++sent % 2 === 0) throw new TypeError('lost');
      return answer;
    },
  });
  const session = await openSurvey(client, link.token, { locale: 'en' });
  if (session === null) throw new Error('not opened');
  expect(session.question?.text).toBe('How likely are you to recommend us?');
  expect(await session.answer({ number: 11 })).toMatchObject([
    { code: 'INVALID_VALUE', path: ['answers', '0', 'number'] },
  ]);
  expect(session.token).toBe(link.token);
  expect(await session.answer({ number: 4 })).toEqual([]);
  expect(session.question?.key).toBe('wrong');
  const later = await openSurvey(client, session.token, { locale: 'en' });
  expect(later?.question?.key).toBe('wrong');
  await session.answer({ text: 'The soup.' });
  await session.answer({});
  expect(session.question).toBeNull();
  expect(session.invitation).toMatchObject({
    state: 'ANSWERED',
    thankYouPage: { title: 'We are sorry' },
  });
  const rows = await db.system('select state, score from survey_response where survey_id = $1', [
    survey.id,
  ]);
  expect(rows).toEqual([{ state: 'COMPLETED', score: 4 }]);
  expect(await openSurvey(client, 'inv_none')).toBeNull();
});
