import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeliveryError } from '../../src/channels/delivery-error.ts';
import type { Mail, MailChannel } from '../../src/channels/mail.ts';
import { entities } from '../../src/modules/entities.ts';
import { lockScheduled } from '../../src/modules/invitations/due-invitations.ts';
import { markAnswered } from '../../src/modules/invitations/index.ts';
import { planInvitations } from '../../src/modules/invitations/planner.ts';
import { insertSurvey } from '../survey-responses/survey-kit.ts';
import {
  createOrganization,
  onPostgres,
  openTestDatabase,
  type TestDatabase,
} from '../testkit/database.ts';
import { until } from '../testkit/until.ts';
import {
  type Desk,
  insertEvent,
  insertPerson,
  insertSchedule,
  invitations,
  openDesk,
  type Person,
  rollupDifferences,
} from './desk.ts';

const NOON = '2026-03-02T11:00:00Z';
const SIGNED_UP = { signed_up_at: new Date('2026-02-23T10:00:00Z') };
const AFTER_A_WEEK = { kind: 'SIGN_UP_AGE', days: 7 };

/** Takes mails, or does with them what a test says; what real servers do is in the other tests. */
class Post implements MailChannel {
  readonly mails: Mail[] = [];
  answer: (mail: Mail) => Promise<void> = async () => undefined;
  async send(mail: Mail): Promise<void> {
    await this.answer(mail);
    this.mails.push(mail);
  }
  async close(): Promise<void> {}
}

let opened: TestDatabase;
let test: Pick<TestDatabase, 'db' | 'organizationId'>;
let post: Post;
let desk: Desk;
let surveyId: string;
beforeAll(async () => {
  opened = await openTestDatabase({ entities });
});
afterAll(() => opened.close());

let organizations = 0;
beforeEach(async () => {
  const { db } = opened;
  const slug = `shop-${++organizations}`;
  test = { db, organizationId: await createOrganization(db, { slug, name: 'test' }) };
  post = new Post();
  desk = openDesk(db, test.organizationId, post);
  surveyId = (await insertSurvey(db, test.organizationId)).id;
});

// Whatever became of the invitations, they are counted as they are.
afterEach(async () => {
  expect(await rollupDifferences(test.db, test.organizationId)).toEqual([]);
});

const person = (parts = SIGNED_UP as object): Promise<Person> =>
  insertPerson(test.db, test.organizationId, { ...parts });
const schedule = (trigger: object, parts: object = {}) =>
  insertSchedule(test.db, test.organizationId, surveyId, trigger, { ...parts });
const all = () => invitations(test.db, test.organizationId);

describe('what is due', () => {
  it('is sent once, however often it is looked', async () => {
    await person();
    await schedule(AFTER_A_WEEK);
    await desk.at('2026-03-02T09:59:59Z');
    expect(await all()).toEqual([]);
    await desk.at('2026-03-02T10:00:00Z');
    await desk.at(NOON);
    await desk.at('2026-03-08T11:00:00Z');
    expect(post.mails).toHaveLength(1);
    expect(await all()).toMatchObject([{ state: 'SENT', dueAt: new Date('2026-03-02T10:00:00Z') }]);
  });

  it('is what became due since the schedule sends, and not before', async () => {
    await person();
    const late = new Date('2026-03-02T10:30:00Z');
    await schedule(AFTER_A_WEEK, { activated_at: late });
    await schedule(AFTER_A_WEEK, { active: false });
    await desk.at(NOON);
    expect(await all()).toEqual([]);
  });

  it('comes again and again in a lifecycle, counted from sign-up', async () => {
    await person();
    await schedule({ kind: 'LIFECYCLE', firstAfterDays: 7, thenAfterDays: 30, everyDays: 90 });
    for (let day = 2; day < 220; day += 3) {
      await desk.at(new Date(Date.UTC(2026, 2, day, 11)).toISOString());
    }
    expect((await all()).map(({ dueAt }) => dueAt.toISOString())).toEqual([
      '2026-03-02T10:00:00.000Z',
      '2026-04-01T10:00:00.000Z',
      '2026-06-30T10:00:00.000Z',
      '2026-09-28T10:00:00.000Z',
    ]);
    expect(post.mails).toHaveLength(4);
  });

  it('follows an event of its kind, name and touchpoint, by its delay', async () => {
    const { id } = await person();
    const { db, organizationId } = test;
    const event = (at: string, parts: object) =>
      insertEvent(db, organizationId, id, at, { kind: 'KEY_ACTION', ...parts });
    await event('2026-03-01T11:00:00Z', { name: 'delivered', touchpoint: 'web' });
    await event('2026-03-01T11:00:00Z', { name: 'delivered', touchpoint: 'desk' });
    await event('2026-03-01T11:00:00Z', { name: 'opened', touchpoint: 'web' });
    await event('2026-03-01T11:00:01Z', { name: 'delivered', touchpoint: 'web' });
    const filter = { event: 'KEY_ACTION', name: 'delivered', touchpoint: 'web' };
    await schedule({ kind: 'EVENT', ...filter, delayMinutes: 24 * 60 });
    await desk.at(NOON);
    expect(await all()).toMatchObject([{ state: 'SENT', touchpoint: 'web' }]);
  });

  it('is the event that makes the number full, and only that', async () => {
    const { id } = await person();
    const trigger = { kind: 'EVENT_COUNT', event: 'PURCHASE', name: null, touchpoint: null };
    await schedule({ ...trigger, count: 3, delayMinutes: 0 });
    for (const day of [20, 21, 22, 23, 24]) {
      const at = `2026-02-${day}T11:00:00Z`;
      await insertEvent(test.db, test.organizationId, id, at, { kind: 'PURCHASE' });
      await desk.at(at);
    }
    expect(await all()).toMatchObject([{ dueAt: new Date('2026-02-22T11:00:00Z') }]);
    expect(post.mails).toHaveLength(1);
    // Whose number was full before the schedule began is not due by the next one.
    await schedule(
      { ...trigger, count: 3, delayMinutes: 0 },
      { activated_at: new Date('2026-02-23T00:00:00Z') },
    );
    await desk.work();
    expect(await all()).toHaveLength(1);
  });

  it('within 15 minutes of an interaction is sent then or not at all', async () => {
    const { db, organizationId } = test;
    const interaction = { kind: 'INTERACTION', channel: null, touchpoint: null, withinMinutes: 15 };
    await schedule(interaction, { send_within_minutes: 15 });
    const soon = await person();
    await insertEvent(db, organizationId, soon.id, '2026-03-02T10:46:00Z', { touchpoint: 'desk' });
    const late = await person();
    await insertEvent(db, organizationId, late.id, '2026-03-02T10:44:00Z');
    const again = await person({ last_invited_at: new Date('2026-02-20T11:00:00Z') });
    await insertEvent(db, organizationId, again.id, '2026-03-02T10:50:00Z');
    await desk.at(NOON);
    expect(post.mails.map(({ to }) => to)).toEqual([`${soon.externalId}@example.com`]);
    expect(await all()).toMatchObject([
      { state: 'SENT', customerId: soon.id, touchpoint: 'desk' },
      {
        state: 'SKIPPED',
        reason: 'QUIET_PERIOD',
        customerId: again.id,
        retryAt: new Date('2026-03-22T11:00:00Z'),
      },
    ]);
  });

  it('is for those of the segment alone, where there is one', async () => {
    await person({ ...SIGNED_UP, nps_segment: 'PROMOTER' });
    const unhappy = await person({ ...SIGNED_UP, nps_segment: 'DETRACTOR' });
    await person({ ...SIGNED_UP, churned_at: new Date('2026-03-01'), nps_segment: 'DETRACTOR' });
    await schedule(AFTER_A_WEEK, { segments: ['DETRACTOR', 'AT_RISK'] });
    await desk.at(NOON);
    expect(await all()).toMatchObject([{ customerId: unhappy.id }]);
  });

  it('of two surveys is the earliest: the other waits for the end of the quiet period', async () => {
    await person();
    await schedule({ kind: 'SIGN_UP_AGE', days: 6 });
    await schedule(AFTER_A_WEEK, { send_within_minutes: 40 * 24 * 60 });
    await desk.at(NOON);
    expect(await all()).toMatchObject([
      { state: 'SENT', dueAt: new Date('2026-03-01T10:00:00Z') },
      { state: 'SCHEDULED', reason: 'QUIET_PERIOD', retryAt: new Date('2026-04-01T11:00:00Z') },
    ]);
    await desk.at('2026-04-01T10:59:00Z');
    expect(post.mails).toHaveLength(1);
    await desk.at('2026-04-01T11:00:00Z');
    expect(post.mails).toHaveLength(2);
  });
});

describe('a reminder', () => {
  const REMINDED = { reminder_days: [2, 5], expires_after_days: 10 };

  it('comes at its days in sending hours, as long as there is no answer', async () => {
    await person();
    await schedule(AFTER_A_WEEK, REMINDED);
    await desk.at('2026-03-02T18:30:00Z');
    await desk.at('2026-03-04T18:29:00Z');
    expect(post.mails).toHaveLength(1);
    await desk.at('2026-03-04T19:30:00Z');
    expect(post.mails).toHaveLength(1);
    await desk.at('2026-03-05T08:00:00Z');
    await desk.at('2026-03-05T08:01:00Z');
    expect(post.mails).toHaveLength(2);
    expect(post.mails[1]).toMatchObject({ subject: 'Herinnering: Een vraag van test' });
    expect(post.mails[1]?.messageId).toMatch(/\.1@feedback\.example$/);
    const [{ id }] = await all();
    await test.db.unitOfWork(test.organizationId, (uow) => markAnswered(uow, id));
    await desk.at('2026-03-09T12:00:00Z');
    expect(post.mails).toHaveLength(2);
    expect(await all()).toMatchObject([
      { state: 'ANSWERED', remindersSent: 1, nextReminderAt: null },
    ]);
  });

  it('is not sent to whoever has left or taken consent back', async () => {
    const { id } = await person();
    await schedule(AFTER_A_WEEK, REMINDED);
    await desk.at(NOON);
    await test.db.system('update customer_consent set granted = false where customer_id = $1', [
      id,
    ]);
    await desk.at('2026-03-05T11:00:00Z');
    expect(post.mails).toHaveLength(1);
    expect(await all()).toMatchObject([{ state: 'SENT', nextReminderAt: null }]);
  });
});

describe('a mail server that does not take it', () => {
  it('is tried again later, and the try counts for no quiet period', async () => {
    const { id } = await person();
    await schedule(AFTER_A_WEEK);
    post.answer = async () => {
      throw new DeliveryError('451 later', true);
    };
    await desk.at('2026-03-02T11:00:00Z');
    const lastInvited = () =>
      test.db.system('select last_invited_at from customer where id = $1', [id]);
    expect(await lastInvited()).toEqual([{ last_invited_at: null }]);
    expect(await all()).toMatchObject([
      { state: 'SCHEDULED', reason: 'UNDELIVERED', retryAt: new Date('2026-03-02T11:01:00Z') },
    ]);
    post.answer = async () => undefined;
    await desk.at('2026-03-02T11:01:00Z');
    expect(await all()).toMatchObject([{ state: 'SENT', attempts: 2, reason: null }]);
    expect(await lastInvited()).toEqual([{ last_invited_at: new Date('2026-03-02T11:01:00Z') }]);
  });

  it('for a day makes it fail', async () => {
    await person();
    await schedule(AFTER_A_WEEK);
    post.answer = async () => {
      throw new DeliveryError('451 later', true);
    };
    for (let hour = 10; hour < 36; hour++) {
      await desk.at(new Date(Date.UTC(2026, 2, 2, hour)).toISOString());
    }
    expect(await all()).toMatchObject([
      { state: 'FAILED', reason: 'UNDELIVERED', attempts: 7, sentAt: null },
    ]);
  });
});

describe('a process', () => {
  it('that dies over a mail leaves it to another one, which sends the same', async () => {
    await person();
    await schedule(AFTER_A_WEEK);
    const dying = openDesk(test.db, test.organizationId, post, { leaseMs: 50 });
    dying.now = new Date(NOON);
    const ids: string[] = [];
    post.answer = async ({ messageId }) => {
      ids.push(messageId);
      if (ids.length === 1) throw new Error('The process is gone');
    };
    await expect(dying.work()).rejects.toThrow('gone');
    expect(await all()).toMatchObject([{ state: 'SENDING', attempts: 1 }]);
    await until('the lease has run out', async () => {
      await desk.work();
      return post.mails.length > 0;
    });
    expect(new Set(ids).size).toBe(1);
    expect(await all()).toMatchObject([
      { state: 'SENT', attempts: 2, sentAt: new Date(NOON), reason: null },
    ]);
  });

  it('that is asked to stop finishes what it is sending, and gives back the rest', async () => {
    for (let i = 0; i < 10; i++) await person();
    await schedule(AFTER_A_WEEK);
    const stop = new AbortController();
    post.answer = async () => stop.abort();
    desk.now = new Date(NOON);
    await desk.work(stop.signal);
    const sent = post.mails.length;
    expect(sent).toBeLessThanOrEqual(4);
    const rows = await all();
    expect(rows.filter(({ state }) => state === 'SENT')).toHaveLength(sent);
    const rest = rows.filter(({ state }) => state === 'SCHEDULED');
    expect(rest).toHaveLength(10 - sent);
    expect(rest[0]).toMatchObject({ attempts: 0, sentAt: null });
    await desk.work();
    expect(new Set(post.mails.map(({ messageId }) => messageId)).size).toBe(10);
    expect(post.mails).toHaveLength(10);
  });

  (onPostgres ? it : it.skip)('sends what four others do not', async () => {
    for (let i = 0; i < 80; i++) await person();
    await schedule(AFTER_A_WEEK);
    await schedule({ kind: 'SIGN_UP_AGE', days: 6 });
    desk.now = new Date(NOON);
    await Promise.all([1, 2, 3, 4, 5].map(() => desk.work()));
    await desk.work();
    expect(post.mails).toHaveLength(80);
    expect(new Set(post.mails.map(({ to }) => to)).size).toBe(80);
    const rows = await all();
    expect(rows.filter(({ state }) => state === 'SENT')).toHaveLength(80);
    expect(rows).toHaveLength(160);
  });

  (onPostgres ? it : it.skip)(
    'leaves a customer alone whom another one is deciding about',
    async () => {
      const { db, organizationId } = test;
      const { id } = await person();
      await schedule(AFTER_A_WEEK);
      desk.now = new Date('2026-03-02T10:00:00Z');
      await db.unitOfWork(organizationId, (uow) => planInvitations(uow, desk.now));
      let decide = (): void => undefined;
      const decided = new Promise<void>((resolve) => (decide = resolve));
      let isLocked = false;
      const deciding = db.unitOfWork(organizationId, async (uow) => {
        expect(await lockScheduled(uow, desk.now, 10)).toHaveLength(1);
        isLocked = true;
        await decided;
      });
      await until('the customer is locked', () => isLocked);
      // Meanwhile something else becomes due, which the one that decides does not know of.
      await insertEvent(db, organizationId, id, '2026-03-02T10:30:00Z', { kind: 'PURCHASE' });
      const purchase = { event: 'PURCHASE', name: null, touchpoint: null };
      await schedule({ kind: 'EVENT', ...purchase, delayMinutes: 0 });
      await desk.at('2026-03-02T10:45:00Z');
      expect(post.mails).toEqual([]);
      expect(await all()).toMatchObject([{ state: 'SCHEDULED' }, { state: 'SCHEDULED' }]);
      decide();
      await deciding;
      await desk.work();
      expect(post.mails).toHaveLength(1);
      expect(await all()).toMatchObject([{ state: 'SENT' }, { reason: 'QUIET_PERIOD' }]);
    },
  );
});
