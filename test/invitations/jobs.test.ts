import { randomUUID } from 'node:crypto';
/** A whole server: what is due is found and sent by its jobs, and stops when it stops. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/config.ts';
import { silentLogger } from '../../src/db/logger.ts';
import { type Jobs, startJobs } from '../../src/jobs/jobs.ts';
import { insertSurvey, type SurveyRow } from '../survey-responses/survey-kit.ts';
import { type Mailbox, openMailbox } from '../surveys/mailbox.ts';
import { onPostgres, openTestDatabase } from '../testkit/database.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';
import { insertPerson, setSurveySettings } from './desk.ts';

describe('a server with a mail server', () => {
  let mailbox: Mailbox;
  let server: TestServer;
  let survey: SurveyRow;
  beforeAll(async () => {
    mailbox = await openMailbox();
    server = await startTestServer({
      ANTIPHON_SMTP_URL: mailbox.url,
      ANTIPHON_MAIL_FROM: 'feedback@shop.example',
      ANTIPHON_PUBLIC_URL: 'https://feedback.example',
    });
    survey = await insertSurvey(server.db, server.organizationId);
    const always = { sending_from: '00:00', sending_until: '23:59' };
    await setSurveySettings(server.db, server.organizationId, always);
  }, 60_000);
  afterAll(async () => {
    await server.close();
    await mailbox.close();
  });

  const invite = async (externalId: string) => {
    const { inviteCustomer } = await server.query(
      `mutation ($input: InviteCustomerInput!) {
        inviteCustomer(input: $input) { link userErrors { message } } }`,
      { input: { surveyKey: survey.key, customerExternalId: externalId, channel: 'EMAIL' } },
    );
    expect(inviteCustomer.userErrors).toEqual([]);
    return inviteCustomer.link as string;
  };

  it('sends what somebody is invited to within seconds', async () => {
    const { externalId } = await insertPerson(server.db, server.organizationId);
    const link = await invite(externalId);
    await until('the mail arrives', () => mailbox.mails.length === 1, 30_000);
    expect(mailbox.mails[0]?.text).toContain(link);
    // The mail is there before the commit that says so.
    const isSent = async () => {
      const rows = await server.db.system(`select 1 from invitation where state = 'SENT'`);
      return rows.length === 1;
    };
    await until('the invitation is sent', isSent, 10_000);
    const { customer } = await server.query(
      `query ($id: String!) { customer(externalId: $id) { invitations { nodes { state } } } }`,
      { id: externalId },
    );
    expect(customer.invitations.nodes).toEqual([{ state: 'SENT' }]);
  }, 40_000);

  it('sends what a schedule says', async () => {
    const { db, organizationId } = server;
    const signedUp = { signed_up_at: new Date(Date.now() - 86_400_000 + 3_000) };
    const { externalId } = await insertPerson(db, organizationId, signedUp);
    const { createSurveySchedule } = await server.query(
      `mutation ($input: CreateSurveyScheduleInput!) {
        createSurveySchedule(input: $input) { schedule { id } userErrors { message } } }`,
      {
        input: {
          ...{ name: 'A day after', surveyKey: survey.key, channel: 'EMAIL', active: true },
          trigger: { signUpAge: { days: 1 } },
        },
      },
    );
    expect(createSurveySchedule.userErrors).toEqual([]);
    const arrived = () =>
      mailbox.mails.some(({ to }) => to?.[0]?.address === `${externalId}@example.com`);
    // The minute of the jobs is not waited for: something else wakes them.
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    await invite((await insertPerson(db, organizationId)).externalId);
    await until('the mail arrives', arrived, 30_000);
  }, 50_000);
});

describe('jobs', () => {
  (onPostgres ? it : it.skip)(
    'of two processes are found by both, and finished before they end',
    async () => {
      const test = await openTestDatabase();
      // A process works on two at once: of three, each has one at least.
      const ids = [test.organizationId, randomUUID(), randomUUID()];
      let running = 0;
      const finished: string[] = [];
      const start = (name: string): Jobs =>
        startJobs({
          ...{ db: test.db, url: test.url, logger: silentLogger },
          works: [
            {
              due: async () => ids,
              run: async (_, signal) => {
                running++;
                await new Promise((resolve) => signal.addEventListener('abort', resolve));
                running--;
                finished.push(name);
              },
            },
          ],
        });
      const first = start('first');
      const second = start('second');
      await until('both work', () => running >= ids.length, 75_000);
      await Promise.all([first.close(), second.close()]);
      expect(running).toBe(0);
      expect([...new Set(finished)].sort()).toEqual(['first', 'second']);
      const tables = await test.db.system(
        `select count(*)::int as count from information_schema.tables where table_schema = 'antiphon_jobs'`,
      );
      expect(tables).not.toEqual([{ count: 0 }]);
      await test.close();
    },
    120_000,
  );

  it('are not begun where nothing is ever to do', async () => {
    const test = await openTestDatabase();
    const jobs = startJobs({
      ...{ db: test.db, url: test.url, logger: silentLogger },
      works: [{ due: async () => [], run: async () => undefined }],
    });
    await jobs.close();
    const schemas = await test.db.system(
      `select 1 from information_schema.schemata where schema_name = 'antiphon_jobs'`,
    );
    expect(schemas).toEqual([]);
    await test.close();
  });

  it('by a timer, one that fails keeps none of the others', async () => {
    const test = await openTestDatabase();
    const done: string[] = [];
    const jobs = startJobs({
      ...{ db: test.db, url: undefined, logger: silentLogger, everyMs: 20 },
      works: [
        {
          due: async () => ['a'],
          run: async () => {
            throw new Error('It fails');
          },
        },
        { due: async () => ['b'], run: async (id) => void done.push(id) },
      ],
    });
    await until('both were looked at twice', () => done.length >= 4);
    await jobs.close();
    const after = done.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(done).toHaveLength(after);
    expect(new Set(done)).toEqual(new Set(['a', 'b']));
    await test.close();
  });
});

describe('settings of mail', () => {
  it('go together', () => {
    const given = { ANTIPHON_SMTP_URL: 'smtp://127.0.0.1' };
    expect(() => readConfig(given)).toThrow(ConfigError);
    expect(() => readConfig({ ...given, ANTIPHON_SMTP_URL: 'http://127.0.0.1' })).toThrow(/smtp:/);
    const whole = {
      ...given,
      ANTIPHON_MAIL_FROM: 'feedback@shop.example',
      ANTIPHON_PUBLIC_URL: 'https://feedback.example',
    };
    expect(readConfig(whole)).toMatchObject({
      smtp: { url: 'smtp://127.0.0.1', from: 'feedback@shop.example' },
      publicUrl: 'https://feedback.example',
      jobs: true,
    });
  });
});
