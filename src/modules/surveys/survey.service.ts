import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { checkText } from '../../graphql/text-checks.ts';
import {
  invalidValue,
  limitExceeded,
  Refusal,
  refused,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { SURVEY_SCALES, type SurveyDefinition, type SurveyScale } from './definition.ts';
import type { SurveyDefinitionInput } from './definition.input.ts';
import { storedDefinition } from './definition-form.ts';
import { checkReviewGating } from './review-gating.ts';
import { inOneUnit, lockSurvey, type SurveyResult } from './survey-unit.ts';
import type { SurveyEntity } from './survey.entity.ts';
import type { CreateSurveyInput, UpdateSurveyInput } from './survey.input.ts';

const KEY = /^[a-z0-9-]{1,63}$/;
const LONGEST_NAME = 200;
const MAX_SURVEYS = 1_000;
const MAX_VERSIONS = 1_000;

/** See the mutation `createSurvey`. */
export function createSurvey(ctx: GraphQLContext, input: CreateSurveyInput): Promise<SurveyResult> {
  return inOneUnit(ctx, 'createSurvey', input, async (uow) => {
    const { key, kind, anonymous = false, alertAtMost = null, endsAt = null } = input;
    const name = input.name.trim();
    const { definition, errors } = acceptableDefinition(input.definition);
    assertNone([...checkKey(key), ...checkName(name), ...checkEnd(uow, endsAt), ...errors]);
    await assertRoom(uow);
    const id = newId();
    const inserted = await uow.execute(
      `insert into survey (organization_id, id, key, name, kind, anonymous, alert_at_most, ends_at, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
       on conflict (organization_id, key) do nothing returning id`,
      [uow.organizationId, id, key, name, kind, anonymous, alertAtMost, endsAt, uow.now],
    );
    if (inserted.length === 0) {
      const message = `There is a survey "${key}" already: choose another key.`;
      throw new Refusal(refused('ALREADY_EXISTS', ['key'], message));
    }
    await saveDraft(uow, id, definition);
    return { key: id };
  });
}

/** See the mutation `updateSurvey`. */
export function updateSurvey(ctx: GraphQLContext, input: UpdateSurveyInput): Promise<SurveyResult> {
  return inOneUnit(ctx, 'updateSurvey', input, async (uow) => {
    const survey = await lockSurvey(uow, input.id);
    const { anonymous, alertAtMost, endsAt } = input;
    const name = input.name?.trim() ?? survey.name;
    const draft = input.definition == null ? null : acceptableDefinition(input.definition);
    assertNone([...checkName(name), ...checkEnd(uow, endsAt), ...(draft?.errors ?? [])]);
    if (alertAtMost != null) await assertOnScale(uow, survey, alertAtMost);
    uow.em.assign(survey, {
      name,
      anonymous: anonymous ?? survey.anonymous,
      alertAtMost: alertAtMost === undefined ? survey.alertAtMost : alertAtMost,
      endsAt: endsAt === undefined ? survey.endsAt : endsAt,
      updatedAt: uow.now,
    });
    if (draft !== null) await saveDraft(uow, survey.id, draft.definition);
    return { key: survey.id };
  });
}

/** Well-formed, and nobody would be asked for a review by what they answered. */
function acceptableDefinition(input: SurveyDefinitionInput): {
  definition: SurveyDefinition;
  errors: readonly UserErrorData[];
} {
  const { definition, errors } = storedDefinition(input, ['definition']);
  return { definition, errors: [...errors, ...checkReviewGating(definition, ['definition'])] };
}

function assertNone(errors: readonly UserErrorData[]): void {
  if (errors.length > 0) throw new Refusal(...errors);
}

function checkKey(key: string): UserErrorData[] {
  if (KEY.test(key)) return [];
  const message = '`key` has to be 1 to 63 lower case letters, digits and hyphens.';
  return [invalidValue(['key'], message, [KEY.source])];
}

function checkName(name: string): UserErrorData[] {
  return checkText(name, ['name'], LONGEST_NAME, { required: true });
}

function checkEnd({ now }: UnitOfWork, endsAt: Date | null | undefined): UserErrorData[] {
  if (endsAt == null || endsAt > now) return [];
  const message = '`endsAt` is in the past: to end a survey now, use `closeSurvey`.';
  return [invalidValue(['endsAt'], message)];
}

async function assertRoom(uow: UnitOfWork): Promise<void> {
  const [row] = await uow.execute<{ count: number }>(
    'select count(*)::int as count from survey where organization_id = $1',
    [uow.organizationId],
  );
  if ((row?.count ?? 0) < MAX_SURVEYS) return;
  const message = `An organization has at most ${MAX_SURVEYS} surveys: delete drafts that nobody needs.`;
  throw new Refusal(limitExceeded([], message, MAX_SURVEYS));
}

/** Where answers are taken already, the alert holds at once; a draft is looked at when it is published. */
async function assertOnScale(
  uow: UnitOfWork,
  { id }: SurveyEntity,
  alertAtMost: number,
): Promise<void> {
  const [row] = await uow.execute<{ scale: string | null }>(
    `select jsonb_path_query_first(v.definition, '$.questions[*] ? (@.kind == "SCALE").scale') #>> '{}' as scale
     from survey s join survey_version v
       on v.organization_id = $1 and v.survey_id = s.id and v.number = s.published_version
     where s.organization_id = $1 and s.id = $2`,
    [uow.organizationId, id],
  );
  if (row === undefined) return;
  const scale = row.scale === null ? null : SURVEY_SCALES[row.scale as SurveyScale];
  if (scale !== null && alertAtMost >= scale.min && alertAtMost <= scale.max) return;
  const allowed = scale === null ? null : [`${scale.min}..${scale.max}`];
  const message = `\`alertAtMost\` is ${alertAtMost}, which is not on the scale of the score.`;
  throw new Refusal(invalidValue(['alertAtMost'], message, allowed));
}

/** The draft says this from now on; where there is none, one is begun behind the versions that there are. */
async function saveDraft(
  uow: UnitOfWork,
  surveyId: string,
  definition: SurveyDefinition,
): Promise<void> {
  const values = [
    uow.organizationId,
    surveyId,
    JSON.stringify(definition),
    definition.questions.length,
  ];
  const saved = await uow.execute(
    `update survey_version set definition = $3::jsonb, question_count = $4
     where organization_id = $1 and survey_id = $2 and published_at is null returning id`,
    values,
  );
  if (saved.length > 0) return;
  const [begun] = await uow.execute<{ number: number }>(
    `insert into survey_version (organization_id, id, survey_id, number, definition, question_count, created_at)
     select $1, $5, $2, coalesce(max(number), 0) + 1, $3::jsonb, $4, $6
     from survey_version where organization_id = $1 and survey_id = $2 returning number`,
    [...values, newId(), uow.now],
  );
  if ((begun?.number ?? 0) <= MAX_VERSIONS) return;
  const message = `A survey has at most ${MAX_VERSIONS} versions: make another survey.`;
  throw new Refusal(limitExceeded(['definition'], message, MAX_VERSIONS));
}
