import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../src/db/database.ts';
import { makeToken } from '../../src/modules/invitations/index.ts';
import { submitAnswers } from '../../src/modules/survey-responses/index.ts';
import type { SurveyDefinition, SurveyKind } from '../../src/modules/surveys/index.ts';

const both = (nl: string, en: string) => ({ nl, en });

/** A relational NPS survey with a branch for each segment, in Dutch and in English. */
export const BRANCHED_NPS: SurveyDefinition = {
  defaultLocale: 'en',
  locales: ['en', 'nl'],
  questions: [
    {
      key: 'recommend',
      kind: 'SCALE',
      scale: 'NPS_10',
      text: both(
        'Hoe waarschijnlijk is het dat u ons aanbeveelt?',
        'How likely are you to recommend us?',
      ),
      lowLabel: both('Zeer onwaarschijnlijk', 'Not at all likely'),
      highLabel: both('Zeer waarschijnlijk', 'Extremely likely'),
      required: true,
    },
    {
      key: 'best',
      kind: 'MULTIPLE_CHOICE',
      text: both('Wat deden we het best?', 'What did we do best?'),
      choices: [
        { key: 'staff', label: both('Personeel', 'Staff') },
        { key: 'price', label: both('Prijs', 'Price') },
      ],
      required: false,
      showIf: [{ question: 'recommend', atLeast: 9 }],
    },
    {
      key: 'wrong',
      kind: 'TEXT',
      text: both('Wat ging er mis?', 'What went wrong?'),
      help: both('Uw eigen woorden', 'In your own words'),
      required: true,
      showIf: [{ question: 'recommend', atMost: 6 }],
    },
    {
      key: 'contact',
      kind: 'SINGLE_CHOICE',
      text: both('Mogen we u bellen?', 'May we call you?'),
      choices: [
        { key: 'yes', label: both('Ja', 'Yes') },
        { key: 'no', label: both('Nee', 'No') },
      ],
      required: false,
    },
  ],
  thankYouPages: [
    {
      key: 'sorry',
      title: both('Dat spijt ons', 'We are sorry'),
      body: both('We gaan ermee aan de slag.', 'We will work on it.'),
      showIf: [{ question: 'recommend', atMost: 6 }],
      invitesReview: true,
    },
    {
      key: 'thanks',
      title: both('Bedankt!', 'Thank you!'),
      body: both('We zien u graag terug.', 'We hope to see you again.'),
      invitesReview: true,
    },
  ],
};

export interface SurveyRow {
  readonly id: string;
  readonly key: string;
}

export interface SurveyOptions {
  readonly kind?: SurveyKind;
  readonly definition?: SurveyDefinition;
  readonly anonymous?: boolean;
  readonly alertAtMost?: number | null;
  readonly endsAt?: Date | null;
}

/** A published survey, written past the services that make one. */
export async function insertSurvey(
  db: Database,
  organizationId: string,
  options: SurveyOptions = {},
): Promise<SurveyRow> {
  const { kind = 'NPS', definition = BRANCHED_NPS, anonymous = false } = options;
  const id = uuidv7();
  const key = `survey-${randomUUID().slice(0, 8)}`;
  await db.system(
    `insert into survey (organization_id, id, key, name, kind, anonymous, alert_at_most, ends_at,
       published_version, created_at, updated_at)
     values ($1, $2, $3, 'Your visit', $4, $5, $6, $7, 1, now(), now())`,
    [organizationId, id, key, kind, anonymous, options.alertAtMost ?? null, options.endsAt ?? null],
  );
  await db.system(
    `insert into survey_version (organization_id, id, survey_id, number, definition,
       question_count, created_at, published_at)
     values ($1, $2, $3, 1, $4::jsonb, $5, now(), now())`,
    [organizationId, uuidv7(), id, JSON.stringify(definition), definition.questions.length],
  );
  return { id, key };
}

export async function insertCustomer(db: Database, organizationId: string): Promise<string> {
  const id = uuidv7();
  await db.system(
    `insert into customer (organization_id, id, external_id, name, email, locale, time_zone,
       created_at, updated_at)
     values ($1, $2, $3, 'Sanne', 'sanne@example.com', 'nl', 'Europe/Amsterdam', now(), now())`,
    [organizationId, id, `customer-${randomUUID().slice(0, 8)}`],
  );
  return id;
}

export interface InvitationOptions {
  readonly customerId?: string | null;
  readonly locale?: string;
  readonly state?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly sentAt?: Date | null;
  readonly expiresAt?: Date | null;
  readonly kind?: 'invitation' | 'public';
  readonly locationId?: string | null;
}

export interface Invited {
  readonly id: string;
  readonly token: string;
}

/** An invitation that was sent, or a public link; with its token. */
export async function insertInvitation(
  db: Database,
  organizationId: string,
  surveyId: string | null,
  options: InvitationOptions = {},
): Promise<Invited> {
  const id = uuidv7();
  const { kind = 'invitation', locale = 'nl', state = 'SENT', params = {} } = options;
  await db.system(
    `insert into invitation (organization_id, id, target, survey_id, customer_id, location_id,
       channel, touchpoint, occasion, locale, params, state, due_at, sent_at, expires_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'checkout', $8, $9, $10::jsonb, $11, now(), $12, $13, now())`,
    [
      ...[organizationId, id, surveyId === null ? 'REVIEW' : 'SURVEY', surveyId],
      ...[options.customerId ?? null, options.locationId ?? null],
      ...[kind === 'public' ? 'LINK' : 'EMAIL', `test:${id}`, locale, JSON.stringify(params)],
      ...[state, options.sentAt ?? null, options.expiresAt ?? null],
    ],
  );
  const token = await makeToken(db, { kind, organizationId, invitationId: id });
  return { id, token };
}

/**
 * A survey with a completed response that has raised an alert, and one that is half answered; gives
 * the token of that one. The text is in the answers.
 */
export async function fillSurvey(
  db: Database,
  organizationId: string,
  text: string,
): Promise<string> {
  const { id } = await insertSurvey(db, organizationId);
  const customerId = await insertCustomer(db, organizationId);
  const answers = [
    { questionKey: 'recommend', number: 0 },
    { questionKey: 'wrong', text },
  ];
  const invite = () => insertInvitation(db, organizationId, id, { customerId });
  const [answered, half] = [await invite(), await invite()];
  await submitAnswers(db, null, { token: answered.token, answers, complete: true });
  await submitAnswers(db, null, { token: half.token, answers, complete: false });
  return half.token;
}

/** How many rows of answers there are, in all tables that an answer is written to. */
export async function written(db: Database, organizationId: string): Promise<object> {
  const [row] = await db.system<object>(
    `select (select count(*) from survey_response where organization_id = $1) as responses,
       (select count(*) from survey_answer where organization_id = $1) as answers,
       (select count(*) from detractor_alert where organization_id = $1) as alerts,
       (select count(*) from alert_mail where organization_id = $1) as mails,
       (select count(*) from feed_event where organization_id = $1) as events,
       (select max(updated_at) from survey_response where organization_id = $1) as changed`,
    [organizationId],
  );
  return row ?? {};
}
