import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import {
  invalidValue,
  Refusal,
  refused,
  throttled,
  type UserErrorCode,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { channelsOf } from '../../channels/installed.ts';
import { systemClock } from '../../jobs/clock.ts';
import { wakeJobs } from '../../jobs/jobs.ts';
import { lockCustomer } from '../customers/index.ts';
import { touchSurveyRollup } from '../survey-rollups/index.ts';
import { checkParams, checkTouchpoint, storedParams } from './check-params.ts';
import { type DueInvitation, lockOne } from './due-invitations.ts';
import type { InvitationReason } from './invitation-enums.ts';
import type { InviteCustomerInput } from './invitation.input.ts';
import { inOneUnit, type InvitationResult } from './invitation-unit.ts';
import { namedPlace } from './named-place.ts';
import { namedSurvey } from './named-survey.ts';
import { writeTaken } from './outcomes.ts';
import type { Decision } from './rules.ts';
import {
  readSurroundings,
  reviewUrlOf,
  type SendingMeans,
  type Surroundings,
  Versions,
} from './surroundings.ts';
import { asTaken, decisionOn } from './take.ts';
import { linkOf, makeToken, warmTokens } from './token.ts';

/** A single invitation that waits for the morning, or for the mail server, does so for a week. */
const SEND_WITHIN_MS = 7 * 24 * 60 * 60 * 1000;

/** See the mutation `inviteCustomer`. */
export async function inviteCustomer(
  ctx: GraphQLContext,
  input: InviteCustomerInput,
): Promise<InvitationResult> {
  const { db, caller } = ctx;
  await warmTokens(db);
  return inOneUnit(ctx, 'inviteCustomer', input, async (uow) => {
    assertNone([...checkTouchpoint(input.touchpoint), ...checkParams(input.params, ['params'])]);
    const around = await readSurroundings(uow, meansOf(ctx));
    const id = await insertInvitation(uow, input);
    const invitation = await lockOne(uow, id);
    if (invitation === null) throw new Error(`Invitation ${id} is not there`);
    const version = await new Versions(uow).of(invitation);
    const decision = decisionOn(invitation, version, around);
    assertAllowed(decision, invitation);
    if (invitation.channel === 'LINK' || invitation.channel === 'IN_APP') {
      // Nothing is sent: by giving out the link, it is.
      await writeTaken(uow, [asTaken(invitation, version, around.now)], around.now, 0);
    } else {
      uow.afterCommit(() => wakeJobs(db, caller.organizationId));
    }
    return { key: id, link: await linkFor(ctx, invitation, around) };
  });
}

/** Resolvers send nothing themselves: what they need of the means is to know what there is. */
function meansOf({ db }: GraphQLContext): SendingMeans {
  return { ...channelsOf(db), clock: systemClock, leaseMs: 0, concurrency: 1 };
}

async function insertInvitation(uow: UnitOfWork, input: InviteCustomerInput): Promise<string> {
  const { target, channel, touchpoint, params } = input;
  const survey = await namedSurvey(uow, target, input);
  const { locationId, productId } = await namedPlace(uow, input);
  if (target === 'REVIEW' && locationId === null && productId === null) {
    const message = 'Say what to review: `locationExternalId` or `productExternalId`.';
    throw new Refusal(invalidValue([], message));
  }
  const customerId = await lockCustomer(uow, input);
  const { organizationId, now } = uow;
  const id = newId();
  // Before it is there: a link that is given out counts as sent in this same unit.
  await touchSurveyRollup(uow, { invitations: [id] });
  await uow.execute(
    `insert into invitation (organization_id, id, target, survey_id, customer_id, location_id,
       product_id, channel, touchpoint, occasion, locale, params, due_at, send_by, created_at)
     select $1, $2::uuid, $3, $4, c.id, $6, $7, $8, $9, 'single:' || $2::uuid, c.locale, $10::jsonb,
       $11, $12, $11
     from customer c where c.organization_id = $1 and c.id = $5`,
    [
      ...[organizationId, id, target, survey?.id ?? null, customerId, locationId, productId],
      ...[channel, touchpoint ?? null, JSON.stringify(storedParams(params)), now],
      new Date(now.getTime() + SEND_WITHIN_MS),
    ],
  );
  return id;
}

function assertNone(errors: readonly UserErrorData[]): void {
  if (errors.length > 0) throw new Refusal(...errors);
}

const REFUSALS: Readonly<
  Record<
    Exclude<InvitationReason, 'QUIET_PERIOD' | 'OUTSIDE_HOURS'>,
    { readonly path: readonly string[]; readonly message: string }
  >
> = {
  NO_CONSENT: {
    path: ['channel'],
    message: 'The customer has not agreed to be written to over this channel.',
  },
  NO_ADDRESS: { path: ['channel'], message: 'The customer has no address for this channel.' },
  CHURNED: { path: [], message: 'The customer has left, and is not invited any more.' },
  SURVEY_CLOSED: {
    path: [],
    message: 'The survey takes no answers: publish it, or move its end.',
  },
  NOT_CONFIGURED: {
    path: ['channel'],
    message:
      'This channel is not set up: mail needs a server and a sender, a webhook its URL and secret, a review a place to write it (the URL of the product, of the location’s profile, or `reviewInvitationUrl`).',
  },
  TOO_LATE: { path: [], message: 'It is too late to send this.' },
  UNDELIVERED: { path: [], message: 'It cannot be delivered.' },
  REJECTED: { path: [], message: 'It cannot be delivered.' },
};
const STATE: Extract<UserErrorCode, 'INVALID_STATE'> = 'INVALID_STATE';

/** At night it waits for the morning; for the end of a quiet period, whoever asks has to come back. */
function assertAllowed(decision: Decision, { channel }: DueInvitation): void {
  if (decision.verdict === 'SEND') return;
  const { reason, retryAt } = decision;
  if (reason === 'OUTSIDE_HOURS') return;
  if (reason === 'QUIET_PERIOD' && retryAt !== null) {
    const message = `The customer was invited a short time ago, and may be again from ${retryAt.toISOString()}.`;
    throw new Refusal(throttled([], message, retryAt));
  }
  const { path, message } = REFUSALS[reason as keyof typeof REFUSALS];
  throw new Refusal(refused(STATE, path, `${message} (${channel})`));
}

async function linkFor(
  { db, caller: { organizationId } }: GraphQLContext,
  invitation: DueInvitation,
  { settings, means }: Surroundings,
): Promise<string> {
  const reviewUrl = invitation.target === 'REVIEW' ? reviewUrlOf(invitation, settings) : null;
  if (reviewUrl !== null) return reviewUrl;
  return linkOf(
    means.publicUrl,
    await makeToken(db, { organizationId, invitationId: invitation.id }),
  );
}
