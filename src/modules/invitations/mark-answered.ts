import type { UnitOfWork } from '../../db/database.ts';
import { touchSurveyRollup } from '../survey-rollups/index.ts';

/** It was answered, or the review was written: no reminder follows. */
export async function markAnswered(uow: UnitOfWork, invitationId: string): Promise<void> {
  await touchSurveyRollup(uow, { invitations: [invitationId] });
  await uow.execute(
    `update invitation set state = 'ANSWERED', answered_at = $3, next_reminder_at = null,
       leased_until = null
     where organization_id = $1 and id = $2`,
    [uow.organizationId, invitationId, uow.now],
  );
}
