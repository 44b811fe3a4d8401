/** What becomes of answers: saved, resumed, completed, refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { openInvitation } from '../../src/modules/survey-responses/opened.reads.ts';
import { responseToken } from '../../src/modules/survey-responses/response-token.ts';
import {
  type Submission,
  submitAnswers,
} from '../../src/modules/survey-responses/submit.service.ts';
import { entities } from '../../src/modules/entities.ts';
import {
  createOrganization,
  onPostgres,
  openTestDatabase,
  type TestDatabase,
} from '../testkit/database.ts';
import {
  BRANCHED_NPS,
  insertCustomer,
  insertInvitation,
  insertSurvey,
  type Invited,
  type SurveyRow,
  written,
} from './survey-kit.ts';

let test: TestDatabase;
let db: Database;
let organizationId: string;
let survey: SurveyRow;

beforeAll(async () => {
  test = await openTestDatabase({ entities });
  ({ db, organizationId } = test);
  survey = await insertSurvey(db, organizationId);
}, 60_000);
afterAll(() => test.close());

const submit = (token: string, submission: Partial<Submission>) =>
  submitAnswers(db, organizationId, { token, answers: [], complete: true, ...submission });

const NO_ERRORS = { responseId: expect.any(String), userErrors: [] };
const PROMOTER = { questionKey: 'recommend', number: 9 };
const DETRACTOR = { questionKey: 'recommend', number: 3 };
const WRONG = { questionKey: 'wrong', text: 'The soup was cold.' };

async function responseRow(id: string | null): Promise<Record<string, unknown>> {
  const [row] = await db.system<Record<string, unknown>>(
    'select * from survey_response where organization_id = $1 and id = $2',
    [organizationId, id],
  );
  return row ?? {};
}

async function answersOf(id: string | null): Promise<Record<string, unknown>> {
  const rows = await db.system<{ question_key: string; value: unknown }>(
    `select question_key, coalesce(to_jsonb(number), to_jsonb(choices), to_jsonb(text)) as value
     from survey_answer where organization_id = $1 and response_id = $2 order by question_key`,
    [organizationId, id],
  );
  return Object.fromEntries(rows.map(({ question_key, value }) => [question_key, value]));
}

describe('answers by an invitation', () => {
  let customerId: string;
  let invited: Invited;
  beforeEach(async () => {
    customerId = await insertCustomer(db, organizationId);
    const sentAt = new Date(Date.now() - 90_000);
    const params = { campaign: 'spring', order: '1001' };
    const options = { customerId, sentAt, params, locale: 'nl-BE' };
    invited = await insertInvitation(db, organizationId, survey.id, options);
  });

  it('are saved one after the other, and completed', async () => {
    const first = await submit(invited.token, { answers: [PROMOTER], complete: false });
    expect(first).toEqual(NO_ERRORS);
    const half = await openInvitation(db, invited.token);
    expect(half).toMatchObject({ state: 'OPEN', begun: { responseId: first.responseId } });
    expect(await responseRow(first.responseId)).toMatchObject({
      state: 'PARTIAL',
      score: null,
      completed_at: null,
    });
    const last = await submit(invited.token, {
      answers: [{ questionKey: 'best', choices: ['staff', 'price'] }],
    });
    expect(last).toEqual(first);
    const row = await responseRow(first.responseId);
    expect(row).toMatchObject({
      ...{ survey_id: survey.id, survey_version: 1, invitation_id: invited.id },
      ...{ customer_id: customerId, channel: 'EMAIL', touchpoint: 'checkout', locale: 'nl' },
      ...{ params: { campaign: 'spring', order: '1001' }, state: 'COMPLETED', scale: 'NPS_10' },
      ...{ score: 9, segment: 'PROMOTER', sentiment: 'POSITIVE', outcome: 'thanks' },
    });
    expect(row['response_seconds']).toBeGreaterThanOrEqual(90);
    expect(row['response_seconds']).toBeLessThan(120);
    expect(await answersOf(first.responseId)).toEqual({
      recommend: 9,
      best: ['staff', 'price'],
    });
    expect(await openInvitation(db, invited.token)).toMatchObject({ state: 'ANSWERED' });
  });

  it('take the invitation, the customer and the feed along in one transaction', async () => {
    const { responseId } = await submit(invited.token, { answers: [DETRACTOR, WRONG] });
    const [invitation] = await db.system(
      'select state, opened_at, answered_at from invitation where organization_id = $1 and id = $2',
      [organizationId, invited.id],
    );
    const time = expect.any(Date);
    expect(invitation).toEqual({ state: 'ANSWERED', opened_at: time, answered_at: time });
    const [customer] = await db.system(
      'select nps_segment, feedback_count from customer where organization_id = $1 and id = $2',
      [organizationId, customerId],
    );
    expect(customer).toEqual({ nps_segment: 'DETRACTOR', feedback_count: 1 });
    const events = await db.system(
      `select kind, customer_id, sentiment from feed_event
       where organization_id = $1 and survey_response_id = $2 order by seq`,
      [organizationId, responseId],
    );
    const told = { customer_id: customerId, sentiment: 'NEGATIVE' };
    expect(events).toEqual([
      { kind: 'SURVEY_RESPONSE_RECEIVED', ...told },
      { kind: 'DETRACTOR_ALERT_RAISED', ...told },
    ]);
  });

  it('lead past what was answered before, which is dropped', async () => {
    const { responseId } = await submit(invited.token, {
      answers: [DETRACTOR, WRONG],
      complete: false,
    });
    await submit(invited.token, { answers: [PROMOTER], complete: false });
    expect(await answersOf(responseId)).toEqual({ recommend: 9 });
    await submit(invited.token, {});
    expect(await responseRow(responseId)).toMatchObject({ segment: 'PROMOTER', outcome: 'thanks' });
  });

  it('complete themselves where nothing is left to ask, and a question may be passed over', async () => {
    const goOn = (answers: Submission['answers']) =>
      submit(invited.token, { answers, complete: 'WHEN_DONE' });
    const { responseId } = await goOn([PROMOTER]);
    await goOn([{ questionKey: 'best' }]);
    expect(await responseRow(responseId)).toMatchObject({ state: 'PARTIAL' });
    await goOn([{ questionKey: 'contact', choices: [] }]);
    expect(await responseRow(responseId)).toMatchObject({ state: 'COMPLETED' });
    expect(await answersOf(responseId)).toEqual({ recommend: 9, best: null, contact: null });
  });

  it('with an idempotency key are taken once, also after they were completed', async () => {
    const call = { answers: [PROMOTER], idempotencyKey: 'once' };
    const first = await submit(invited.token, call);
    const before = await written(db, organizationId);
    expect(await submit(invited.token, call)).toEqual(first);
    expect(await submit(invited.token, { ...call, answers: [DETRACTOR, WRONG] })).toMatchObject({
      responseId: null,
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect(await written(db, organizationId)).toEqual(before);
  });

  it('with the key of another respondent are other answers', async () => {
    const other = await insertInvitation(db, organizationId, survey.id);
    const call = { answers: [PROMOTER], idempotencyKey: 'the same' };
    const first = await submit(invited.token, call);
    const second = await submit(other.token, call);
    expect(second).toEqual(NO_ERRORS);
    expect(second.responseId).not.toBe(first.responseId);
  });

  (onPostgres ? it : it.skip)('sent at the same time end as one completed response', async () => {
    const rivals = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        submit(invited.token, { answers: [{ questionKey: 'recommend', number: 7 + (i % 4) }] }),
      ),
    );
    expect(rivals.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(rivals.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(
      Array.from({ length: 7 }, () => 'INVALID_STATE'),
    );
    const rows = await db.system(
      'select state from survey_response where organization_id = $1 and invitation_id = $2',
      [organizationId, invited.id],
    );
    expect(rows).toEqual([{ state: 'COMPLETED' }]);
  });
});

describe('answers by a public link', () => {
  it('are a response each, gone on with by a token of its own', async () => {
    const open = await insertSurvey(db, organizationId, { anonymous: true });
    const link = await insertInvitation(db, organizationId, open.id, {
      kind: 'public',
      params: { table: '12' },
    });
    const one = await submit(link.token, { answers: [PROMOTER], complete: false });
    const two = await submit(link.token, { answers: [PROMOTER], complete: false });
    expect(two.responseId).not.toBe(one.responseId);
    const token = await responseToken(db, organizationId, one.responseId ?? '');
    expect(await submit(token, {})).toEqual(one);
    expect(await responseRow(one.responseId)).toMatchObject({
      ...{ state: 'COMPLETED', invitation_id: null, customer_id: null, params: { table: '12' } },
      ...{ channel: 'LINK', response_seconds: null },
    });
    expect(await responseRow(two.responseId)).toMatchObject({ state: 'PARTIAL' });
    expect(await submit(token, { answers: [DETRACTOR, WRONG] })).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', path: ['token'] }],
    });
  });

  it('are refused where the survey does not allow them', async () => {
    const link = await insertInvitation(db, organizationId, survey.id, { kind: 'public' });
    expect(await submit(link.token, { answers: [PROMOTER] })).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE', path: ['token'] }],
    });
  });
});

describe('refused, with nothing saved', () => {
  let invited: Invited;
  beforeAll(async () => {
    invited = await insertInvitation(db, organizationId, survey.id);
  });

  const past = new Date(Date.now() - 1_000);
  const tokens: Record<string, () => Promise<string> | string> = {
    'a token that was made elsewhere': () => `${invited.token.slice(0, -4)}AAAA`,
    'a token that is none': () => 'inv_1',
    'a token of another kind': () => invited.token.replace('inv_', 'ans_'),
    'an expired invitation': async () =>
      (await insertInvitation(db, organizationId, survey.id, { expiresAt: past })).token,
    'a revoked invitation': async () =>
      (await insertInvitation(db, organizationId, survey.id, { state: 'REVOKED' })).token,
    'a survey that has ended': async () => {
      const ended = await insertSurvey(db, organizationId, { endsAt: past });
      return (await insertInvitation(db, organizationId, ended.id)).token;
    },
    'an answered invitation': async () => {
      const { token } = await insertInvitation(db, organizationId, survey.id);
      await submit(token, { answers: [PROMOTER] });
      return token;
    },
    'an invitation to a review': async () =>
      (await insertInvitation(db, organizationId, null)).token,
    'an invitation of another organization': async () => {
      const theirs = await createOrganization(db, { slug: 'theirs' });
      const { id } = await insertSurvey(db, theirs);
      return (await insertInvitation(db, theirs, id)).token;
    },
  };
  const CODES: Readonly<Record<string, string>> = {
    'a token that was made elsewhere': 'NOT_FOUND',
    'a token that is none': 'NOT_FOUND',
    'a token of another kind': 'NOT_FOUND',
    'an invitation of another organization': 'NOT_FOUND',
  };

  it.each(Object.keys(tokens))('%s', async (name) => {
    const token = (await tokens[name]?.()) ?? '';
    const before = await written(db, organizationId);
    expect(await submit(token, { answers: [PROMOTER] })).toMatchObject({
      responseId: null,
      userErrors: [{ code: CODES[name] ?? 'INVALID_STATE', path: ['token'] }],
    });
    expect(await written(db, organizationId)).toEqual(before);
  });

  const inputs: Record<string, [Submission['answers'], { code: string; path: string[] }]> = {
    'an unknown question': [
      [{ questionKey: 'colour', text: 'red' }],
      { code: 'INVALID_VALUE', path: ['answers', '0', 'questionKey'] },
    ],
    'a question that is not reached': [
      [PROMOTER, WRONG],
      { code: 'INVALID_STATE', path: ['answers', '1', 'questionKey'] },
    ],
    'a number beyond the scale': [
      [{ questionKey: 'recommend', number: 11 }],
      { code: 'INVALID_VALUE', path: ['answers', '0', 'number'] },
    ],
    'a number between the steps': [
      [{ questionKey: 'recommend', number: 8.5 }],
      { code: 'INVALID_VALUE', path: ['answers', '0', 'number'] },
    ],
    'an answer of another kind': [
      [{ questionKey: 'recommend', text: 'nine' }],
      { code: 'INVALID_VALUE', path: ['answers', '0', 'text'] },
    ],
    'a choice that is not offered': [
      [PROMOTER, { questionKey: 'best', choices: ['soup'] }],
      { code: 'INVALID_VALUE', path: ['answers', '1', 'choices', '0'] },
    ],
    'a text that is too long': [
      [DETRACTOR, { questionKey: 'wrong', text: 'x'.repeat(5_001) }],
      { code: 'LIMIT_EXCEEDED', path: ['answers', '1', 'text'] },
    ],
    'a question that is answered twice': [
      [PROMOTER, DETRACTOR],
      { code: 'INVALID_VALUE', path: ['answers', '1', 'questionKey'] },
    ],
    'too many answers': [
      Array.from({ length: 101 }, () => PROMOTER),
      { code: 'LIMIT_EXCEEDED', path: ['answers'] },
    ],
    'a required question that is left out': [
      [DETRACTOR],
      { code: 'INVALID_VALUE', path: ['answers'] },
    ],
  };

  it.each(Object.entries(inputs))('%s', async (_, [answers, error]) => {
    const before = await written(db, organizationId);
    const refused = await submit(invited.token, { answers });
    expect(refused.responseId).toBeNull();
    expect(refused.userErrors[0]).toMatchObject(error);
    expect(refused.userErrors[0]?.message).not.toBe('');
    expect(await written(db, organizationId)).toEqual(before);
  });
});

describe('an alert', () => {
  const scores = BRANCHED_NPS.questions[0]?.scale === 'NPS_10' ? [0, 6, 7, 10] : [];
  const cases: [number | null, number, number][] = [
    ...scores.map((n): [null, number, number] => [null, n, n <= 6 ? 1 : 0]),
    [3, 3, 1],
    [3, 4, 0],
  ];

  it.each(cases)('with alertAtMost %p, a score of %i raises %i', async (alertAtMost, n, raised) => {
    const { id } = await insertSurvey(db, organizationId, { alertAtMost });
    const { token } = await insertInvitation(db, organizationId, id);
    const answers = [{ questionKey: 'recommend', number: n }, ...(n <= 6 ? [WRONG] : [])];
    const { responseId } = await submit(token, { answers });
    const alerts = await db.system(
      'select 1 from detractor_alert where organization_id = $1 and response_id = $2',
      [organizationId, responseId],
    );
    expect(alerts).toHaveLength(raised);
  });
});
