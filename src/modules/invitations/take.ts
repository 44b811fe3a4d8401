import type { UnitOfWork } from '../../db/database.ts';
import { type LoadedVersion, resolveLocale } from '../surveys/index.ts';
import {
  type DueCustomer,
  type DueInvitation,
  lockLeft,
  lockScheduled,
  lockUnanswered,
} from './due-invitations.ts';
import {
  type Put,
  type Taken,
  writeLeases,
  writeNextReminder,
  writePut,
  writeTaken,
  writeUndelivered,
  writeWaiting,
} from './outcomes.ts';
import { decide, type Decision } from './rules.ts';
import { isConfigured, isOpen, type Surroundings, Versions } from './surroundings.ts';

/** What this process has to deliver: an invitation, or a reminder of one. */
export interface Delivery {
  readonly invitation: DueInvitation;
  /** Of a survey. */
  readonly version: LoadedVersion | null;
  /** 0: the invitation itself. */
  readonly reminder: number;
}

export interface Look {
  readonly deliveries: readonly Delivery[];
  /** How many were looked at: none, where there is nothing more to do by now. */
  readonly seen: number;
}

/** Customers in one unit of work: few enough that none is locked for long. */
const CUSTOMERS = 50;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Decides about those that are due, and takes those that may be sent. */
export async function takeScheduled(uow: UnitOfWork, around: Surroundings): Promise<Look> {
  const due = await lockScheduled(uow, around.now, CUSTOMERS);
  const versions = new Versions(uow);
  const taken: Taken[] = [];
  const put: Put[] = [];
  const deliveries: Delivery[] = [];
  const invited = new Set<string>();
  for (const invitation of due) {
    const version = await versions.of(invitation);
    // The first of a customer begins the quiet period for the others.
    const isInvited = invited.has(invitation.customer.id);
    const customer = isInvited
      ? { ...invitation.customer, lastInvitedAt: around.now }
      : invitation.customer;
    const decision = decisionOn({ ...invitation, customer }, version, around);
    if (decision.verdict === 'SEND') {
      invited.add(customer.id);
      const sending = asTaken(invitation, version, around.now);
      taken.push(sending);
      if (sending.state === 'SENDING') {
        const { attempts } = invitation;
        const sent = { ...invitation, ...sending, sentAt: around.now, attempts: attempts + 1 };
        deliveries.push({ invitation: sent, version, reminder: 0 });
      }
    } else {
      const state = decision.verdict === 'WAIT' ? 'SCHEDULED' : 'SKIPPED';
      put.push({ id: invitation.id, state, reason: decision.reason, retryAt: decision.retryAt });
    }
  }
  await writeTaken(uow, taken, around.now, around.means.leaseMs);
  await writePut(uow, put);
  return { deliveries, seen: due.length };
}

/** What is written of an invitation that may be sent now. */
export function asTaken(
  invitation: DueInvitation,
  version: LoadedVersion | null,
  now: Date,
): Taken {
  const { id, channel, customer, locale, expiresAfterDays } = invitation;
  return {
    id,
    customerId: customer.id,
    state: channel === 'EMAIL' || channel === 'WEBHOOK' ? 'SENDING' : 'SENT',
    surveyVersion: version?.number ?? null,
    locale: version === null ? locale : resolveLocale(version.definition, locale),
    expiresAt: new Date(now.getTime() + expiresAfterDays * DAY_MS),
  };
}

export function decisionOn(
  invitation: DueInvitation & { readonly customer: DueCustomer },
  version: LoadedVersion | null,
  around: Surroundings,
  isTaken = false,
): Decision {
  const { channel, sendBy, customer } = invitation;
  const { now, settings } = around;
  return decide({
    channel,
    sendBy,
    customer,
    settings,
    isOpen: isOpen(invitation, version, now),
    isConfigured: isConfigured(invitation, around),
    isTaken,
    now,
  });
}

const LEFT = 100;

/**
 * Takes over what another process took and did not finish. It may have been delivered: it is sent
 * again with the same Message-ID, unless it may not be sent any more.
 */
export async function takeLeft(uow: UnitOfWork, around: Surroundings): Promise<Look> {
  const left = await lockLeft(uow, around.now, LEFT);
  const versions = new Versions(uow);
  const deliveries: Delivery[] = [];
  for (const invitation of left) {
    const version = await versions.of(invitation);
    const decision = decisionOn(invitation, version, around, true);
    if (decision.verdict === 'SEND') {
      const again = { ...invitation, attempts: invitation.attempts + 1 };
      deliveries.push({ invitation: again, version, reminder: 0 });
    }
    if (decision.verdict === 'WAIT') await writeWaiting(uow, invitation.id, decision.retryAt);
    if (decision.verdict === 'SKIP') {
      const { id, customer, attempts } = invitation;
      const { reason, retryAt } = decision;
      const skipped = { id, customerId: customer.id, state: 'SKIPPED', reason, retryAt } as const;
      await writeUndelivered(uow, { ...skipped, attempts, wasTried: true });
    }
  }
  await writeLeases(
    uow,
    deliveries.map(({ invitation }) => invitation.id),
    around.means.leaseMs,
  );
  return { deliveries, seen: left.length };
}

/** Takes those whose reminder may be sent now: the same rules, without a quiet period. */
export async function takeReminders(uow: UnitOfWork, around: Surroundings): Promise<Look> {
  const due = await lockUnanswered(uow, around.now, LEFT);
  const versions = new Versions(uow);
  const deliveries: Delivery[] = [];
  for (const invitation of due) {
    const version = await versions.of(invitation);
    const { expiresAt: sendBy, remindersSent } = invitation;
    const decision = decisionOn({ ...invitation, sendBy }, version, around, true);
    if (decision.verdict === 'SEND') {
      deliveries.push({ invitation, version, reminder: remindersSent + 1 });
    } else {
      const next = decision.verdict === 'WAIT' ? decision.retryAt : null;
      await writeNextReminder(uow, invitation.id, next);
    }
  }
  await writeLeases(
    uow,
    deliveries.map(({ invitation }) => invitation.id),
    around.means.leaseMs,
  );
  return { deliveries, seen: due.length };
}

/** When reminder number `number` (from 1) is due; null: there is none. */
export function reminderAt({ reminderDays, sentAt }: DueInvitation, number: number): Date | null {
  const days = reminderDays[number - 1];
  return days === undefined || sentAt === null ? null : new Date(sentAt.getTime() + days * DAY_MS);
}
