import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertSurvey, type SurveyRow } from '../survey-responses/survey-kit.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { insertEvent, insertPerson, insertSchedule } from './desk.ts';
import { mutate } from './documents.ts';

let api: TestApi;
let survey: SurveyRow;
beforeAll(async () => {
  api = await openTestApi({ references: [] });
  survey = await insertSurvey(api.db, api.organizationId, { anonymous: true });
});
afterAll(() => api.close());

const person = (parts: object = {}, consents?: Readonly<Record<string, boolean>>) =>
  insertPerson(api.db, api.organizationId, { ...parts }, consents);

describe('a schedule', () => {
  const INPUT = { name: 'Relationship', channel: 'EMAIL', trigger: { lifecycle: {} } };

  it('is made, changed and deleted; what it had not sent is revoked', async () => {
    const params = [{ name: 'campaign', value: 'spring' }];
    const input = { ...INPUT, surveyKey: survey.key, reminderDays: [3, 10], params };
    const { schedule, userErrors } = await mutate(api, 'createSurveySchedule', input);
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
    const changed = await mutate(api, 'updateSurveySchedule', {
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
    expect(await mutate(api, 'deleteSurveySchedule', { id })).toMatchObject({ deletedId: id });
    expect(await mutate(api, 'deleteSurveySchedule', { id })).toMatchObject({
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
    expect(await mutate(api, 'createSurveySchedule', input)).toMatchObject({
      schedule: null,
      userErrors: [{ code: 'INVALID_VALUE', path }],
    });
  });

  it('that would ask only the happy for a public review is refused, and that is written down', async () => {
    const input = { ...INPUT, target: 'REVIEW', segments: ['PROMOTER', 'ADVOCATE'] };
    expect(await mutate(api, 'createSurveySchedule', input)).toMatchObject({
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
    const { schedule } = await mutate(api, 'createSurveySchedule', alike);
    const { id } = schedule;
    expect(await mutate(api, 'updateSurveySchedule', { id, segments: ['PROMOTER'] })).toMatchObject(
      {
        userErrors: [{ code: 'REVIEW_GATING_REFUSED', path: ['segments'] }],
      },
    );
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
