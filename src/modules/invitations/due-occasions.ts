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
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

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

/**
 * What is due and has no invitation yet; `due` is a member of a `with` that has found what is due.
 * It is found first, and looked up afterwards: row-level security lets an index be used by what was
 * read from other tables as it is, and not by what is made of it. The limit has each looked up by
 * itself: without it, PostgreSQL may read all invitations that there are.
 */
const NOT_INVITED = `from due left join lateral (
    select i.id from invitation i
    where i.organization_id = $1 and i.occasion = due.occasion limit 1) known on true
  where known.id is null`;

const COLUMNS =
  'due."customerId", due.occasion, due."dueAt", due.locale, due.touchpoint, due."locationId"';

function orderAndLimit(limit: number): string {
  return `order by due."dueAt", due.occasion limit ${limit}`;
}

/** Days have 24 hours here, whatever the clocks of a zone do. */
function afterSignUp(
  uow: UnitOfWork,
  { id, segments, sendWithinMinutes, activatedAt }: PlannedSchedule,
  days: readonly number[],
  now: Date,
  limit: number,
): Promise<DueOccasion[]> {
  const since = earliestDue(now, sendWithinMinutes, activatedAt);
  const before = (at: Date) => days.map((count) => new Date(at.getTime() - count * DAY_MS));
  return uow.execute<DueOccasion>(
    `with due as materialized (
       select c.id as "customerId", $2::uuid || ':' || c.id || ':' || step.number as occasion,
         c.signed_up_at + make_interval(hours => 24 * step.days) as "dueAt", c.locale,
         null as touchpoint, null as "locationId"
       from unnest($3::int[], $5::timestamptz[], $6::timestamptz[]) with ordinality
         as step(days, since, until, number)
       cross join lateral (
         select c.id, c.signed_up_at, c.locale from customer c
         where c.organization_id = $1 and c.signed_up_at >= step.since
           and c.signed_up_at <= step.until and c.churned_at is null and ${SEGMENTS}
         offset 0) c)
     select ${COLUMNS} ${NOT_INVITED} ${orderAndLimit(limit)}`,
    [uow.organizationId, id, days, segments, before(since), before(now)],
  );
}

/** What became due before is not sent any more, or was never to be. */
function earliestDue(now: Date, sendWithinMinutes: number, activatedAt: Date): Date {
  return new Date(Math.max(now.getTime() - sendWithinMinutes * MINUTE_MS, activatedAt.getTime()));
}

interface EventQuestion extends EventFilter {
  readonly channel: string | null;
  readonly delayMinutes: number;
  /** Null: each event is an occasion. */
  readonly count: EventCountTrigger['count'] | null;
}

const FITS = (alias: string) => `${alias}.kind = $3
  and ($5::text is null or ${alias}.name = $5)
  and ($6::text is null or ${alias}.touchpoint = $6)
  and ($7::text is null or ${alias}.channel = $7)`;

/** Of the customer's events that fit, up to this one; counting ends where it is too many. */
const NUMBER_OF_EVENT = `(select count(*) from (
  select from customer_event p
  where p.organization_id = $1 and p.customer_id = due."customerId" and ${FITS('p')}
    and (p.occurred_at, p.id) <= (due.occurred_at, due.event_id)
  limit $11::int + 1) up_to_this)`;

function afterEvents(
  uow: UnitOfWork,
  { id, segments, sendWithinMinutes, activatedAt }: PlannedSchedule,
  { event, name, touchpoint, channel, delayMinutes, count }: EventQuestion,
  now: Date,
  limit: number,
): Promise<DueOccasion[]> {
  const since = earliestDue(now, sendWithinMinutes, activatedAt);
  const before = (at: Date) => new Date(at.getTime() - delayMinutes * MINUTE_MS);
  return uow.execute<DueOccasion>(
    `with due as materialized (
       select e.customer_id as "customerId", $2::uuid || ':' || c.id || ':'
           || case when $11::int is null then e.id::text else 'count' end as occasion,
         e.occurred_at + make_interval(mins => $8) as "dueAt", c.locale, e.touchpoint,
         e.location_id as "locationId", e.id as event_id, e.occurred_at
       from customer_event e
       join customer c on c.organization_id = $1 and c.id = e.customer_id
       where e.organization_id = $1 and ${FITS('e')}
         and e.occurred_at >= $9 and e.occurred_at <= $10 and c.churned_at is null and ${SEGMENTS})
     select ${COLUMNS} ${NOT_INVITED} and ($11::int is null or ${NUMBER_OF_EVENT} = $11::int)
     ${orderAndLimit(limit)}`,
    [
      ...[uow.organizationId, id, event, segments, name, touchpoint, channel, delayMinutes],
      ...[before(since), before(now), count],
    ],
  );
}
