import type { UnitOfWork } from '../../db/database.ts';
import type { Scored } from '../surveys/index.ts';
import type { Merged } from './merge-answers.ts';
import type { Opened, OpenedSurvey } from './opened.reads.ts';

/** Begins a response, or notes that it goes on. What the invitation knows, the response keeps. */
export async function saveResponse(
  uow: UnitOfWork,
  id: string,
  { opened, survey, locale }: { opened: Opened; survey: OpenedSurvey; locale: string },
): Promise<void> {
  const { organizationId, now } = uow;
  if (opened.begun !== null) {
    await uow.execute(
      `update survey_response set locale = $3, updated_at = $4
       where organization_id = $1 and id = $2`,
      [organizationId, id, locale, now],
    );
    return;
  }
  const isPublic = opened.kind === 'public';
  if (!isPublic) {
    await uow.execute(
      'update invitation set opened_at = $3 where organization_id = $1 and id = $2',
      [organizationId, opened.invitationId, now],
    );
  }
  await uow.execute(
    `insert into survey_response
       (organization_id, id, survey_id, survey_version, invitation_id, customer_id, location_id,
        product_id, channel, touchpoint, locale, params, state, started_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, 'PARTIAL', $13, $13)`,
    [
      ...[organizationId, id, survey.id, survey.version],
      // A public link is answered many times, an invitation once.
      ...[isPublic ? null : opened.invitationId, opened.customerId],
      ...[opened.locationId, opened.productId, opened.channel, opened.touchpoint, locale],
      ...[JSON.stringify(opened.params), now],
    ],
  );
}

/** Writes what was answered anew, and removes what the answers lead past. */
export async function saveAnswers(
  uow: UnitOfWork,
  responseId: string,
  { changed, dropped }: Merged,
): Promise<void> {
  const { organizationId, now } = uow;
  if (dropped.length > 0) {
    await uow.execute(
      `delete from survey_answer
       where organization_id = $1 and response_id = $2 and question_key = any($3::text[])`,
      [organizationId, responseId, dropped],
    );
  }
  if (changed.size === 0) return;
  const rows = [...changed].map(([question_key, value]) => ({ question_key, ...value }));
  await uow.execute(
    `insert into survey_answer
       (organization_id, response_id, question_key, number, choices, text, answered_at)
     select $1, $2, a.question_key, a.number, a.choices, a.text, $4
     from jsonb_to_recordset($3::jsonb)
       as a(question_key text, number double precision, choices text[], text text)
     on conflict (organization_id, response_id, question_key) do update
       set number = excluded.number, choices = excluded.choices, text = excluded.text,
         answered_at = excluded.answered_at`,
    [organizationId, responseId, JSON.stringify(rows), now],
  );
}

/** What is known of a response once it is complete. */
export interface Completion {
  readonly scored: Scored | null;
  /** The key of the thank-you page. */
  readonly outcome: string;
  /** Since the invitation was first sent; null where none was. */
  readonly secondsSinceSent: number | null;
}

export async function completeResponse(
  uow: UnitOfWork,
  id: string,
  { scored, outcome, secondsSinceSent }: Completion,
): Promise<void> {
  await uow.execute(
    `update survey_response set state = 'COMPLETED', completed_at = $3, scale = $4, score = $5,
       segment = $6, sentiment = $7, outcome = $8, response_seconds = $9
     where organization_id = $1 and id = $2`,
    [
      ...[uow.organizationId, id, uow.now],
      ...[scored?.scale ?? null, scored?.score ?? null, scored?.segment ?? null],
      ...[scored?.sentiment ?? null, outcome, secondsSinceSent],
    ],
  );
}
