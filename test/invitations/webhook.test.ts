import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { createWebhookChannel } from '../../src/channels/webhook.ts';
import { encodeId } from '../../src/graphql/ids.ts';
import { entities } from '../../src/modules/entities.ts';
import { insertSurvey } from '../survey-responses/survey-kit.ts';
import type { Data } from '../testkit/api.ts';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';
import {
  insertPerson,
  insertSchedule,
  invitations,
  openDesk,
  PUBLIC_URL,
  setSurveySettings,
} from './desk.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes').toString('base64')}`;

let test: TestDatabase;
let server: Server;
let url: string;
let status = 200;
const calls: { headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  test = await openTestDatabase({ entities });
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((closed) => server.close(() => closed()));
  await test.close();
});

describe('an invitation by webhook', () => {
  it('tells a service of the organization whom to write what, signed, once', async () => {
    const { db, organizationId } = test;
    const survey = await insertSurvey(db, organizationId);
    const signedUp = { signed_up_at: new Date('2026-02-23T10:00:00Z'), phone: '+31 20 123 4567' };
    const { externalId } = await insertPerson(db, organizationId, signedUp);
    const parts = { channel: 'WEBHOOK', params: JSON.stringify({ campaign: 'spring' }) };
    await insertSchedule(db, organizationId, survey.id, { kind: 'SIGN_UP_AGE', days: 7 }, parts);
    const webhook = { webhook_url: url, webhook_secret: SECRET };
    await setSurveySettings(db, organizationId, webhook);
    const desk = openDesk(db, organizationId, null);

    status = 503;
    await desk.at('2026-03-02T12:00:00Z');
    expect(calls).toHaveLength(3);
    status = 202;
    await desk.at('2026-03-02T12:01:00Z');
    await desk.at('2026-03-02T12:02:00Z');
    expect(calls).toHaveLength(4);

    const [row] = await invitations(db, organizationId);
    expect(row).toMatchObject({ state: 'SENT', attempts: 2 });
    const id = encodeId('SurveyInvitation', row.id);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([`${id}.0`]),
    );
    const { headers, body } = calls.at(-1) as (typeof calls)[number];
    const event = new Webhook(SECRET).verify(body, headers as Record<string, string>) as Data;
    expect(event).toMatchObject({
      type: 'invitation.send',
      timestamp: '2026-03-02T12:01:00.000Z',
      data: {
        ...{ invitationId: id, target: 'SURVEY', reminder: 0 },
        survey: { key: survey.key, version: 1 },
        customer: { externalId, name: 'Sanne', phone: '+31 20 123 4567', locale: 'nl' },
        text: 'Hoe waarschijnlijk is het dat u ons aanbeveelt?',
        params: { campaign: 'spring' },
      },
    });
    expect(event.data.link).toMatch(new RegExp(`^${PUBLIC_URL}/s/inv_[\\w-]{64}$`));
    expect(event.data.unsubscribeLink).toBe(`${event.data.link}/unsubscribe`);
  });

  it('into a private network is refused for good, unless the installation allows it', async () => {
    const { db, organizationId } = test;
    const survey = await insertSurvey(db, organizationId);
    await insertPerson(db, organizationId, { signed_up_at: new Date('2026-02-22T10:00:00Z') });
    const trigger = { kind: 'SIGN_UP_AGE', days: 8 };
    await insertSchedule(db, organizationId, survey.id, trigger, { channel: 'WEBHOOK' });
    calls.length = 0;
    const desk = openDesk(db, organizationId, null, { webhooks: createWebhookChannel() });
    await desk.at('2026-03-02T12:30:00Z');
    expect(calls).toEqual([]);
    expect((await invitations(db, organizationId)).at(0)).toMatchObject({
      state: 'FAILED',
      reason: 'REJECTED',
    });
  });
});
