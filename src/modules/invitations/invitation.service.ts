import { channelsOf } from '../../channels/installed.ts';
import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { inputId } from '../../graphql/input-id.ts';
import { invalidValue, Refusal, refused } from '../../graphql/user-error.ts';
import { publishedVersion } from '../surveys/index.ts';
import { checkParams, checkTouchpoint, storedParams } from './check-params.ts';
import type { InvitationState, InvitationTarget } from './invitation-enums.ts';
import type { CreateSurveyLinkInput, InvitationIdInput } from './invitation.input.ts';
import { inOneUnit, type InvitationResult } from './invitation-unit.ts';
import { markAnswered } from './mark-answered.ts';
import { namedPlace } from './named-place.ts';
import { namedSurvey } from './named-survey.ts';
import { linkOf, makeToken, warmTokens } from './token.ts';

/** See the mutation `createSurveyLink`. */
export async function createSurveyLink(
  ctx: GraphQLContext,
  input: CreateSurveyLinkInput,
): Promise<InvitationResult> {
  const { db } = ctx;
  await warmTokens(db);
  return inOneUnit(ctx, 'createSurveyLink', input, async (uow) => {
    const { touchpoint, params, expiresAt = null } = input;
    const errors = [...checkTouchpoint(touchpoint), ...checkParams(params, ['params'])];
    if (expiresAt !== null && expiresAt <= uow.now) {
      errors.push(invalidValue(['expiresAt'], '`expiresAt` is in the past.'));
    }
    if (errors.length > 0) throw new Refusal(...errors);
    const survey = await openSurvey(uow, input);
    const { locationId, productId } = await namedPlace(uow, input);
    const { organizationId, now } = uow;
    const id = newId();
    await uow.execute(
      `insert into invitation (organization_id, id, target, survey_id, location_id, product_id,
         channel, touchpoint, occasion, locale, params, state, due_at, expires_at, created_at)
       values ($1, $2::uuid, 'SURVEY', $3, $4, $5, 'LINK', $6, 'public:' || $2::uuid, $7, $8::jsonb,
         'SENT', $9, $10, $9)`,
      [
        ...[organizationId, id, survey.id, locationId, productId, touchpoint ?? null],
        ...[survey.locale, JSON.stringify(storedParams(params)), now, expiresAt],
      ],
    );
    const subject = { kind: 'public', organizationId, invitationId: id } as const;
    return { key: id, link: linkOf(channelsOf(db).publicUrl, await makeToken(db, subject)) };
  });
}

/** One that takes answers, also of those whom nobody knows. */
async function openSurvey(
  uow: UnitOfWork,
  input: CreateSurveyLinkInput,
): Promise<{ id: string; locale: string }> {
  const survey = await namedSurvey(uow, 'SURVEY', input);
  const path = [input.surveyId == null ? 'surveyKey' : 'surveyId'];
  const version = survey === null ? null : await publishedVersion(uow, survey.id);
  const endsAt = version?.survey.endsAt ?? null;
  if (survey === null || version === null || (endsAt !== null && endsAt <= uow.now)) {
    const message = 'The survey takes no answers: publish it, or move its end.';
    throw new Refusal(refused('INVALID_STATE', path, message));
  }
  if (survey.anonymous) return { id: survey.id, locale: version.definition.defaultLocale };
  const message = 'The survey takes answers of invited customers alone: set `anonymous`.';
  throw new Refusal(refused('INVALID_STATE', path, message));
}

/** See the mutation `revokeInvitation`. */
export function revokeInvitation(
  ctx: GraphQLContext,
  input: InvitationIdInput,
): Promise<InvitationResult> {
  return inOneUnit(ctx, 'revokeInvitation', input, async (uow) => {
    const { id, state } = await lockInvitation(uow, input.id);
    if (state === 'ANSWERED') {
      const message = 'It is answered already: there is nothing to take back.';
      throw new Refusal(refused('INVALID_STATE', ['id'], message));
    }
    await uow.execute(
      `update invitation set state = 'REVOKED', next_reminder_at = null, retry_at = null,
         reason = null, leased_until = null
       where organization_id = $1 and id = $2`,
      [uow.organizationId, id],
    );
    return { key: id, link: null };
  });
}

/** See the mutation `confirmReview`. */
export function confirmReview(
  ctx: GraphQLContext,
  input: InvitationIdInput,
): Promise<InvitationResult> {
  return inOneUnit(ctx, 'confirmReview', input, async (uow) => {
    const { id, state, target } = await lockInvitation(uow, input.id);
    if (target !== 'REVIEW') {
      const message = 'This invitation is for a survey, which is answered by its respondent.';
      throw new Refusal(refused('INVALID_STATE', ['id'], message));
    }
    if (state === 'REVOKED') {
      throw new Refusal(refused('INVALID_STATE', ['id'], 'This invitation was revoked.'));
    }
    if (state !== 'ANSWERED') await markAnswered(uow, id);
    return { key: id, link: null };
  });
}

interface LockedInvitation {
  readonly id: string;
  readonly state: InvitationState;
  readonly target: InvitationTarget;
}

async function lockInvitation(uow: UnitOfWork, globalId: string): Promise<LockedInvitation> {
  const id = inputId('SurveyInvitation', globalId, ['id']);
  const [row] = await uow.execute<LockedInvitation>(
    'select id, state, target from invitation where organization_id = $1 and id = $2 for update',
    [uow.organizationId, id],
  );
  if (row !== undefined) return row;
  throw new Refusal(refused('NOT_FOUND', ['id'], 'There is no such invitation.'));
}
