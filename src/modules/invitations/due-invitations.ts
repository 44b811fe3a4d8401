import type { UnitOfWork } from '../../db/database.ts';
import type { Consent, ContactChannel } from '../customers/index.ts';
import type { InvitationTarget } from './invitation-enums.ts';

/** An invitation with all that its sending asks for. */
export interface DueInvitation {
  /** UUID. */
  readonly id: string;
  readonly target: InvitationTarget;
  readonly surveyId: string | null;
  readonly surveyVersion: number | null;
  readonly channel: ContactChannel;
  readonly touchpoint: string | null;
  /** The customer's before it is sent; then the one of the texts. */
  readonly locale: string;
  readonly params: Readonly<Record<string, string>>;
  readonly dueAt: Date;
  readonly sendBy: Date | null;
  readonly sentAt: Date | null;
  readonly expiresAt: Date | null;
  readonly attempts: number;
  readonly reminderDays: readonly number[];
  readonly remindersSent: number;
  readonly nextReminderAt: Date | null;
  readonly expiresAfterDays: number;
  readonly customer: DueCustomer;
  readonly locationId: string | null;
  readonly locationName: string | null;
  readonly productName: string | null;
  /** Of a review: where the product or the location is reviewed, where that is known. */
  readonly reviewUrl: string | null;
}

export interface DueCustomer {
  /** UUID. */
  readonly id: string;
  readonly externalId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly timeZone: string;
  readonly churnedAt: Date | null;
  readonly lastInvitedAt: Date | null;
  readonly consents: readonly Consent[];
}

/** How long an invitation whose schedule is gone, or that never had one, can be answered. */
export const EXPIRES_AFTER_DAYS = 30;

const COLUMNS = `i.id, i.target, i.survey_id as "surveyId", i.survey_version as "surveyVersion",
  i.channel, i.touchpoint, i.locale, i.params, i.due_at as "dueAt", i.send_by as "sendBy",
  i.sent_at as "sentAt", i.expires_at as "expiresAt", i.attempts,
  i.reminder_days as "reminderDays", i.reminders_sent as "remindersSent",
  i.next_reminder_at as "nextReminderAt", i.location_id as "locationId",
  coalesce(s.expires_after_days, ${EXPIRES_AFTER_DAYS}) as "expiresAfterDays",
  l.name as "locationName", p.name as "productName",
  case when i.target = 'REVIEW' then coalesce(p.url, (
    select f.url from source_profile f
    where f.organization_id = $1 and f.location_id = i.location_id and f.url is not null
    order by f.source limit 1)) end as "reviewUrl",
  c.id as "customerId", c.external_id as "externalId", c.name, c.email, c.phone,
  c.time_zone as "timeZone", c.churned_at as "churnedAt", c.last_invited_at as "lastInvitedAt",
  coalesce((select jsonb_agg(jsonb_build_object('channel', a.channel, 'granted', a.granted))
    from customer_consent a where a.organization_id = $1 and a.customer_id = c.id), '[]') as consents`;

const TABLES = `invitation i
  join customer c on c.organization_id = $1 and c.id = i.customer_id
  left join survey_schedule s on s.organization_id = $1 and s.id = i.schedule_id
  left join location l on l.organization_id = $1 and l.id = i.location_id
  left join product p on p.organization_id = $1 and p.id = i.product_id`;

/**
 * Those that are to be looked at by `now`, of customers whom no other process is looking at, the
 * earliest first. The customers are locked: two invitations of one are never decided at a time, so
 * that the quiet period holds over all surveys.
 */
export async function lockScheduled(
  uow: UnitOfWork,
  now: Date,
  customers: number,
): Promise<DueInvitation[]> {
  const locked = await uow.execute<{ id: string }>(
    `select c.id from customer c
     where c.organization_id = $1 and c.id in (
       select i.customer_id from invitation i
       where i.organization_id = $1 and i.state = 'SCHEDULED'
         and coalesce(i.retry_at, i.due_at) <= $2
       order by coalesce(i.retry_at, i.due_at), i.id limit ${10 * customers})
     order by c.id limit ${customers} for no key update of c skip locked`,
    [uow.organizationId, now],
  );
  if (locked.length === 0) return [];
  return read(
    uow,
    `i.state = 'SCHEDULED' and coalesce(i.retry_at, i.due_at) <= $2
       and i.customer_id = any($3::uuid[])
     order by i.due_at, i.occasion for update of i`,
    [now, locked.map(({ id }) => id)],
  );
}

/** Those that a process took, and that died or hung before it was done. */
export function lockLeft(uow: UnitOfWork, now: Date, limit: number): Promise<DueInvitation[]> {
  return read(
    uow,
    `i.state = 'SENDING' and i.leased_until < clock_timestamp()
       and (i.retry_at is null or i.retry_at <= $2)
     order by i.due_at, i.occasion limit ${limit} for update of i skip locked`,
    [now],
  );
}

/** Those that are not answered, and whose next reminder is due by `now`. */
export function lockUnanswered(
  uow: UnitOfWork,
  now: Date,
  limit: number,
): Promise<DueInvitation[]> {
  return read(
    uow,
    `i.state = 'SENT' and i.next_reminder_at <= $2
       and (i.leased_until is null or i.leased_until < clock_timestamp())
     order by i.next_reminder_at, i.id limit ${limit} for update of i skip locked`,
    [now],
  );
}

/** One, by its id, whatever its state; null where it is not there. */
export async function lockOne(uow: UnitOfWork, id: string): Promise<DueInvitation | null> {
  const [found] = await read(uow, 'i.id = $2 for update of i', [id]);
  return found ?? null;
}

type FlatRow = Omit<DueInvitation, 'customer'> & {
  readonly customerId: string;
} & Omit<DueCustomer, 'id'>;

async function read(
  uow: UnitOfWork,
  conditions: string,
  values: readonly unknown[],
): Promise<DueInvitation[]> {
  const rows = await uow.execute<FlatRow>(
    `select ${COLUMNS} from ${TABLES} where i.organization_id = $1 and ${conditions}`,
    [uow.organizationId, ...values],
  );
  return rows.map(
    ({
      customerId,
      externalId,
      name,
      email,
      phone,
      timeZone,
      churnedAt,
      lastInvitedAt,
      ...row
    }) => {
      const { consents, ...invitation } = row;
      return {
        ...invitation,
        customer: {
          id: customerId,
          externalId,
          name,
          email,
          phone,
          timeZone,
          churnedAt,
          lastInvitedAt,
          consents,
        },
      };
    },
  );
}
