import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { en, mutate, nps, pages, questions, READINESS, surveyInput, text } from './survey-graph.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

let made = 0;
/** The API as one organization of its own uses it. */
async function someone(): Promise<TestApi> {
  const caller = callerOf(await api.organization(`ready-${++made}`), 'INTEGRATOR');
  const run = (document: string, variables?: object) => api.run(document, variables, caller);
  return { ...api, run, organizationId: caller.organizationId };
}

async function readiness(own: TestApi, key: string): Promise<Data> {
  const { survey } = await own.run(`query ($key: String!) { survey(key: $key) { ${READINESS} } }`, {
    key,
  });
  return survey.readiness;
}

const failed = ({ checks }: Data) =>
  checks
    .filter(({ passed }: Data) => !passed)
    .map(({ code, severity }: Data) => `${severity} ${code}`);

async function importCustomer(own: TestApi): Promise<void> {
  const customers = [{ externalId: 'c1', email: 'c1@example.com' }];
  const answer = await own.run(
    `mutation ($input: ImportCustomersInput!) { importCustomers(input: $input) { created } }`,
    { input: { customers } },
  );
  expect(answer.importCustomers.created).toBe(1);
}

async function proveSender(own: TestApi): Promise<void> {
  await own.run(
    'mutation { updateSurveySettings(input: { senderAddress: "a@example.com" }) { userErrors { code } } }',
  );
  await api.db.system(
    'update survey_settings set sender_proven_at = now() where organization_id = $1',
    [own.organizationId],
  );
}

it('a complete survey waits for a sender and an audience, and is ready with both', async () => {
  const own = await someone();
  const { survey } = await mutate(own, 'createSurvey', surveyInput());
  const first = await readiness(own, survey.key);
  expect(first.ready).toBe(false);
  expect(failed(first)).toEqual(['ERROR SENDER', 'ERROR AUDIENCE']);
  expect(first.checks.map(({ code }: Data) => code)).toEqual([
    'QUESTIONS',
    'SCORED_QUESTION',
    'BRANCHES',
    'TRANSLATIONS',
    'THANK_YOU_PAGES',
    'REVIEW_INVITATION',
    'COMPARABILITY',
    'OPEN_QUESTION',
    'LENGTH',
    'SENDER',
    'AUDIENCE',
  ]);
  await proveSender(own);
  expect(failed(await readiness(own, survey.key))).toEqual(['ERROR AUDIENCE']);
  await importCustomer(own);
  const last = await readiness(own, survey.key);
  expect([last.ready, failed(last)]).toEqual([true, []]);
  await mutate(own, 'publishSurvey', { id: survey.id });
  expect((await readiness(own, survey.key)).ready).toBe(true);
});

it('a draft in the making is told everything that is missing, with what to do', async () => {
  const own = await someone();
  const definition = nps({
    questions: [{ ...text('only', [{ question: 'none', atLeast: 1 }]), text: en('English') }],
    thankYouPages: [],
  });
  const { survey } = await mutate(own, 'createSurvey', surveyInput({ definition }));
  const { ready, checks } = await readiness(own, survey.key);
  expect(ready).toBe(false);
  expect(failed({ checks })).toEqual([
    'ERROR SCORED_QUESTION',
    'ERROR BRANCHES',
    'ERROR TRANSLATIONS',
    'ERROR THANK_YOU_PAGES',
    'ERROR SENDER',
    'ERROR AUDIENCE',
  ]);
  for (const { passed, message, action } of checks) {
    expect([message !== '', action !== null]).toEqual([true, !passed]);
  }
  const translations = checks.find(({ code }: Data) => code === 'TRANSLATIONS');
  expect(translations).toMatchObject({
    path: ['questions', '0', 'text'],
    message: '`questions.0.text` is missing in nl.',
  });
});

it('advice does not hold a survey back', async () => {
  const own = await someone();
  await proveSender(own);
  await importCustomer(own);
  const { survey } = await mutate(own, 'createSurvey', surveyInput({ definition: questions() }));
  const { ready, ...rest } = await readiness(own, survey.key);
  expect([ready, failed(rest)]).toEqual([true, ['WARNING OPEN_QUESTION']]);
});

it('what is answered by a public link needs neither sender nor customers', async () => {
  const own = await someone();
  const { survey } = await mutate(own, 'createSurvey', surveyInput({ anonymous: true }));
  const { ready, ...rest } = await readiness(own, survey.key);
  expect([ready, failed(rest)]).toEqual([true, ['WARNING SENDER', 'WARNING AUDIENCE']]);
});

it('looks at the draft where there is one, which may be worse than what is published', async () => {
  const own = await someone();
  const { survey } = await mutate(own, 'createSurvey', surveyInput());
  await mutate(own, 'publishSurvey', { id: survey.id });
  await mutate(own, 'updateSurvey', { id: survey.id, definition: pages() });
  expect(failed(await readiness(own, survey.key))).toContain('ERROR THANK_YOU_PAGES');
});

it('is asked by id and key, of whoever may read surveys, and of one’s own alone', async () => {
  const own = await someone();
  const { survey } = await mutate(own, 'createSurvey', surveyInput());
  const QUERY = `query ($id: ID!, $key: String!) {
    byId: surveyReadiness(id: $id) { ready checks { code } }
    byKey: surveyReadiness(key: $key) { ready checks { code } }
    none: surveyReadiness(key: "none") { ready } }`;
  const { byId, byKey, none } = await own.run(QUERY, survey);
  expect(byId.checks).toHaveLength(11);
  expect([byKey, none]).toEqual([byId, null]);
  const other = await someone();
  expect(await other.run(QUERY, survey)).toEqual({ byId: null, byKey: null, none: null });
});
