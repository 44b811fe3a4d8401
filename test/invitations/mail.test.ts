import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/graphql/ids.ts';
import { entities } from '../../src/modules/entities.ts';
import { readToken } from '../../src/modules/invitations/index.ts';
import { insertSurvey } from '../survey-responses/survey-kit.ts';
import { type Mailbox, openMailbox } from '../surveys/mailbox.ts';
import { createOrganization, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import {
  type Desk,
  insertPerson,
  insertSchedule,
  invitations,
  openDesk,
  PUBLIC_URL,
  setSurveySettings,
} from './desk.ts';

const AFTER_A_WEEK = { kind: 'SIGN_UP_AGE', days: 7 };

let opened: TestDatabase;
let test: Pick<TestDatabase, 'db' | 'organizationId'>;
let mailbox: Mailbox;
let desk: Desk;
beforeAll(async () => {
  opened = await openTestDatabase({ entities });
  mailbox = await openMailbox();
});
afterAll(async () => {
  await mailbox.close();
  await opened.close();
});

let organizations = 0;
beforeEach(async () => {
  const { db } = opened;
  const slug = `shop-${++organizations}`;
  test = { db, organizationId: await createOrganization(db, { slug, name: 'test' }) };
  mailbox.mails.length = 0;
  desk = openDesk(db, test.organizationId, mailbox.channel);
});

describe('an invitation by mail', () => {
  it('is a mail in the language of the customer, with a link for each score', async () => {
    const { db, organizationId } = test;
    const survey = await insertSurvey(db, organizationId);
    const signedUp = { signed_up_at: new Date('2026-02-23T10:00:00Z') };
    const { externalId } = await insertPerson(db, organizationId, signedUp);
    await insertSchedule(db, organizationId, survey.id, AFTER_A_WEEK);
    await setSurveySettings(db, organizationId, {
      sender_name: 'De Bakker & Zoon',
      sender_address: 'hallo@bakker.example',
      sender_proven_at: new Date(),
    });
    await desk.at('2026-03-02T12:00:00Z');

    const [row] = await invitations(db, organizationId);
    expect(mailbox.mails).toHaveLength(1);
    const [mail] = mailbox.mails;
    expect(mail).toMatchObject({
      from: { name: 'De Bakker & Zoon', address: 'hallo@bakker.example' },
      to: [{ address: `${externalId}@example.com` }],
      subject: 'Een vraag van De Bakker & Zoon',
      messageId: `<${encodeId('SurveyInvitation', row.id)}.0@feedback.example>`,
    });
    const headers = new Map(mail?.headers.map(({ key, value }) => [key, value]));
    const link = /https:\/\/feedback\.example\/s\/(inv_[\w-]{64})/.exec(mail?.text ?? '');
    expect(headers.get('list-unsubscribe')).toBe(`<${link?.[0]}/unsubscribe>`);
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(await readToken(db, link?.[1] ?? '')).toEqual({
      kind: 'invitation',
      organizationId,
      invitationId: row.id,
    });
    for (const body of [mail?.text ?? '', mail?.html ?? '']) {
      expect(body).toContain('Hoe waarschijnlijk is het dat u ons aanbeveelt?');
      for (let score = 0; score <= 10; score++)
        expect(body).toContain(`${link?.[0]}?score=${score}`);
      expect(body).toContain('Zeer waarschijnlijk');
    }
    expect(mail?.html).toContain('De Bakker &amp; Zoon hoort graag');
    expect(mail?.html).toContain('lang="nl"');
    expect(row).toMatchObject({ state: 'SENT', locale: 'nl', surveyVersion: 1, reason: null });
  });

  it('is in the default language where the survey has none that the customer reads', async () => {
    const { db, organizationId } = test;
    const survey = await insertSurvey(db, organizationId);
    const person = { signed_up_at: new Date('2026-02-23T10:00:00Z'), locale: 'fr-CA' };
    await insertPerson(db, organizationId, person);
    await insertSchedule(db, organizationId, survey.id, AFTER_A_WEEK);
    await desk.at('2026-03-02T12:00:00Z');
    expect(mailbox.mails[0]).toMatchObject({
      subject: 'A question from test',
      from: { name: 'test', address: 'feedback@shop.example' },
    });
    expect(mailbox.mails[0]?.text).toContain('How likely are you to recommend us?');
  });

  it('to an address that nobody has fails for good, and begins no quiet period', async () => {
    const { db, organizationId } = test;
    const survey = await insertSurvey(db, organizationId);
    const person = {
      signed_up_at: new Date('2026-02-23T10:00:00Z'),
      email: 'nobody@example.com',
    };
    const { id } = await insertPerson(db, organizationId, person);
    await insertSchedule(db, organizationId, survey.id, AFTER_A_WEEK);
    await desk.at('2026-03-02T12:00:00Z');
    expect(await invitations(db, organizationId)).toMatchObject([
      { state: 'FAILED', reason: 'REJECTED', sentAt: null, attempts: 1 },
    ]);
    const [customer] = await db.system<{ lastInvitedAt: Date | null }>(
      'select last_invited_at as "lastInvitedAt" from customer where id = $1',
      [id],
    );
    expect(customer?.lastInvitedAt).toBeNull();
  });

  it('asks for a review where the place is reviewed, without a question about it', async () => {
    const { db, organizationId } = test;
    const person = { signed_up_at: new Date('2026-02-23T10:00:00Z') };
    await insertPerson(db, organizationId, person);
    await insertSchedule(db, organizationId, null, AFTER_A_WEEK);
    const url = 'https://reviews.example/bakker?a=1&b=2';
    await setSurveySettings(db, organizationId, { review_invitation_url: url });
    await desk.at('2026-03-02T12:00:00Z');
    const [mail] = mailbox.mails;
    expect(mail?.subject).toBe('Wilt u test beoordelen?');
    expect(mail?.text).toContain(`Beoordeling schrijven: ${url}`);
    expect(mail?.html).toContain('href="https://reviews.example/bakker?a=1&amp;b=2"');
    expect(mail?.text).not.toContain('?score=');
    expect(mail?.text).toContain(`${PUBLIC_URL}/s/inv_`);
  });
});
