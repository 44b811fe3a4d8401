import type { UnitOfWork } from '../../db/database.ts';
import type { PlannedSchedule } from './planned-schedules.ts';
import type { EventCountTrigger, EventFilter, LifecycleTrigger } from './trigger.ts';

/** One customer, and what there is to ask about. */
export interface DueOccasion {
  readonly customerId: string;
  /** `<schedule>:<customer>:<what>`. */
  readonly occasion: string;
  readonly dueAt: Date;
  readonly locale: string;
  readonly touchpoint: string | null;
  readonly locationId: string | null;
}

/** Occasions of a lifecycle are counted for so long. */
const LIFECYCLE_DAYS = 20 * 365;

/**
 * The occasions of a schedule that are due by `now` and have no invitation yet, the earliest first.
 * One statement: what is too old to be sent is not looked at, so that each look reads only what
 * became due within the schedule's window, by an index.
 */
export function dueOccasions(
  uow: UnitOfWork,
  schedule: PlannedSchedule,
  now: Date,
  limit: number,
): Promise<DueOccasion[]> {
  const { trigger } = schedule;
  switch (trigger.kind) {
    case 'SIGN_UP_AGE':
      return afterSignUp(uow, schedule, [trigger.days], now, limit);
    case 'LIFECYCLE':
      return afterSignUp(uow, schedule, lifecycleDays(trigger), now, limit);
    case 'EVENT':
      return afterEvents(uow, schedule, { ...trigger, channel: null, count: null }, now, limit);
    case 'EVENT_COUNT':
      return afterEvents(uow, schedule, { ...trigger, channel: null }, now, limit);
    case 'INTERACTION': {
      const { channel, touchpoint } = trigger;
      const event = { event: 'INTERACTION', name: null, touchpoint, channel } as const;
      return afterEvents(uow, schedule, { ...event, delayMinutes: 0, count: null }, now, limit);
    }
  }
}

/** Days after sign-up at which a lifecycle asks: 7, 37, 127, 217 … by the defaults. */
export function lifecycleDays(trigger: LifecycleTrigger): number[] {
  const { firstAfterDays, thenAfterDays, everyDays } = trigger;
  const days = [firstAfterDays];
  for (let at = firstAfterDays + thenAfterDays; at <= LIFECYCLE_DAYS; at += everyDays) {
    days.push(at);
  }
  return days;
}

const SEGMENTS = `($4::text[] is null or c.nps_segment = any($4::text[])
  or (c.at_risk and 'AT_RISK' = any($4::text[])) or (c.advocate and 'ADVOCATE' = any($4::text[])))`;

/** Hours, and not days, are added: a day of PostgreSQL is longer where the session's clock is put back. */
function afterSignUp(
  uow: UnitOfWork,
  { id, segments, sendWithinMinutes, activatedAt }: PlannedSchedule,
  days: readonly number[],
  now: Date,
  limit: number,
): Promise<DueOccasion[]> {
  return uow.execute<DueOccasion>(
    `select c.id as "customerId", named.occasion, at.due_at as "dueAt", c.locale,
       null as touchpoint, null as "locationId"
     from unnest($5::int[]) with ordinality as step(days, number)
     cross join lateral (select make_interval(hours => 24 * step.days) as after) passed
     join customer c on c.organization_id = $1
       and c.signed_up_at <= $2::timestamptz - passed.after
       and c.signed_up_at >= greatest($2::timestamptz - make_interval(mins => $6), $7) - passed.after
     cross join lateral (select c.signed_up_at + passed.after as due_at) at
     cross join lateral (
       select $3::uuid || ':' || c.id || ':' || step.number as occasion) named
     where c.churned_at is null and ${SEGMENTS}
       and not exists (select from invitation i
         where i.organization_id = $1 and i.occasion = named.occasion)
     order by at.due_at, named.occasion limit ${limit}`,
    [uow.organizationId, now, id, segments, days, sendWithinMinutes, activatedAt],
  );
}

interface EventQuestion extends EventFilter {
  readonly channel: string | null;
  readonly delayMinutes: number;
  /** Null: each event is an occasion. */
  readonly count: EventCountTrigger['count'] | null;
}

const FITS = (alias: string) => `${alias}.kind = $5
  and ($6::text is null or ${alias}.name = $6)
  and ($7::text is null or ${alias}.touchpoint = $7)
  and ($8::text is null or ${alias}.channel = $8)`;

/** Of the customer's events that fit, up to this one; counting ends where it is too many. */
const NUMBER_OF_EVENT = `(select count(*) from (
  select from customer_event p
  where p.organization_id = $1 and p.customer_id = e.customer_id and ${FITS('p')}
    and (p.occurred_at, p.id) <= (e.occurred_at, e.id)
  limit $12::int + 1) up_to_this)`;

function afterEvents(
  uow: UnitOfWork,
  { id, segments, sendWithinMinutes, activatedAt }: PlannedSchedule,
  { event, name, touchpoint, channel, delayMinutes, count }: EventQuestion,
  now: Date,
  limit: number,
): Promise<DueOccasion[]> {
  return uow.execute<DueOccasion>(
    `select e.customer_id as "customerId", named.occasion, at.due_at as "dueAt", c.locale,
       e.touchpoint, e.location_id as "locationId"
     from customer_event e
     join customer c on c.organization_id = $1 and c.id = e.customer_id
     cross join lateral (select e.occurred_at + make_interval(mins => $9) as due_at) at
     cross join lateral (select $3::uuid || ':' || c.id || ':'
       || case when $12::int is null then e.id::text else 'count' end as occasion) named
     where e.organization_id = $1 and ${FITS('e')}
       and e.occurred_at <= $2::timestamptz - make_interval(mins => $9)
       and e.occurred_at >=
         greatest($2::timestamptz - make_interval(mins => $10), $11) - make_interval(mins => $9)
       and c.churned_at is null and ${SEGMENTS}
       and not exists (select from invitation i
         where i.organization_id = $1 and i.occasion = named.occasion)
       and ($12::int is null or ${NUMBER_OF_EVENT} = $12::int)
     order by at.due_at, named.occasion limit ${limit}`,
    [
      uow.organizationId,
      now,
      id,
      segments,
      event,
      name,
      touchpoint,
      channel,
      delayMinutes,
      sendWithinMinutes,
      activatedAt,
      count,
    ],
  );
}
