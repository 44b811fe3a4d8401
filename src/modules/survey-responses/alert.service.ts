import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { recordEvents } from '../../feed/events.ts';
import { isAlert, type Scored } from '../surveys/index.ts';
import type { Opened, OpenedSurvey } from './opened.reads.ts';

/** Whom an alert is mailed to: who decides what is done about it. */
const RESPONSIBLE_ROLES = ['ADMIN', 'MANAGER'];

/**
 * Raises the alert of a completed response that is so bad that somebody has to know at once.
 * @returns whether it did
 */
export async function raiseAlert(
  uow: UnitOfWork,
  of: { responseId: string; opened: Opened; survey: OpenedSurvey; scored: Scored },
): Promise<boolean> {
  const { responseId, opened, survey, scored } = of;
  if (!isAlert(survey, scored)) return false;
  const { organizationId, now } = uow;
  const id = newId();
  // A response is completed once, and its row is locked: there is no other alert of it.
  await uow.execute(
    `insert into detractor_alert (organization_id, id, response_id, raised_at)
     values ($1, $2, $3, $4)`,
    [organizationId, id, responseId, now],
  );
  await uow.execute(
    `insert into alert_mail (organization_id, alert_id, member_id, next_attempt_at)
     select $1, $2, m.id, $3 from member m
     where m.organization_id = $1 and m.role = any($4::text[])`,
    [organizationId, id, now, RESPONSIBLE_ROLES],
  );
  const { customerId, locationId, productId } = opened;
  const { sentiment } = scored;
  recordEvents(uow, [
    {
      kind: 'DETRACTOR_ALERT_RAISED',
      ...{ surveyResponseId: responseId, customerId, locationId, productId, sentiment },
    },
  ]);
  return true;
}
