import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { installChannels } from '../../src/channels/installed.ts';
import { createWebhookChannel } from '../../src/channels/webhook.ts';
import { readToken } from '../../src/modules/invitations/index.ts';
import { insertSurvey, type SurveyRow } from '../survey-responses/survey-kit.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import {
  insertEvent,
  insertPerson,
  insertSchedule,
  PUBLIC_URL,
  rollupDifferences,
  setSurveySettings,
} from './desk.ts';

const ERRORS = `userErrors { __typename code message path ... on ThrottledError { retryAt }
  ... on RuleViolationError { sources } ... on InvalidValueError { allowed } }`;
const INVITATION = `id target channel state reason dueAt retryAt sentAt expiresAt locale touchpoint
  params { name value } survey { key } customer { externalId } schedule { name } location { externalId }`;
const SCHEDULE = `id name target channel sendWithinMinutes reminderDays expiresAfterDays active activatedAt
  segments params { name value } survey { key } trigger { signUpAge { days }
    lifecycle { firstAfterDays thenAfterDays everyDays } event { kind name touchpoint delayMinutes }
    eventCount { kind name touchpoint count delayMinutes } interaction { channel touchpoint withinMinutes } }`;

const DOCUMENTS = {
  inviteCustomer: `mutation ($input: InviteCustomerInput!) { inviteCustomer(input: $input) { link invitation { ${INVITATION} } ${ERRORS} } }`,
  createSurveyLink: `mutation ($input: CreateSurveyLinkInput!) { createSurveyLink(input: $input) { link invitation { ${INVITATION} } ${ERRORS} } }`,
  revokeInvitation: `mutation ($input: InvitationIdInput!) { revokeInvitation(input: $input) { invitation { state } ${ERRORS} } }`,
  confirmReview: `mutation ($input: InvitationIdInput!) { confirmReview(input: $input) { invitation { state answeredAt } ${ERRORS} } }`,
  createSurveySchedule: `mutation ($input: CreateSurveyScheduleInput!) { createSurveySchedule(input: $input) { schedule { ${SCHEDULE} } ${ERRORS} } }`,
  updateSurveySchedule: `mutation ($input: UpdateSurveyScheduleInput!) { updateSurveySchedule(input: $input) { schedule { ${SCHEDULE} } ${ERRORS} } }`,
  deleteSurveySchedule: `mutation ($input: DeleteSurveyScheduleInput!) { deleteSurveySchedule(input: $input) { deletedId ${ERRORS} } }`,
};

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

async function mutate(name: keyof typeof DOCUMENTS, input: object): Promise<Data> {
  const data = await api.run(DOCUMENTS[name], { input });
  return JSON.parse(JSON.stringify(data[name]));
}

const person = (parts: object = {}, consents?: Readonly<Record<string, boolean>>) =>
  insertPerson(api.db, api.organizationId, { ...parts }, consents);

describe('inviting one customer', () => {
  it('by a link gives it, and begins the quiet period', async () => {
    const { externalId } = await person();
    const input = { surveyKey: survey.key, customerExternalId: externalId, channel: 'LINK' };
    const params = [{ name: 'table', value: '12' }];
    const made = await mutate('inviteCustomer', { ...input, params, touchpoint: 'desk' });
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

    const again = await mutate('inviteCustomer', input);
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
    const made = await mutate('inviteCustomer', { ...input, idempotencyKey: externalId });
    expect(made).toMatchObject({ invitation: { state: 'SCHEDULED' }, userErrors: [] });
    expect(await mutate('inviteCustomer', { ...input, idempotencyKey: externalId })).toEqual(made);
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
    const made = await mutate('inviteCustomer', input);
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
    const made = await mutate('inviteCustomer', { ...input, ...parts });
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
    expect(await mutate('inviteCustomer', input)).toMatchObject({
      userErrors: [{ code: 'INVALID_VALUE', path: [] }],
    });
    const made = await mutate('inviteCustomer', { ...input, locationExternalId: 'bakker' });
    expect(made).toMatchObject({
      link: url,
      invitation: { target: 'REVIEW', state: 'SENT', location: { externalId: 'bakker' } },
    });
    const { id } = made.invitation;
    expect(await mutate('confirmReview', { id })).toMatchObject({
      invitation: { state: 'ANSWERED', answeredAt: expect.any(String) },
      userErrors: [],
    });
    expect(await mutate('revokeInvitation', { id })).toMatchObject({
      invitation: null,
      userErrors: [{ code: 'INVALID_STATE', path: ['id'] }],
    });
  });
});

describe('a public link', () => {
  it('is for anonymous surveys that are open, and can be revoked', async () => {
    const made = await mutate('createSurveyLink', { surveyKey: survey.key, touchpoint: 'receipt' });
    expect(made).toMatchObject({
      invitation: { state: 'SENT', sentAt: null, customer: null, locale: 'en' },
      userErrors: [],
    });
    const token = made.link.slice(`${PUBLIC_URL}/s/`.length);
    expect(await readToken(api.db, token)).toMatchObject({ kind: 'public' });
    const { id } = made.invitation;
    expect(await mutate('confirmReview', { id })).toMatchObject({
      userErrors: [{ code: 'INVALID_STATE' }],
    });
    expect(await mutate('revokeInvitation', { id })).toMatchObject({
      invitation: { state: 'REVOKED' },
      userErrors: [],
    });
  });

  it('is refused of a survey that is closed, or for invited customers alone', async () => {
    const invited = await insertSurvey(api.db, api.organizationId);
    const over = { anonymous: true, endsAt: new Date('2026-01-01') };
    const closed = await insertSurvey(api.db, api.organizationId, over);
    for (const { key } of [invited, closed]) {
      expect(await mutate('createSurveyLink', { surveyKey: key })).toMatchObject({
        link: null,
        userErrors: [{ code: 'INVALID_STATE', path: ['surveyKey'] }],
      });
    }
    const input = { surveyKey: survey.key, expiresAt: '2026-01-01T00:00:00Z' };
    expect(await mutate('createSurveyLink', input)).toMatchObject({
      userErrors: [{ code: 'INVALID_VALUE', path: ['expiresAt'] }],
    });
  });
});

describe('a schedule', () => {
  const INPUT = { name: 'Relationship', channel: 'EMAIL', trigger: { lifecycle: {} } };

  it('is made, changed and deleted; what it had not sent is revoked', async () => {
    const params = [{ name: 'campaign', value: 'spring' }];
    const input = { ...INPUT, surveyKey: survey.key, reminderDays: [3, 10], params };
    const { schedule, userErrors } = await mutate('createSurveySchedule', input);
    expect(userErrors).toEqual([]);
    expect(schedule).toMatchObject({
      ...{ name: 'Relationship', target: 'SURVEY', active: false, activatedAt: null, params },
      ...{ sendWithinMinutes: 10_080, reminderDays: [3, 10], expiresAfterDays: 30 },
      trigger: {
        lifecycle: { firstAfterDays: 7, thenAfterDays: 30, everyDays: 90 },
        ...{ signUpAge: null, event: null, eventCount: null, interaction: null },
      },
    });
    const { id } = schedule;
    const changed = await mutate('updateSurveySchedule', {
      ...{ id, active: true, segments: ['DETRACTOR'] },
      trigger: { interaction: { touchpoint: 'desk' } },
    });
    expect(changed).toMatchObject({
      schedule: {
        ...{ active: true, activatedAt: expect.any(String), segments: ['DETRACTOR'] },
        ...{ sendWithinMinutes: 15, params, reminderDays: [3, 10] },
        trigger: { lifecycle: null, interaction: { touchpoint: 'desk', withinMinutes: 15 } },
      },
      userErrors: [],
    });
    const lists = await api.run(
      `query ($key: String!, $id: ID!) { survey(key: $key) { schedules { nodes { id } } }
        surveySchedules { nodes { id } } node(id: $id) { ... on SurveySchedule { name } } }`,
      { key: survey.key, id },
    );
    expect(lists).toMatchObject({
      survey: { schedules: { nodes: [{ id }] } },
      surveySchedules: { nodes: [{ id }] },
      node: { name: 'Relationship' },
    });
    expect(await mutate('deleteSurveySchedule', { id })).toMatchObject({ deletedId: id });
    expect(await mutate('deleteSurveySchedule', { id })).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['id'] }],
    });
  });

  it.each([
    ['no trigger', { trigger: {} }, ['trigger']],
    ['two triggers', { trigger: { lifecycle: {}, signUpAge: { days: 1 } } }, ['trigger']],
    [
      'too many days',
      { trigger: { signUpAge: { days: 4_000 } } },
      ['trigger', 'signUpAge', 'days'],
    ],
    [
      'a count of nothing',
      { trigger: { eventCount: { kind: 'PURCHASE', count: 0 } } },
      ['trigger', 'eventCount', 'count'],
    ],
    ['reminders after the end', { reminderDays: [30] }, ['reminderDays']],
    ['reminders that fall', { reminderDays: [5, 3] }, ['reminderDays']],
    ['an empty name', { name: '' }, ['name']],
    ['nobody', { segments: [] }, ['segments']],
    ['those who have left', { segments: ['SILENT_CHURN'] }, ['segments']],
  ])('with %s is refused', async (_, parts, path) => {
    const input = { ...INPUT, surveyKey: survey.key, ...parts };
    expect(await mutate('createSurveySchedule', input)).toMatchObject({
      schedule: null,
      userErrors: [{ code: 'INVALID_VALUE', path }],
    });
  });

  it('that would ask only the happy for a public review is refused, and that is written down', async () => {
    const input = { ...INPUT, target: 'REVIEW', segments: ['PROMOTER', 'ADVOCATE'] };
    expect(await mutate('createSurveySchedule', input)).toMatchObject({
      schedule: null,
      userErrors: [
        {
          ...{
            __typename: 'RuleViolationError',
            code: 'REVIEW_GATING_REFUSED',
            path: ['segments'],
          },
          sources: expect.arrayContaining([expect.stringContaining('part-465')]),
        },
      ],
    });
    const { segments: _, ...alike } = input;
    const { schedule } = await mutate('createSurveySchedule', alike);
    const { id } = schedule;
    expect(await mutate('updateSurveySchedule', { id, segments: ['PROMOTER'] })).toMatchObject({
      userErrors: [{ code: 'REVIEW_GATING_REFUSED', path: ['segments'] }],
    });
    const { auditEntries } = await api.run(
      '{ auditEntries { nodes { action outcome details { name value } } } }',
    );
    const attempts = auditEntries.nodes.filter((entry: Data) => entry.outcome === 'REFUSED');
    expect(attempts).toMatchObject([
      { action: 'survey.gateReviews' },
      { action: 'survey.gateReviews' },
    ]);
    const details = attempts.map(
      (entry: Data) => new Map(entry.details.map(({ name, value }: Data) => [name, value])),
    );
    expect(details.map((detail: Data) => detail.get('schedule'))).toEqual([id, undefined]);
  });
});

describe('what is next', () => {
  const nextOf = async (externalId: string) => {
    const { customer } = await api.run(
      'query ($id: String!) { customer(externalId: $id) { nextSurveyAt } }',
      { id: externalId },
    );
    return customer.nextSurveyAt === null ? null : new Date(customer.nextSurveyAt).getTime();
  };

  it('is the earliest that is known, not before the end of the quiet period', async () => {
    const { db, organizationId } = api;
    const DAY = 86_400_000;
    const now = Date.now();
    const signedUp = new Date(now - 10 * DAY);
    const some = await person({ signed_up_at: signedUp });
    const quiet = await person({ signed_up_at: signedUp, last_invited_at: new Date(now - DAY) });
    const bought = await person();
    const boughtAt = new Date(now - 2 * DAY);
    await insertEvent(db, organizationId, bought.id, boughtAt, { kind: 'PURCHASE' });
    const left = await person({ signed_up_at: signedUp, churned_at: new Date(now) });
    expect(await nextOf(some.externalId)).toBeNull();
    await insertSchedule(db, organizationId, survey.id, {
      ...{ kind: 'LIFECYCLE', firstAfterDays: 7, thenAfterDays: 14, everyDays: 90 },
    });
    await insertSchedule(db, organizationId, survey.id, {
      ...{ kind: 'EVENT', event: 'PURCHASE', name: null, touchpoint: null },
      delayMinutes: 5 * 24 * 60,
    });
    expect(await nextOf(some.externalId)).toBe(signedUp.getTime() + 21 * DAY);
    expect(await nextOf(quiet.externalId)).toBe(now + 29 * DAY);
    expect(await nextOf(bought.externalId)).toBe(boughtAt.getTime() + 5 * DAY);
    expect(await nextOf(left.externalId)).toBeNull();
  });

  it('of many customers takes as many statements as of one', async () => {
    const ask = (first: number) =>
      api.statements(() =>
        api.run(
          `query ($first: Int!) { customers(first: $first) { nodes { nextSurveyAt
            invitations(filter: { states: [SENT, ANSWERED] }) { nodes { id survey { name } } } } } }`,
          { first },
        ),
      );
    await ask(1);
    expect((await ask(8)).length).toBe((await ask(1)).length);
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
