import type { InvitationTarget } from './invitation-enums.ts';
import { rowsOf, type Source } from './source.ts';
import type { Trigger } from './trigger.ts';

/** What planning knows of a schedule that is active. */
export interface PlannedSchedule {
  /** UUID. */
  readonly id: string;
  readonly target: InvitationTarget;
  readonly trigger: Trigger;
  readonly segments: readonly string[] | null;
  readonly sendWithinMinutes: number;
  /** What became due before it is not made up for. */
  readonly activatedAt: Date;
}

/** Those that make somebody due, the oldest first. */
export function activeSchedules(source: Source): Promise<PlannedSchedule[]> {
  return rowsOf<PlannedSchedule>(
    source,
    `select id, target, trigger, segments, send_within_minutes as "sendWithinMinutes",
       activated_at as "activatedAt"
     from survey_schedule where organization_id = $1 and active order by created_at, id`,
  );
}
