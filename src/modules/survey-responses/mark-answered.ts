import type { UnitOfWork } from '../../db/database.ts';

export async function markAnswered(uow: UnitOfWork, invitationId: string): Promise<void> {
  await uow.execute(
    `update invitation set state = 'ANSWERED', answered_at = $3, next_reminder_at = null
     where organization_id = $1 and id = $2`,
    [uow.organizationId, invitationId, uow.now],
  );
}
