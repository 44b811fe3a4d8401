import type { UnitOfWork } from '../../db/database.ts';
import { inputId } from '../../graphql/input-id.ts';
import { invalidValue, Refusal, refused } from '../../graphql/user-error.ts';
import type { InvitationTarget } from './invitation-enums.ts';

/** A survey as inputs name one: by exactly one of the two, and not at all where a review is asked for. */
export interface NamedSurvey {
  readonly surveyId?: string | null;
  readonly surveyKey?: string | null;
}

export interface FoundSurvey {
  /** UUID. */
  readonly id: string;
  readonly key: string;
  readonly anonymous: boolean;
}

/** The survey that an input names; null of target REVIEW. @throws Refusal */
export async function namedSurvey(
  uow: UnitOfWork,
  target: InvitationTarget,
  { surveyId, surveyKey }: NamedSurvey,
): Promise<FoundSurvey | null> {
  const given = [surveyId, surveyKey].filter((each) => each != null).length;
  if (target === 'REVIEW') {
    if (given === 0) return null;
    throw new Refusal(invalidValue(['surveyId'], 'A review is asked for without a survey.'));
  }
  if (given !== 1) {
    const message = 'Name the survey by `surveyId` or by `surveyKey`: give one.';
    throw new Refusal(invalidValue([], message));
  }
  const id = surveyId == null ? null : inputId('Survey', surveyId, ['surveyId']);
  const [found] = await uow.execute<FoundSurvey>(
    `select id, key, anonymous from survey
     where organization_id = $1 and (id = $2::uuid or key = $3::text)`,
    [uow.organizationId, id, surveyKey ?? null],
  );
  if (found !== undefined) return found;
  const path = [surveyId == null ? 'surveyKey' : 'surveyId'];
  throw new Refusal(refused('NOT_FOUND', path, 'There is no such survey.'));
}
