import type { UnitOfWork } from '../../db/database.ts';
import { recordset } from '../../db/recordset.ts';
import { touchSurveyRollup } from '../survey-rollups/index.ts';
import type { InvitationReason } from './invitation-enums.ts';

/** A taken invitation, as it is written. */
export interface Taken {
  readonly id: string;
  readonly customerId: string;
  /** SENDING: a channel has yet to deliver it; SENT: there is nothing to deliver. */
  readonly state: 'SENDING' | 'SENT';
  readonly surveyVersion: number | null;
  readonly locale: string;
  readonly expiresAt: Date;
}

const LEASE = `clock_timestamp() + make_interval(secs => $3::float8 / 1000)`;

/** Takes them: from here on they are this process's for the time of a lease, and count for the quiet period. */
export async function writeTaken(
  uow: UnitOfWork,
  taken: readonly Taken[],
  now: Date,
  leaseMs: number,
): Promise<void> {
  if (taken.length === 0) return;
  await touchSurveyRollup(uow, { invitations: taken.map(({ id }) => id) });
  const records = taken.map((each) => ({
    id: each.id,
    customer_id: each.customerId,
    state: each.state,
    survey_version: each.surveyVersion,
    locale: each.locale,
    expires_at: each.expiresAt,
  }));
  const columns = {
    id: 'uuid',
    customer_id: 'uuid',
    state: 'text',
    survey_version: 'int',
    locale: 'text',
    expires_at: 'timestamptz',
  };
  const { sql, values } = recordset(columns, records, 'n', 4);
  await uow.execute(
    `with taken as (
       update invitation i set state = n.state, sent_at = $2, survey_version = n.survey_version,
         locale = n.locale, expires_at = n.expires_at, attempts = i.attempts + 1, reason = null,
         retry_at = null, leased_until = case when n.state = 'SENDING' then ${LEASE} end
       from ${sql} where i.organization_id = $1 and i.id = n.id returning i.customer_id)
     update customer c set last_invited_at = $2
     from taken where c.organization_id = $1 and c.id = taken.customer_id`,
    [uow.organizationId, now, leaseMs, ...values],
  );
}

/** An invitation that is not sent, now or ever. */
export interface Put {
  readonly id: string;
  readonly state: 'SCHEDULED' | 'SKIPPED';
  readonly reason: InvitationReason;
  readonly retryAt: Date | null;
}

export async function writePut(uow: UnitOfWork, put: readonly Put[]): Promise<void> {
  if (put.length === 0) return;
  const records = put.map((each) => ({
    id: each.id,
    state: each.state,
    reason: each.reason,
    retry_at: each.retryAt,
  }));
  const columns = { id: 'uuid', state: 'text', reason: 'text', retry_at: 'timestamptz' };
  const { sql, values } = recordset(columns, records, 'n', 2);
  await uow.execute(
    `update invitation i set state = n.state, reason = n.reason, retry_at = n.retry_at
     from ${sql} where i.organization_id = $1 and i.id = n.id`,
    [uow.organizationId, ...values],
  );
}

/** Holds what is to be delivered again, or for a reminder, for the time of a lease. */
export async function writeLeases(
  uow: UnitOfWork,
  ids: readonly string[],
  leaseMs: number,
): Promise<void> {
  if (ids.length === 0) return;
  await uow.execute(
    `update invitation set leased_until = ${LEASE},
       attempts = attempts + case when state = 'SENDING' then 1 else 0 end
     where organization_id = $1 and id = any($2::uuid[])`,
    [uow.organizationId, ids, leaseMs],
  );
}

/** Holds on to one for a further lease; false: it has taken too long, and is another's by now. */
export async function renewLease(uow: UnitOfWork, id: string, leaseMs: number): Promise<boolean> {
  const renewed = await uow.execute(
    `update invitation set leased_until = ${LEASE}
     where organization_id = $1 and id = $2 and leased_until > clock_timestamp() returning id`,
    [uow.organizationId, id, leaseMs],
  );
  return renewed.length > 0;
}

/**
 * It may have been delivered already, and is not to be sent again before then: it stays taken, so
 * that it counts for the quiet period.
 */
export async function writeWaiting(uow: UnitOfWork, id: string, retryAt: Date): Promise<void> {
  await uow.execute(
    `update invitation set retry_at = $3, leased_until = clock_timestamp()
     where organization_id = $1 and id = $2`,
    [uow.organizationId, id, retryAt],
  );
}

/** The channel has taken it over. Whoever answered or revoked it meanwhile has had the last word. */
export async function writeSent(
  uow: UnitOfWork,
  id: string,
  nextReminderAt: Date | null,
): Promise<void> {
  await uow.execute(
    `update invitation set state = 'SENT', leased_until = null, retry_at = null, reason = null,
       next_reminder_at = $3
     where organization_id = $1 and id = $2 and state = 'SENDING'`,
    [uow.organizationId, id, nextReminderAt],
  );
}

/** The channel has taken over reminder number `number`. */
export async function writeReminded(
  uow: UnitOfWork,
  id: string,
  number: number,
  nextReminderAt: Date | null,
): Promise<void> {
  await uow.execute(
    `update invitation set reminders_sent = $3, leased_until = null,
       next_reminder_at = case when state = 'SENT' then $4::timestamptz end
     where organization_id = $1 and id = $2`,
    [uow.organizationId, id, number, nextReminderAt],
  );
}

/** When the next reminder is looked at again; null: there will be none. */
export async function writeNextReminder(
  uow: UnitOfWork,
  id: string,
  nextReminderAt: Date | null,
): Promise<void> {
  await uow.execute(
    `update invitation set leased_until = null, next_reminder_at = $3
     where organization_id = $1 and id = $2 and state = 'SENT'`,
    [uow.organizationId, id, nextReminderAt],
  );
}

/** What becomes of an invitation that was taken and did not reach the customer. */
export interface Undelivered {
  readonly id: string;
  readonly customerId: string;
  readonly state: 'SCHEDULED' | 'SKIPPED' | 'FAILED';
  readonly reason: InvitationReason | null;
  readonly retryAt: Date | null;
  /** The number of the try: where another process is at a later one, it has the word. */
  readonly attempts: number;
  /** False: it was not tried, and the try is given back. */
  readonly wasTried: boolean;
}

/** It was not sent, and so counts for no quiet period. */
export async function writeUndelivered(uow: UnitOfWork, failed: Undelivered): Promise<void> {
  const { id, customerId, state, reason, retryAt, attempts, wasTried } = failed;
  await uow.execute(
    'select 1 from customer where organization_id = $1 and id = $2 for no key update',
    [uow.organizationId, customerId],
  );
  await touchSurveyRollup(uow, { invitations: [id] });
  await uow.execute(
    `update invitation set state = $3, reason = $4, retry_at = $5, sent_at = null,
       leased_until = null, attempts = $6::int - $7::int
     where organization_id = $1 and id = $2 and state = 'SENDING' and attempts = $6::int`,
    [uow.organizationId, id, state, reason, retryAt, attempts, wasTried ? 0 : 1],
  );
  await uow.execute(
    `update customer set last_invited_at = (select max(i.sent_at) from invitation i
       where i.organization_id = $1 and i.customer_id = $2)
     where organization_id = $1 and id = $2`,
    [uow.organizationId, customerId],
  );
}
