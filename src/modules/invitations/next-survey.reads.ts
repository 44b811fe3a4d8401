import type { Reader } from '../../db/read/noun.ts';
import { surveySettings } from '../surveys/index.ts';
import { lifecycleDays } from './due-occasions.ts';
import { activeSchedules, type PlannedSchedule } from './planned-schedules.ts';

interface CustomerRow {
  readonly id: string;
  readonly signedUpAt: Date | null;
  readonly lastInvitedAt: Date | null;
  /** Of the invitations that wait already. */
  readonly waitingAt: Date | null;
  readonly segments: readonly string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** When customers (UUIDs) are next due for a survey, by what is known now; those who are not are absent. */
export async function readNextSurveys(
  reader: Reader,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const [customers, all, settings] = await Promise.all([
    readCustomers(reader, customerIds),
    activeSchedules(reader),
    surveySettings(reader),
  ]);
  const schedules = all.filter(({ target }) => target === 'SURVEY');
  const delayed = await readDelayed(reader, customerIds, schedules);
  const next = new Map<string, Date>();
  for (const customer of customers) {
    const times = [
      ...(customer.waitingAt === null ? [] : [customer.waitingAt]),
      ...(delayed.get(customer.id) ?? []),
      ...schedules.flatMap((schedule) => nextBySignUp(schedule, customer, reader.now)),
    ];
    if (times.length === 0) continue;
    const { lastInvitedAt } = customer;
    const quietUntil =
      lastInvitedAt === null ? 0 : lastInvitedAt.getTime() + settings.quietPeriodDays * DAY_MS;
    const earliest = Math.min(...times.map((time) => time.getTime()));
    next.set(customer.id, new Date(Math.max(earliest, quietUntil)));
  }
  return next;
}

/** Those who have left are not invited any more. */
function readCustomers({ db, organizationId }: Reader, ids: readonly string[]) {
  return db.read<CustomerRow>(
    organizationId,
    `select c.id, c.signed_up_at as "signedUpAt", c.last_invited_at as "lastInvitedAt",
       (select min(coalesce(i.retry_at, i.due_at)) from invitation i
        where i.organization_id = $1 and i.customer_id = c.id and i.state = 'SCHEDULED'
          and i.target = 'SURVEY') as "waitingAt",
       array_remove(array[c.nps_segment, case when c.at_risk then 'AT_RISK' end,
         case when c.advocate then 'ADVOCATE' end], null) as segments
     from customer c
     where c.organization_id = $1 and c.id = any($2::uuid[]) and c.churned_at is null`,
    [ids],
  );
}

function nextBySignUp(
  { trigger, segments }: PlannedSchedule,
  { signedUpAt, segments: own }: CustomerRow,
  now: Date,
): Date[] {
  if (signedUpAt === null || !isIn(own, segments)) return [];
  const days =
    trigger.kind === 'SIGN_UP_AGE'
      ? [trigger.days]
      : trigger.kind === 'LIFECYCLE'
        ? lifecycleDays(trigger)
        : [];
  const next = days
    .map((after) => new Date(signedUpAt.getTime() + after * DAY_MS))
    .find((time) => time > now);
  return next === undefined ? [] : [next];
}

function isIn(own: readonly string[], segments: readonly string[] | null): boolean {
  return segments === null || segments.some((segment) => own.includes(segment));
}

/** What events that have happened will lead to. */
async function readDelayed(
  { db, organizationId, now }: Reader,
  customerIds: readonly string[],
  schedules: readonly PlannedSchedule[],
): Promise<ReadonlyMap<string, readonly Date[]>> {
  const filters = schedules.flatMap(({ trigger, segments }) =>
    trigger.kind === 'EVENT' && trigger.delayMinutes > 0 && segments === null ? [trigger] : [],
  );
  if (filters.length === 0) return new Map();
  const rows = await db.read<{ customerId: string; dueAt: Date }>(
    organizationId,
    `select e.customer_id as "customerId", e.occurred_at + make_interval(mins => f.delay) as "dueAt"
     from unnest($2::text[], $3::text[], $4::text[], $5::int[]) as f(kind, name, touchpoint, delay)
     join customer_event e on e.organization_id = $1 and e.customer_id = any($6::uuid[])
       and e.kind = f.kind and (f.name is null or e.name = f.name)
       and (f.touchpoint is null or e.touchpoint = f.touchpoint)
       and e.occurred_at > $7::timestamptz - make_interval(mins => f.delay)`,
    [
      filters.map(({ event }) => event),
      filters.map(({ name }) => name),
      filters.map(({ touchpoint }) => touchpoint),
      filters.map(({ delayMinutes }) => delayMinutes),
      customerIds,
      now,
    ],
  );
  const byCustomer = new Map<string, Date[]>();
  for (const { customerId, dueAt } of rows) {
    byCustomer.set(customerId, [...(byCustomer.get(customerId) ?? []), dueAt]);
  }
  return byCustomer;
}
