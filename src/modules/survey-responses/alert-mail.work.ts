import { DeliveryError } from '../../channels/delivery-error.ts';
import type { MailChannel } from '../../channels/mail.ts';
import type { Database, DatabaseLogger, UnitOfWork } from '../../db/database.ts';
import type { Clock } from '../../jobs/clock.ts';
import type { Work } from '../../jobs/jobs.ts';
import { surveySettings } from '../surveys/index.ts';
import { type AlertMail, alertMailOf } from './alert-mail.ts';

/** What alerts are mailed with. */
export interface AlertMeans {
  readonly clock: Clock;
  /** Where the installation is for the rest of the world. */
  readonly publicUrl: string;
  /** Null: it sends no mail. */
  readonly mail: MailChannel | null;
  readonly mailFrom: string | null;
  /** After so long without a word, what a process has taken is another's. */
  readonly leaseMs: number;
}

export interface AlertMailWorkOptions {
  readonly db: Database;
  readonly means: AlertMeans;
  readonly logger: DatabaseLogger;
}

const MINUTE_MS = 60_000;
/** Waits of an outage before a mail is given up: nine hours in all. */
const RETRY_MINUTES = [1, 5, 20, 60, 150, 300];
/** Of an alert that nobody could be told of for so long, nobody wants to be told any more. */
const STALE_MS = 3 * 24 * 60 * MINUTE_MS;
const AT_ONCE = 20;

/**
 * Mails alerts to the members who are responsible. A mail is taken for a while, sent, and noted as
 * sent; where a process dies in between, another sends it again under the same message id, by which
 * the receiver knows the copy.
 */
export function alertMailWork({ db, means, logger }: AlertMailWorkOptions): Work {
  const { clock, mail } = means;
  return {
    async due() {
      if (mail === null) return [];
      const now = clock.now();
      // Across tenants, since nobody is asking: each of them is then worked on within itself.
      const rows = await db.system<{ id: string }>(
        `select distinct organization_id as id from alert_mail
         where next_attempt_at <= $1 and next_attempt_at > $2`,
        [now, new Date(now.getTime() - STALE_MS)],
      );
      return rows.map(({ id }) => id);
    },
    async run(organizationId, signal) {
      if (mail === null) return;
      const sender = await senderOf({ db, organizationId }, means);
      if (sender === null) return;
      while (!signal.aborted) {
        const taken = await db.unitOfWork(organizationId, (uow) => take(uow, means));
        if (taken.length === 0) return;
        for (const alertMail of taken) {
          await send({ db, organizationId, means, logger }, mail, { ...alertMail, sender });
        }
      }
    },
  };
}

/** From the organization's own address once it is proven, else from the installation's. */
async function senderOf(
  source: { readonly db: Database; readonly organizationId: string },
  { mailFrom }: AlertMeans,
): Promise<string | null> {
  const { senderAddress, senderProvenAt } = await surveySettings(source);
  return senderAddress !== null && senderProvenAt !== null ? senderAddress : mailFrom;
}

/** Takes some that are due; nobody else has them until the lease ends. */
async function take(uow: UnitOfWork, { clock, leaseMs }: AlertMeans): Promise<AlertMail[]> {
  const now = clock.now();
  return uow.execute<AlertMail>(
    `with taken as (
       update alert_mail m set attempts = m.attempts + 1, next_attempt_at = $3
       from (
         select alert_id, member_id from alert_mail
         where organization_id = $1 and next_attempt_at <= $2 and next_attempt_at > $4
         order by next_attempt_at, alert_id, member_id limit ${AT_ONCE} for update skip locked
       ) due
       where m.organization_id = $1 and m.alert_id = due.alert_id and m.member_id = due.member_id
       returning m.alert_id, m.member_id, m.attempts
     )
     select t.alert_id as "alertId", t.member_id as "memberId", t.attempts,
       member.email, o.name as "organizationName", o.locale, o.time_zone as "timeZone",
       s.name as "surveyName", r.id as "responseId", r.score, r.scale, r.touchpoint,
       r.completed_at as "completedAt", l.name as "locationName",
       (select a.text from survey_answer a where a.organization_id = $1 and a.response_id = r.id
          and a.text is not null order by a.answered_at, a.question_key limit 1) as text
     from taken t
     join detractor_alert d on d.organization_id = $1 and d.id = t.alert_id
     join survey_response r on r.organization_id = $1 and r.id = d.response_id
     join survey s on s.organization_id = $1 and s.id = r.survey_id
     join member on member.organization_id = $1 and member.id = t.member_id
     join organization o on o.id = $1
     left join location l on l.organization_id = $1 and l.id = r.location_id`,
    [
      ...[uow.organizationId, now, new Date(now.getTime() + leaseMs)],
      new Date(now.getTime() - STALE_MS),
    ],
  );
}

interface Sending extends AlertMailWorkOptions {
  readonly organizationId: string;
}

async function send(
  { db, organizationId, means, logger }: Sending,
  channel: MailChannel,
  mail: AlertMail & { readonly sender: string },
): Promise<void> {
  const { alertId, memberId } = mail;
  const now = means.clock.now();
  let next: Date | null = null;
  let sentAt: Date | null = now;
  try {
    await channel.send(alertMailOf(mail, mail.sender, means.publicUrl));
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    logger.warn({ err: error, organizationId, alertId, memberId }, 'an alert was not mailed');
    sentAt = null;
    const minutes = error.isTransient ? RETRY_MINUTES[mail.attempts - 1] : undefined;
    if (minutes !== undefined) next = new Date(now.getTime() + minutes * MINUTE_MS);
  }
  await db.unitOfWork(organizationId, (uow) =>
    uow.execute(
      `update alert_mail set sent_at = $4, next_attempt_at = $5
       where organization_id = $1 and alert_id = $2 and member_id = $3`,
      [organizationId, alertId, memberId, sentAt, next],
    ),
  );
}
