import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { MailChannel } from '../../src/channels/mail.ts';
import { createWebhookChannel } from '../../src/channels/webhook.ts';
import type { Database } from '../../src/db/database.ts';
import { silentLogger } from '../../src/db/logger.ts';
import { invitationWork, type SendingMeans } from '../../src/modules/invitations/index.ts';
import { verifySurveyRollups } from '../../src/modules/survey-rollups/index.ts';
import type { Data } from '../testkit/api.ts';

export const PUBLIC_URL = 'https://feedback.example';

/** Sends for one organization at times that a test says. */
export interface Desk {
  now: Date;
  readonly means: SendingMeans;
  /** What a job does, by the time that it is. */
  work(signal?: AbortSignal): Promise<void>;
  /** Goes on to that time, and works. */
  at(time: string): Promise<void>;
}

export function openDesk(
  db: Database,
  organizationId: string,
  mail: MailChannel | null,
  means: Partial<SendingMeans> = {},
): Desk {
  const desk: Desk = {
    now: new Date('2026-03-02T12:00:00Z'),
    means: {
      clock: { now: () => desk.now },
      publicUrl: PUBLIC_URL,
      mail,
      mailFrom: 'feedback@shop.example',
      webhooks: createWebhookChannel({ allowPrivate: true, backoffMs: [10, 10] }),
      leaseMs: 60_000,
      concurrency: 4,
      ...means,
    },
    work: (signal = new AbortController().signal) =>
      invitationWork({ db, means: desk.means, logger: silentLogger }).run(organizationId, signal),
    async at(time) {
      desk.now = new Date(time);
      await desk.work();
    },
  };
  return desk;
}

export interface Person {
  readonly id: string;
  readonly externalId: string;
}

/** A customer who may be written to; in Amsterdam, unless the parts say otherwise. */
export async function insertPerson(
  db: Database,
  organizationId: string,
  parts: Readonly<Record<string, unknown>> = {},
  consents: Readonly<Record<string, boolean>> = { EMAIL: true, WEBHOOK: true },
): Promise<Person> {
  const id = uuidv7();
  const externalId = `customer-${randomUUID().slice(0, 8)}`;
  const row = {
    organization_id: organizationId,
    id,
    external_id: externalId,
    name: 'Sanne',
    email: `${externalId}@example.com`,
    phone: null,
    locale: 'nl',
    time_zone: 'Europe/Amsterdam',
    created_at: new Date('2026-01-01T00:00:00Z'),
    updated_at: new Date('2026-01-01T00:00:00Z'),
    ...parts,
  };
  await insert(db, 'customer', row);
  for (const [channel, granted] of Object.entries(consents)) {
    const consent = { customer_id: id, channel, granted, changed_at: row.created_at };
    await insert(db, 'customer_consent', { organization_id: organizationId, ...consent });
  }
  return { id, externalId: row.external_id };
}

export async function insertEvent(
  db: Database,
  organizationId: string,
  customerId: string,
  occurredAt: string | Date,
  parts: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const id = uuidv7();
  const times = { occurred_at: new Date(occurredAt), received_at: new Date(occurredAt) };
  await insert(db, 'customer_event', {
    ...{ organization_id: organizationId, id, customer_id: customerId, kind: 'INTERACTION' },
    ...times,
    ...parts,
  });
  return id;
}

/** An active schedule by mail, from the beginning of 2026. */
export async function insertSchedule(
  db: Database,
  organizationId: string,
  surveyId: string | null,
  trigger: object,
  parts: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const id = uuidv7();
  const at = new Date('2026-01-01T00:00:00Z');
  await insert(db, 'survey_schedule', {
    organization_id: organizationId,
    id,
    name: 'Schedule',
    target: surveyId === null ? 'REVIEW' : 'SURVEY',
    survey_id: surveyId,
    trigger: JSON.stringify(trigger),
    channel: 'EMAIL',
    send_within_minutes: 7 * 24 * 60,
    active: true,
    activated_at: at,
    created_at: at,
    updated_at: at,
    ...parts,
  });
  return id;
}

export async function setSurveySettings(
  db: Database,
  organizationId: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  await db.system('delete from survey_settings where organization_id = $1', [organizationId]);
  const own = { organization_id: organizationId, updated_at: new Date(), ...settings };
  await insert(db, 'survey_settings', own);
}

async function insert(db: Database, table: string, row: Readonly<Record<string, unknown>>) {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  await db.system(
    `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
    Object.values(row),
  );
}

/** The invitations of the organization, the earliest due first. */
export function invitations(db: Database, organizationId: string): Promise<Data[]> {
  return db.system<Data>(
    `select state, reason, retry_at as "retryAt", due_at as "dueAt", sent_at as "sentAt", locale,
       occasion, attempts, reminders_sent as "remindersSent", next_reminder_at as "nextReminderAt",
       customer_id as "customerId", survey_version as "surveyVersion", touchpoint, id
     from invitation where organization_id = $1 order by due_at, occasion`,
    [organizationId],
  );
}

/** What the rollups of surveys count otherwise than the rows say. */
export async function rollupDifferences(db: Database, organizationId: string): Promise<object[]> {
  const found: object[] = [];
  for await (const { differences } of verifySurveyRollups(db, organizationId)) {
    found.push(...differences);
  }
  return found;
}
