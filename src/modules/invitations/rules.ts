import { type Consent, type ContactChannel, mayContact } from '../customers/index.ts';
import type { SurveySettings } from '../surveys/index.ts';
import { nextOpening } from './hours.ts';
import type { InvitationReason } from './invitation-enums.ts';

/** What the rules look at. */
export interface Case {
  readonly channel: ContactChannel;
  /** Not after it; null: whenever it may be. */
  readonly sendBy: Date | null;
  readonly customer: Contact;
  readonly settings: SurveySettings;
  /** Whether what it asks can be answered: the survey is published and has not ended. */
  readonly isOpen: boolean;
  /** Whether this installation and this organization can use the channel. */
  readonly isConfigured: boolean;
  /** Of one that an earlier process took to send it: its own sending counts for no quiet period. */
  readonly isTaken?: boolean;
  readonly now: Date;
}

export interface Contact {
  readonly email: string | null;
  readonly phone: string | null;
  readonly timeZone: string;
  readonly churnedAt: Date | null;
  readonly lastInvitedAt: Date | null;
  readonly consents: readonly Consent[];
}

export type Decision =
  | { readonly verdict: 'SEND' }
  | { readonly verdict: 'WAIT'; readonly reason: InvitationReason; readonly retryAt: Date }
  | { readonly verdict: 'SKIP'; readonly reason: InvitationReason; readonly retryAt: Date | null };

const DAY_MS = 24 * 60 * 60 * 1000;
/** How soon it is looked again whether somebody has set up what was missing. */
const CONFIGURATION_MS = 60 * 60 * 1000;
/** Channels that come to a person at any hour: on the others the person is there already. */
const PUSHED: ReadonlySet<ContactChannel> = new Set(['EMAIL', 'WEBHOOK']);

/**
 * Whether an invitation is sent now, later or never. One place for all of them: schedules, single
 * invitations and reminders (which do not know a quiet period).
 */
export function decide(asked: Case): Decision {
  const { settings, customer, channel, sendBy, now } = asked;
  const never = refusalOf(asked);
  if (never !== null) return { verdict: 'SKIP', reason: never, retryAt: null };
  if (sendBy !== null && now > sendBy) {
    return { verdict: 'SKIP', reason: 'TOO_LATE', retryAt: null };
  }
  if (!asked.isConfigured) {
    return later('NOT_CONFIGURED', new Date(now.getTime() + CONFIGURATION_MS), sendBy);
  }
  const quietUntil = asked.isTaken === true ? now : quietEnd(customer, settings, now);
  const hours = { from: settings.sendingFrom, until: settings.sendingUntil };
  const allowed = PUSHED.has(channel)
    ? nextOpening(quietUntil, customer.timeZone, hours)
    : quietUntil;
  if (allowed <= now) return { verdict: 'SEND' };
  return later(quietUntil > now ? 'QUIET_PERIOD' : 'OUTSIDE_HOURS', allowed, sendBy);
}

/** Why it will not be sent however long it waits; null: nothing is in the way. */
function refusalOf({ channel, customer, settings, isOpen }: Case): InvitationReason | null {
  if (!isOpen) return 'SURVEY_CLOSED';
  if (customer.churnedAt !== null) return 'CHURNED';
  if (!mayContact(customer.consents, channel, settings)) return 'NO_CONSENT';
  const isReachable =
    channel === 'EMAIL'
      ? customer.email !== null
      : channel !== 'WEBHOOK' || customer.phone !== null || customer.email !== null;
  return isReachable ? null : 'NO_ADDRESS';
}

/** From when on another invitation may follow the last one; now, where that is behind us. */
function quietEnd({ lastInvitedAt }: Contact, settings: SurveySettings, now: Date): Date {
  if (lastInvitedAt === null) return now;
  const end = new Date(lastInvitedAt.getTime() + settings.quietPeriodDays * DAY_MS);
  return end > now ? end : now;
}

function later(reason: InvitationReason, retryAt: Date, sendBy: Date | null): Decision {
  const verdict = sendBy !== null && retryAt > sendBy ? 'SKIP' : 'WAIT';
  return { verdict, reason, retryAt };
}
