import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { recordset } from '../../db/recordset.ts';
import { type DueOccasion, dueOccasions } from './due-occasions.ts';
import { activeSchedules, type PlannedSchedule } from './planned-schedules.ts';

const BATCH = 1_000;

/**
 * Makes an invitation for each occasion that has become due by `now`, and for which there is none:
 * the occasion's key is unique, so that processes that plan at the same time make one together.
 *
 * All schedules are planned in one unit: whoever sends sees all that is due for a customer, and
 * takes the earliest.
 *
 * @returns how many were made
 */
export async function planInvitations(uow: UnitOfWork, now: Date): Promise<number> {
  // Who plans what another one is planning would only wait for its rows, and find them there.
  const [lock] = await uow.execute<{ taken: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('plan invitations ' || $1::text, 0)) as taken`,
    [uow.organizationId],
  );
  if (lock?.taken !== true) return 0;
  let made = 0;
  for (const schedule of await activeSchedules(uow)) {
    for (;;) {
      const due = await dueOccasions(uow, schedule, now, BATCH);
      made += await insertInvitations(uow, schedule, due, now);
      if (due.length < BATCH) break;
    }
  }
  return made;
}

/** Minutes of elapsed time, whatever the clocks on the wall do meanwhile. */
const MINUTE_MS = 60_000;

async function insertInvitations(
  uow: UnitOfWork,
  schedule: PlannedSchedule,
  due: readonly DueOccasion[],
  now: Date,
): Promise<number> {
  if (due.length === 0) return 0;
  const records = due.map((each) => ({
    id: newId(),
    customer_id: each.customerId,
    location_id: each.locationId,
    touchpoint: each.touchpoint,
    occasion: each.occasion,
    locale: each.locale,
    due_at: each.dueAt,
    send_by: new Date(each.dueAt.getTime() + schedule.sendWithinMinutes * MINUTE_MS),
  }));
  const columns = {
    id: 'uuid',
    customer_id: 'uuid',
    location_id: 'uuid',
    touchpoint: 'text',
    occasion: 'text',
    locale: 'text',
    due_at: 'timestamptz',
    send_by: 'timestamptz',
  };
  const { sql, values } = recordset(columns, records, 'n', 4);
  const made = await uow.execute(
    `insert into invitation (organization_id, id, target, survey_id, schedule_id, customer_id,
       location_id, channel, touchpoint, occasion, locale, params, due_at, send_by, reminder_days,
       created_at)
     select $1, n.id, s.target, s.survey_id, s.id, n.customer_id, n.location_id, s.channel,
       n.touchpoint, n.occasion, n.locale, s.params, n.due_at, n.send_by, s.reminder_days, $2
     from ${sql} join survey_schedule s on s.organization_id = $1 and s.id = $3
     order by n.occasion
     on conflict (organization_id, occasion) do nothing returning id`,
    [uow.organizationId, now, schedule.id, ...values],
  );
  return made.length;
}
