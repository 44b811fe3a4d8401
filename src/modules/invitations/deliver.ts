import type { Database, DatabaseLogger } from '../../db/database.ts';
import { DeliveryError } from '../../channels/delivery-error.ts';
import { encodeId } from '../../graphql/ids.ts';
import type { DueInvitation } from './due-invitations.ts';
import { mailOf } from './mail-of.ts';
import { deliveryId, messageIdOf, messageOf } from './message.ts';
import { writeNextReminder, writeReminded, writeSent, writeUndelivered } from './outcomes.ts';
import { senderOf, type Surroundings } from './surroundings.ts';
import { type Delivery, reminderAt } from './take.ts';
import { makeToken } from './token.ts';

export interface Sending {
  readonly db: Database;
  readonly organizationId: string;
  readonly around: Surroundings;
  readonly logger: DatabaseLogger;
}

const MINUTE_MS = 60_000;
/** Waits of an outage before an invitation fails: nine hours in all. */
const RETRY_MINUTES = [1, 5, 20, 60, 150, 300];
/** How long a reminder waits after one that was not taken over. */
const REMINDER_RETRY_MINUTES = 60;

/** Hands one over to its channel, and writes down what became of it. */
export async function deliver(sending: Sending, delivery: Delivery): Promise<void> {
  const { db, organizationId } = sending;
  const { invitation, reminder } = delivery;
  try {
    await handOver(sending, delivery);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return failed(sending, delivery, error);
  }
  const next = reminderAt(invitation, reminder + 1);
  await db.unitOfWork(organizationId, (uow) =>
    reminder === 0
      ? writeSent(uow, invitation.id, next)
      : writeReminded(uow, invitation.id, reminder, next),
  );
}

async function handOver({ db, organizationId, around }: Sending, delivery: Delivery) {
  const { invitation, reminder } = delivery;
  const { means, settings } = around;
  const token = await makeToken(db, { organizationId, invitationId: invitation.id });
  const message = messageOf(delivery, token, around);
  if (invitation.channel === 'EMAIL') {
    const from = senderOf(around);
    const to = invitation.customer.email;
    if (means.mail === null || from === null || to === null) throw gone();
    const messageId = messageIdOf(delivery, means.publicUrl);
    return means.mail.send(mailOf(message, { to, from, messageId }));
  }
  const { webhookUrl: url, webhookSecret: secret } = settings;
  if (url === null || secret === null) throw gone();
  const id = deliveryId(invitation.id, reminder);
  const payload = payloadOf(delivery, message, around.now);
  return means.webhooks.send({ url, secret, id, payload });
}

/** Somebody took it away between the decision and now. */
function gone(): DeliveryError {
  return new DeliveryError('The channel is not set up any more.', true);
}

/** What a webhook is told: all that an SMS or a message needs, and who gets it. */
function payloadOf(
  { invitation, version, reminder }: Delivery,
  message: ReturnType<typeof messageOf>,
  now: Date,
) {
  const { customer } = invitation;
  return {
    type: reminder === 0 ? 'invitation.send' : 'invitation.remind',
    timestamp: now.toISOString(),
    data: {
      invitationId: encodeId('SurveyInvitation', invitation.id),
      target: invitation.target,
      survey: version === null ? null : { key: version.survey.key, version: version.number },
      reminder,
      customer: {
        externalId: customer.externalId,
        name: customer.name,
        phone: customer.phone,
        email: customer.email,
        locale: invitation.locale,
      },
      subject: message.subject,
      text: message.question ?? message.intro,
      link: message.link,
      unsubscribeLink: message.unsubscribeLink,
      expiresAt: invitation.expiresAt?.toISOString() ?? null,
      touchpoint: invitation.touchpoint,
      params: invitation.params,
    },
  };
}

async function failed(
  { db, organizationId, around, logger }: Sending,
  { invitation, reminder }: Delivery,
  error: DeliveryError,
): Promise<void> {
  const { id } = invitation;
  logger.warn({ err: error, organizationId, invitationId: id, reminder }, 'not delivered');
  await db.unitOfWork(organizationId, (uow) => {
    if (reminder > 0) return writeNextReminder(uow, id, nextTryOfReminder(around.now, error));
    return writeUndelivered(uow, {
      id,
      customerId: invitation.customer.id,
      attempts: invitation.attempts,
      wasTried: true,
      ...nextTry(invitation, around.now, error),
    });
  });
}

function nextTryOfReminder(now: Date, { isTransient }: DeliveryError): Date | null {
  return isTransient ? new Date(now.getTime() + REMINDER_RETRY_MINUTES * MINUTE_MS) : null;
}

function nextTry({ attempts, sendBy }: DueInvitation, now: Date, { isTransient }: DeliveryError) {
  if (!isTransient) return { state: 'FAILED', reason: 'REJECTED', retryAt: null } as const;
  const minutes = RETRY_MINUTES[attempts - 1];
  const retryAt = new Date(now.getTime() + (minutes ?? 0) * MINUTE_MS);
  if (minutes === undefined || (sendBy !== null && retryAt > sendBy)) {
    return { state: 'FAILED', reason: 'UNDELIVERED', retryAt: null } as const;
  }
  return { state: 'SCHEDULED', reason: 'UNDELIVERED', retryAt } as const;
}

/** Gives back what was taken and is not going to be tried: this process is asked to stop. */
export async function giveBack(
  { db, organizationId }: Sending,
  { invitation, reminder }: Delivery,
): Promise<void> {
  const { id, customer, attempts, nextReminderAt } = invitation;
  await db.unitOfWork(organizationId, (uow) =>
    reminder > 0
      ? writeNextReminder(uow, id, nextReminderAt)
      : writeUndelivered(uow, {
          id,
          customerId: customer.id,
          state: 'SCHEDULED',
          reason: null,
          retryAt: null,
          attempts,
          wasTried: false,
        }),
  );
}
