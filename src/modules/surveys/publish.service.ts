import type { UnitOfWork } from '../../db/database.ts';
import { recordEvents } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { invalidValue, Refusal, refused, type UserErrorData } from '../../graphql/user-error.ts';
import { recordAudit } from '../audit/index.ts';
import { checkPublication } from './check-publication.ts';
import type { Finding } from './findings.ts';
import { publicationSubjects } from './publication.reads.ts';
import { reviewGatingRefused } from './review-gating.ts';
import { inOneUnit, lockSurvey, type SurveyResult } from './survey-unit.ts';
import type { SurveyEntity } from './survey.entity.ts';
import type { SurveyInput } from './survey.input.ts';
import type { SurveyCheck } from './survey.type.ts';

/** See the mutation `publishSurvey`. */
export function publishSurvey(ctx: GraphQLContext, input: SurveyInput): Promise<SurveyResult> {
  return inOneUnit(ctx, 'publishSurvey', input, async (uow) => {
    const survey = await lockSurvey(uow, input.id);
    assertOpen(uow, survey);
    const [subject] = await publicationSubjects(uow, [survey.id]);
    if (subject === undefined) throw new Error(`Survey ${survey.id} has no version`);
    const findings = checkPublication(subject);
    const errors = findings.filter(({ severity }) => severity === 'ERROR').map(errorOf);
    if (errors.length > 0) throw new Refusal(...errors);
    const version = await publishDraft(uow, survey);
    recordEvents(uow, [{ kind: 'SURVEY_PUBLISHED' }]);
    const detail = { survey: input.id, version: version.number };
    await recordAudit(uow, ctx.caller, { action: 'survey.publish', outcome: 'DONE', detail });
    return { key: survey.id, versionKey: version.id, warnings: findings.map(warningOf) };
  });
}

/** See the mutation `closeSurvey`. */
export function closeSurvey(ctx: GraphQLContext, input: SurveyInput): Promise<SurveyResult> {
  return inOneUnit(ctx, 'closeSurvey', input, async (uow) => {
    const survey = await lockSurvey(uow, input.id);
    if (survey.publishedVersion === null) {
      const message = 'This survey was never published: delete it, with `deleteSurvey`.';
      throw new Refusal(refused('INVALID_STATE', ['id'], message));
    }
    assertOpen(uow, survey);
    // By the clock of the request, so that its answer says CLOSED already.
    uow.em.assign(survey, { endsAt: ctx.now, updatedAt: uow.now });
    const detail = { survey: input.id };
    await recordAudit(uow, ctx.caller, { action: 'survey.close', outcome: 'DONE', detail });
    return { key: survey.id };
  });
}

/** See the mutation `deleteSurvey`. */
export function deleteSurvey(ctx: GraphQLContext, input: SurveyInput): Promise<SurveyResult> {
  return inOneUnit(ctx, 'deleteSurvey', input, async (uow) => {
    const { id, publishedVersion } = await lockSurvey(uow, input.id);
    if (publishedVersion !== null) {
      const message =
        'This survey was published, and answers belong to it: close it, with `closeSurvey`.';
      throw new Refusal(refused('INVALID_STATE', ['id'], message));
    }
    const which = [uow.organizationId, id];
    await uow.execute(
      'delete from survey_version where organization_id = $1 and survey_id = $2',
      which,
    );
    try {
      await uow.execute('delete from survey where organization_id = $1 and id = $2', which);
    } catch (error) {
      throw isReferredTo(error) ? new Refusal(stillUsed()) : error;
    }
    return { key: id };
  });
}

function assertOpen({ now }: UnitOfWork, { endsAt }: SurveyEntity): void {
  if (endsAt === null || endsAt > now) return;
  const message = 'This survey has ended: give it another end first, with `updateSurvey`.';
  throw new Refusal(refused('INVALID_STATE', ['id'], message));
}

async function publishDraft(
  uow: UnitOfWork,
  survey: SurveyEntity,
): Promise<{ id: string; number: number }> {
  const [version] = await uow.execute<{ id: string; number: number }>(
    `update survey_version set published_at = $3
     where organization_id = $1 and survey_id = $2 and published_at is null returning id, number`,
    [uow.organizationId, survey.id, uow.now],
  );
  if (version === undefined) {
    const message = 'There is no draft: change the survey first, with `updateSurvey`.';
    throw new Refusal(refused('INVALID_STATE', ['id'], message));
  }
  uow.em.assign(survey, { publishedVersion: version.number, updatedAt: uow.now });
  return version;
}

function errorOf({ code, path, message, action }: Finding): UserErrorData {
  return code === 'REVIEW_INVITATION'
    ? reviewGatingRefused(path, message)
    : invalidValue(path, `${message} ${action}`);
}

function warningOf({ code, severity, path, message, action }: Finding): SurveyCheck {
  return { code, severity, passed: false, message, action, path: [...path] };
}

/** Other modules plan what is sent: their rows keep a survey from being deleted. */
function isReferredTo(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23503';
}

function stillUsed(): UserErrorData {
  const message = 'Schedules or invitations are made for this survey: delete those first.';
  return refused('INVALID_STATE', ['id'], message);
}
