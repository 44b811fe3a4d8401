import type { UnitOfWork } from '../../db/database.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { inputId } from '../../graphql/input-id.ts';
import { orUserErrors, Refusal, refused, type UserErrorData } from '../../graphql/user-error.ts';
import { recordAudit } from '../audit/index.ts';
import { SurveyEntity } from './survey.entity.ts';
import type { SurveyCheck } from './survey.type.ts';

/** What a mutation on a survey did. */
export interface SurveyDone {
  /** The survey's UUID. */
  readonly key: string;
  /** Of `publishSurvey`: the UUID of the version. */
  readonly versionKey?: string | null;
  readonly warnings?: readonly SurveyCheck[];
}

export interface SurveyResult {
  /** The survey's UUID; null where it was refused. */
  readonly key: string | null;
  readonly versionKey: string | null;
  readonly warnings: readonly SurveyCheck[];
  readonly userErrors: readonly UserErrorData[];
}

/**
 * Runs the work of a mutation on surveys once, in one unit of work. That somebody tried to gate
 * reviews is written down, though nothing else of the attempt stays.
 */
export async function inOneUnit(
  ctx: GraphQLContext,
  operation: string,
  input: { readonly idempotencyKey?: string | null },
  work: (uow: UnitOfWork) => Promise<SurveyDone>,
): Promise<SurveyResult> {
  const { idempotencyKey: key, ...rest } = input;
  const result = await orUserErrors<SurveyResult>(
    () =>
      ctx.db.unitOfWork(ctx.caller.organizationId, (uow) =>
        idempotently(uow, { key, operation, input: rest }, async () => ({
          versionKey: null,
          warnings: [],
          ...(await work(uow)),
          userErrors: [],
        })),
      ),
    (userErrors) => ({ key: null, versionKey: null, warnings: [], userErrors }),
  );
  await recordGating(ctx, operation, input, result.userErrors);
  return result;
}

/** Writes down, in a unit of its own, that reviews would have been asked of some only. */
export async function recordGating(
  { db, caller }: Pick<GraphQLContext, 'db' | 'caller'>,
  operation: string,
  input: object,
  userErrors: readonly UserErrorData[],
): Promise<void> {
  const attempt = userErrors.find(({ code }) => code === 'REVIEW_GATING_REFUSED');
  if (attempt === undefined) return;
  const { id, key } = input as { readonly id?: unknown; readonly key?: unknown };
  await db.unitOfWork(caller.organizationId, (uow) =>
    recordAudit(uow, caller, {
      action: 'survey.gateReviews',
      outcome: 'REFUSED',
      detail: {
        operation,
        ...(typeof id === 'string' && { survey: id }),
        ...(typeof key === 'string' && { surveyKey: key }),
        path: attempt.path.join('.'),
        rule: attempt.sources?.[0] ?? '',
      },
    }),
  );
}

/** The survey, which nobody else changes until this unit ends. */
export async function lockSurvey(uow: UnitOfWork, globalId: string): Promise<SurveyEntity> {
  const { organizationId } = uow;
  const id = inputId('Survey', globalId, ['id']);
  await uow.execute('select 1 from survey where organization_id = $1 and id = $2 for update', [
    organizationId,
    id,
  ]);
  const survey = await uow.em.findOne(SurveyEntity, { organizationId, id });
  if (survey !== null) return survey;
  throw new Refusal(refused('NOT_FOUND', ['id'], 'There is no such survey.'));
}
