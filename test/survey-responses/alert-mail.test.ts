/** Members are told of an alert by mail: each who is responsible, once, whatever happens meanwhile. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { DeliveryError } from '../../src/channels/delivery-error.ts';
import type { MailChannel } from '../../src/channels/mail.ts';
import type { Database } from '../../src/db/database.ts';
import { silentLogger } from '../../src/db/logger.ts';
import { inviteMember } from '../../src/modules/accounts/index.ts';
import { entities } from '../../src/modules/entities.ts';
import { alertMailWork, submitAnswers } from '../../src/modules/survey-responses/index.ts';
import { createOrganization, openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import { type Mailbox, openMailbox } from '../surveys/mailbox.ts';
import { insertCustomer, insertInvitation, insertSurvey } from './survey-kit.ts';

const LEASE_MS = 60_000;
const NOT_STOPPED = new AbortController().signal;

let test: TestDatabase;
let db: Database;
let mailbox: Mailbox;
let organizationId: string;
let clock: { at: number };
let count = 0;

beforeAll(async () => {
  test = await openTestDatabase({ entities });
  ({ db } = test);
  mailbox = await openMailbox();
}, 60_000);
afterAll(async () => {
  await mailbox.close();
  await test.close();
});

beforeEach(async () => {
  organizationId = await createOrganization(db, { slug: `org-${count++}`, locale: 'nl' });
  clock = { at: Date.now() };
  mailbox.mails.length = 0;
});

async function addMember(email: string, role: 'ADMIN' | 'MANAGER' | 'VIEWER'): Promise<void> {
  const member = { email, name: email, role, issuer: null, subject: null };
  await db.unitOfWork(organizationId, (uow) => inviteMember(uow, member, 'OPERATOR'));
}

async function dissatisfy(text = 'Koude soep'): Promise<void> {
  const { id } = await insertSurvey(db, organizationId);
  const customerId = await insertCustomer(db, organizationId);
  const { token } = await insertInvitation(db, organizationId, id, { customerId });
  const answers = [
    { questionKey: 'recommend', number: 2 },
    { questionKey: 'wrong', text },
  ];
  const { userErrors } = await submitAnswers(db, null, { token, answers, complete: true });
  expect(userErrors).toEqual([]);
  clock.at = Date.now();
}

function work(
  mail: MailChannel | null = mailbox.channel,
  mailFrom: string | null = 'us@x.example',
) {
  return alertMailWork({
    db,
    means: {
      clock: { now: () => new Date(clock.at) },
      publicUrl: 'https://feedback.example',
      mail,
      mailFrom,
      leaseMs: LEASE_MS,
    },
    logger: silentLogger,
  });
}

const received = () => mailbox.mails.map(({ to }) => to?.[0]?.address).sort();

it('is sent to administrators and managers, once each, with several processes at it', async () => {
  await addMember('admin@x.example', 'ADMIN');
  await addMember('manager@x.example', 'MANAGER');
  await addMember('viewer@x.example', 'VIEWER');
  for (let i = 0; i < 6; i++) await dissatisfy();
  expect(await work().due()).toEqual([organizationId]);
  await Promise.all(Array.from({ length: 8 }, () => work().run(organizationId, NOT_STOPPED)));
  const once = ['admin@x.example', 'manager@x.example'];
  expect(received()).toEqual([...once, ...once, ...once, ...once, ...once, ...once].sort());
  await work().run(organizationId, NOT_STOPPED);
  clock.at += 3_600_000;
  await work().run(organizationId, NOT_STOPPED);
  const ids = mailbox.mails.map(({ messageId }) => messageId);
  expect(ids).toHaveLength(12);
  expect(new Set(ids).size).toBe(12);
  expect(await work().due()).toEqual([]);
});

it('says what was answered, and nothing of who did', async () => {
  await addMember('admin@x.example', 'ADMIN');
  await dissatisfy(`Koude\nsoep ${'x'.repeat(600)}`);
  await work().run(organizationId, NOT_STOPPED);
  const [mail] = mailbox.mails;
  expect(mail?.subject).toBe('Ontevreden klant: 2/10 voor Your visit');
  expect(mail?.from?.address).toBe('us@x.example');
  expect(mail?.messageId).toMatch(/^<alr_\w{26}\.mem_\w{26}@feedback\.example>$/);
  expect(mail?.text).toContain('Score: 2/10');
  expect(mail?.text).toContain('In eigen woorden: Koude soep xxx');
  expect(mail?.text).toContain('…');
  expect(mail?.text).toMatch(/Melding: alr_\w{26}/);
  expect(mail?.text).not.toContain('Sanne');
  expect(mail?.text).not.toContain('sanne@');
});

it('is sent again under the same id where a process died before it could note it', async () => {
  await addMember('admin@x.example', 'ADMIN');
  await dissatisfy();
  const dying: MailChannel = {
    async send(mail) {
      await mailbox.channel.send(mail);
      throw new Error('killed');
    },
    close: () => Promise.resolve(),
  };
  await expect(work(dying).run(organizationId, NOT_STOPPED)).rejects.toThrow('killed');
  await work().run(organizationId, NOT_STOPPED);
  expect(received()).toHaveLength(1);
  clock.at += LEASE_MS + 1;
  await work().run(organizationId, NOT_STOPPED);
  const ids = mailbox.mails.map(({ messageId }) => messageId);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

it('waits for a mail server that is down, and gives up one that refuses', async () => {
  await addMember('nobody@x.example', 'ADMIN');
  await addMember('manager@x.example', 'MANAGER');
  await dissatisfy();
  const down: MailChannel = {
    send: () => Promise.reject(new DeliveryError('down', true)),
    close: () => Promise.resolve(),
  };
  await work(down).run(organizationId, NOT_STOPPED);
  expect(await work().due()).toEqual([]);
  clock.at += 60_001;
  await work().run(organizationId, NOT_STOPPED);
  expect(received()).toEqual(['manager@x.example']);
  clock.at += 24 * 3_600_000;
  expect(await work().due()).toEqual([]);
});

it('is not sent where there is no way to send, nor days later', async () => {
  await addMember('admin@x.example', 'ADMIN');
  await dissatisfy();
  expect(await work(null).due()).toEqual([]);
  await work(mailbox.channel, null).run(organizationId, NOT_STOPPED);
  clock.at += 4 * 24 * 3_600_000;
  expect(await work().due()).toEqual([]);
  await work().run(organizationId, NOT_STOPPED);
  expect(received()).toEqual([]);
});
