import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { installChannels } from '../../src/channels/installed.ts';
import { createWebhookChannel } from '../../src/channels/webhook.ts';
import { readToken } from '../../src/modules/invitations/index.ts';
import { insertSurvey, type SurveyRow } from '../survey-responses/survey-kit.ts';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { insertPerson, PUBLIC_URL, rollupDifferences, setSurveySettings } from './desk.ts';
import { mutate } from './documents.ts';

let api: TestApi;
let survey: SurveyRow;
beforeAll(async () => {
  api = await openTestApi({ references: [] });
  installChannels(api.db, {
    publicUrl: PUBLIC_URL,
    mail: { send: async () => undefined, close: async () => undefined },
    mailFrom: 'feedback@shop.example',
    webhooks: createWebhookChannel(),
  });
  survey = await insertSurvey(api.db, api.organizationId, { anonymous: true });
});
afterAll(() => api.close());

const person = (parts: object = {}, consents?: Readonly<Record<string, boolean>>) =>
  insertPerson(api.db, api.organizationId, { ...parts }, consents);

describe('inviting one customer', () => {
  it('by a link gives it, and begins the quiet period', async () => {
    const { externalId } = await person();
    const input = { surveyKey: survey.key, customerExternalId: externalId, channel: 'LINK' };
    const params = [{ name: 'table', value: '12' }];
    const made = await mutate(api, 'inviteCustomer', { ...input, params, touchpoint: 'desk' });
    expect(made.userErrors).toEqual([]);
    expect(made.invitation).toMatchObject({
      ...{ target: 'SURVEY', channel: 'LINK', state: 'SENT', reason: null, locale: 'nl' },
      ...{ touchpoint: 'desk', params, survey: { key: survey.key }, customer: { externalId } },
    });
    const token = made.link.slice(`${PUBLIC_URL}/s/`.length);
    expect(await readToken(api.db, token)).toMatchObject({ kind: 'invitation' });

    expect(await rollupDifferences(api.db, api.organizationId)).toEqual([]);
    const [counted] = await api.db.system<{ sent: number }>(
      `select sum(sent)::int as sent from survey_rollup where organization_id = $1`,
      [api.organizationId],
    );
    expect(counted?.sent).toBeGreaterThan(0);

    const again = await mutate(api, 'inviteCustomer', input);
    const sentAt = new Date(made.invitation.sentAt).getTime();
    expect(again).toMatchObject({
      link: null,
      invitation: null,
      userErrors: [
        {
          ...{ __typename: 'ThrottledError', code: 'THROTTLED', path: [] },
          retryAt: new Date(sentAt + 30 * 86_400_000).toISOString(),
        },
      ],
    });
    const { customer } = await api.run(
      `query ($id: String!) { customer(externalId: $id) { invitations { totalCount } } }`,
      { id: externalId },
    );
    expect(customer.invitations.totalCount).toBe(1);
  });

  it('by mail leaves the sending to the jobs', async () => {
    const { externalId } = await person({ time_zone: 'UTC' });
    const input = { surveyKey: survey.key, customerExternalId: externalId, channel: 'EMAIL' };
    const made = await mutate(api, 'inviteCustomer', { ...input, idempotencyKey: externalId });
    expect(made).toMatchObject({ invitation: { state: 'SCHEDULED' }, userErrors: [] });
    expect(await mutate(api, 'inviteCustomer', { ...input, idempotencyKey: externalId })).toEqual(
      made,
    );
  });

  it.each([
    ['without consent', {}, {}, { code: 'INVALID_STATE', path: ['channel'] }],
    [
      'without an address',
      { email: null },
      { EMAIL: true },
      { code: 'INVALID_STATE', path: ['channel'] },
    ],
    [
      'who has left',
      { churned_at: new Date() },
      { EMAIL: true },
      { code: 'INVALID_STATE', path: [] },
    ],
  ])('%s is refused, and nothing is written', async (_, parts, consents, error) => {
    const { id, externalId } = await person(parts, consents);
    const input = { surveyKey: survey.key, customerExternalId: externalId, channel: 'EMAIL' };
    const made = await mutate(api, 'inviteCustomer', input);
    expect(made).toMatchObject({ invitation: null, link: null, userErrors: [error] });
    const sql = 'select id from invitation where customer_id = $1';
    expect(await api.db.system(sql, [id])).toEqual([]);
  });

  it.each([
    [
      'a survey that is not there',
      { surveyKey: 'nowhere' },
      { code: 'NOT_FOUND', path: ['surveyKey'] },
    ],
    ['no survey', { surveyKey: null }, { code: 'INVALID_VALUE', path: [] }],
    [
      'a customer who is not there',
      { customerExternalId: 'nobody' },
      { code: 'NOT_FOUND', path: ['customerExternalId'] },
    ],
    [
      'a location that is not there',
      { locationExternalId: 'nowhere' },
      { code: 'NOT_FOUND', path: ['locationExternalId'] },
    ],
    [
      'a parameter twice',
      {
        params: [
          { name: 'a', value: '1' },
          { name: 'a', value: '2' },
        ],
      },
      { code: 'INVALID_VALUE', path: ['params', '1', 'name'] },
    ],
    [
      'a parameter that is no name',
      { params: [{ name: 'a b', value: '1' }] },
      { code: 'INVALID_VALUE', path: ['params', '0', 'name'] },
    ],
    [
      'a webhook that is not set up',
      { channel: 'WEBHOOK' },
      { code: 'INVALID_STATE', path: ['channel'] },
    ],
  ])('by %s is refused', async (_, parts, error) => {
    const { externalId } = await person();
    const input = { surveyKey: survey.key, customerExternalId: externalId, channel: 'LINK' };
    const made = await mutate(api, 'inviteCustomer', { ...input, ...parts });
    expect(made).toMatchObject({ invitation: null, link: null, userErrors: [error] });
  });

  it('to review gives where the review is written, until somebody says that it was', async () => {
    const url = 'https://reviews.example/bakker';
    await setSurveySettings(api.db, api.organizationId, { review_invitation_url: url });
    await api.run(
      `mutation { importLocations(input: { locations: [{ externalId: "bakker", name: "Bakker", timeZone: "Europe/Amsterdam" }] }) { userErrors { message } } }`,
    );
    const { externalId } = await person();
    const input = { target: 'REVIEW', customerExternalId: externalId, channel: 'LINK' };
    expect(await mutate(api, 'inviteCustomer', input)).toMatchObject({
      userErrors: [{ code: 'INVALID_VALUE', path: [] }],
    });
    const made = await mutate(api, 'inviteCustomer', { ...input, locationExternalId: 'bakker' });
    expect(made).toMatchObject({
      link: url,
      invitation: { target: 'REVIEW', state: 'SENT', location: { externalId: 'bakker' } },
    });
    const { id } = made.invitation;
    expect(await mutate(api, 'confirmReview', { id })).toMatchObject({
      invitation: { state: 'ANSWERED', answeredAt: expect.any(String) },
      userErrors: [],
    });
    expect(await mutate(api, 'revokeInvitation', { id })).toMatchObject({
      invitation: null,
      userErrors: [{ code: 'INVALID_STATE', path: ['id'] }],
    });
  });
});

describe('a public link', () => {
  it('is for anonymous surveys that are open, and can be revoked', async () => {
    const made = await mutate(api, 'createSurveyLink', {
      surveyKey: survey.key,
      touchpoint: 'receipt',
    });
    expect(made).toMatchObject({
      invitation: { state: 'SENT', sentAt: null, customer: null, locale: 'en' },
      userErrors: [],
    });
    const token = made.link.slice(`${PUBLIC_URL}/s/`.length);
    expect(await readToken(api.db, token)).toMatchObject({ kind: 'public' });
    const { id } = made.invitation;
    expect(await mutate(api, 'confirmReview', { id })).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE' }],
    });
    expect(await mutate(api, 'revokeInvitation', { id })).toMatchObject({
      invitation: { state: 'REVOKED' },
      userErrors: [],
    });
  });

  it('is refused of a survey that is closed, or for invited customers alone', async () => {
    const invited = await insertSurvey(api.db, api.organizationId);
    const over = { anonymous: true, endsAt: new Date('2026-01-01') };
    const closed = await insertSurvey(api.db, api.organizationId, over);
    for (const { key } of [invited, closed]) {
      expect(await mutate(api, 'createSurveyLink', { surveyKey: key })).toMatchObject({
        link: null,
        userErrors: [{ code: 'INVALID_STATE', path: ['surveyKey'] }],
      });
    }
    const input = { surveyKey: survey.key, expiresAt: '2026-01-01T00:00:00Z' };
    expect(await mutate(api, 'createSurveyLink', input)).toMatchObject({
      userErrors: [{ code: 'INVALID_VALUE', path: ['expiresAt'] }],
    });
  });
});

describe('lists of invitations', () => {
  it('are filtered by state and channel', async () => {
    const { surveyInvitations } = await api.run(
      `{ surveyInvitations(filter: { states: [REVOKED] }) { nodes { state channel } } }`,
    );
    expect(surveyInvitations.nodes).toEqual([{ state: 'REVOKED', channel: 'LINK' }]);
    const { survey: found } = await api.run(
      `query ($key: String!) { survey(key: $key) {
        mail: invitations(filter: { channels: [EMAIL] }) { totalCount nodes { channel } }
        all: invitations(first: 2) { totalCount pageInfo { hasNextPage } } } }`,
      { key: survey.key },
    );
    expect(found.mail).toMatchObject({ totalCount: 1, nodes: [{ channel: 'EMAIL' }] });
    expect(found.all).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
  });
});
