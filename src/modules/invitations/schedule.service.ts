import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { inputId } from '../../graphql/input-id.ts';
import { checkText } from '../../graphql/text-checks.ts';
import {
  invalidValue,
  limitExceeded,
  orUserErrors,
  Refusal,
  refused,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { wakeJobs } from '../../jobs/jobs.ts';
import type { CustomerSegment } from '../customers/index.ts';
import { recordAudit } from '../audit/index.ts';
import { REVIEW_GATING_RULE, reviewGatingRefused } from '../surveys/index.ts';
import { checkParams, storedParams } from './check-params.ts';
import { checkedTrigger, checkRange } from './check-trigger.ts';
import type { InvitationTarget } from './invitation-enums.ts';
import { namedSurvey } from './named-survey.ts';
import type {
  CreateSurveyScheduleInput,
  DeleteSurveyScheduleInput,
  UpdateSurveyScheduleInput,
} from './schedule.type.ts';
import { SurveyScheduleEntity } from './survey-schedule.entity.ts';
import type { Trigger } from './trigger.ts';

export interface ScheduleResult {
  /** The schedule's UUID; null where it was refused. */
  readonly key: string | null;
  readonly userErrors: readonly UserErrorData[];
}

const MAX_SCHEDULES = 100;
const MOST_REMINDERS = 3;
const LONGEST_NAME = 200;
const WEEK_MINUTES = 7 * 24 * 60;
const THREE_DAYS_MINUTES = 3 * 24 * 60;
/** Those who left are not invited, whatever a schedule says. */
const NOT_OF_CUSTOMERS: CustomerSegment = 'SILENT_CHURN';

/** Runs the work of a mutation on schedules once, in one unit of work. */
async function inOneUnit(
  ctx: GraphQLContext,
  operation: string,
  input: { readonly id?: string; readonly idempotencyKey?: string | null },
  work: (uow: UnitOfWork) => Promise<string>,
): Promise<ScheduleResult> {
  const { db, caller } = ctx;
  const { idempotencyKey: key, ...rest } = input;
  const result = await orUserErrors<ScheduleResult>(
    () =>
      db.unitOfWork(caller.organizationId, (uow) => {
        uow.afterCommit(() => wakeJobs(db, caller.organizationId));
        return idempotently(uow, { key, operation, input: rest }, async () => ({
          key: await work(uow),
          userErrors: [],
        }));
      }),
    (userErrors) => ({ key: null, userErrors }),
  );
  const attempt = result.userErrors.find(({ code }) => code === 'REVIEW_GATING_REFUSED');
  if (attempt !== undefined) await recordGating(ctx, operation, input, attempt);
  return result;
}

/** What was refused has left nothing: that it was tried is written in a unit of its own. */
function recordGating(
  { db, caller }: GraphQLContext,
  operation: string,
  input: { readonly id?: string },
  attempt: UserErrorData,
): Promise<void> {
  return db.unitOfWork(caller.organizationId, (uow) =>
    recordAudit(uow, caller, {
      action: 'survey.gateReviews',
      outcome: 'REFUSED',
      detail: {
        operation,
        ...(input.id !== undefined && { schedule: input.id }),
        path: attempt.path.join('.'),
        rule: REVIEW_GATING_RULE.sources[0],
      },
    }),
  );
}

/** See the mutation `createSurveySchedule`. */
export function createSurveySchedule(
  ctx: GraphQLContext,
  input: CreateSurveyScheduleInput,
): Promise<ScheduleResult> {
  return inOneUnit(ctx, 'createSurveySchedule', input, async (uow) => {
    const { name, target, channel, reminderDays, expiresAfterDays, params, active } = input;
    const { trigger, errors } = checkedTrigger(input.trigger, ['trigger']);
    const segments = input.segments ?? null;
    const within = input.sendWithinMinutes ?? (trigger === null ? 1 : defaultWindow(trigger));
    assertNone([
      ...errors,
      ...checkSegments(segments, target),
      ...checkContent({ name, within, reminderDays, expiresAfterDays }),
      ...checkParams(params, ['params']),
    ]);
    const survey = await namedSurvey(uow, target, input);
    await assertRoom(uow);
    const { organizationId, now } = uow;
    const id = newId();
    // By SQL: the entity manager would want the survey's row for a reference that is checked already.
    await uow.execute(
      `insert into survey_schedule (organization_id, id, name, target, survey_id, trigger, segments,
         channel, send_within_minutes, reminder_days, expires_after_days, params, active,
         activated_at, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6::jsonb, $7::text[], $8, $9, $10::int[], $11, $12::jsonb, $13,
         case when $13 then $14::timestamptz end, $14, $14)`,
      [
        ...[organizationId, id, name, target, survey?.id ?? null, JSON.stringify(trigger)],
        ...[segments, channel, windowOf(trigger, within), reminderDays, expiresAfterDays],
        ...[JSON.stringify(storedParams(params)), active, now],
      ],
    );
    return id;
  });
}

/** See the mutation `updateSurveySchedule`. */
export function updateSurveySchedule(
  ctx: GraphQLContext,
  input: UpdateSurveyScheduleInput,
): Promise<ScheduleResult> {
  return inOneUnit(ctx, 'updateSurveySchedule', input, async (uow) => {
    const entity = await lockSchedule(uow, input.id);
    const change = changeOf(input, entity);
    const { trigger, errors } =
      input.trigger == null
        ? { trigger: entity.trigger, errors: [] }
        : checkedTrigger(input.trigger, ['trigger']);
    assertNone([
      ...errors,
      ...checkSegments(change.segments, entity.target),
      ...checkContent({ ...change, within: change.sendWithinMinutes }),
      ...(input.params == null ? [] : checkParams(input.params, ['params'])),
    ]);
    const isActivated = change.active && !entity.active;
    uow.em.assign(entity, {
      ...change,
      trigger: trigger ?? entity.trigger,
      sendWithinMinutes: windowOf(trigger, change.sendWithinMinutes),
      activatedAt: isActivated ? uow.now : change.active ? entity.activatedAt : null,
      updatedAt: uow.now,
    });
    return entity.id;
  });
}

function changeOf(input: UpdateSurveyScheduleInput, entity: SurveyScheduleEntity) {
  return {
    name: input.name ?? entity.name,
    segments: input.segments === undefined ? entity.segments : input.segments,
    channel: input.channel ?? entity.channel,
    sendWithinMinutes: input.sendWithinMinutes ?? entity.sendWithinMinutes,
    reminderDays: input.reminderDays ?? entity.reminderDays,
    expiresAfterDays: input.expiresAfterDays ?? entity.expiresAfterDays,
    params: input.params == null ? entity.params : storedParams(input.params),
    active: input.active ?? entity.active,
  };
}

/** See the mutation `deleteSurveySchedule`. */
export function deleteSurveySchedule(
  ctx: GraphQLContext,
  input: DeleteSurveyScheduleInput,
): Promise<ScheduleResult> {
  return inOneUnit(ctx, 'deleteSurveySchedule', input, async (uow) => {
    const { id } = await lockSchedule(uow, input.id);
    const values = [uow.organizationId, id];
    // What was sent stays, with its answers; what was not is not.
    await uow.execute(
      `update invitation set schedule_id = null, next_reminder_at = null, retry_at = null,
         state = case when state = 'SCHEDULED' then 'REVOKED' else state end
       where organization_id = $1 and schedule_id = $2`,
      values,
    );
    await uow.execute('delete from survey_schedule where organization_id = $1 and id = $2', values);
    return id;
  });
}

async function lockSchedule(uow: UnitOfWork, globalId: string): Promise<SurveyScheduleEntity> {
  const { organizationId } = uow;
  const id = inputId('SurveySchedule', globalId, ['id']);
  await uow.execute(
    'select 1 from survey_schedule where organization_id = $1 and id = $2 for update',
    [organizationId, id],
  );
  const schedule = await uow.em.findOne(SurveyScheduleEntity, { organizationId, id });
  if (schedule !== null) return schedule;
  throw new Refusal(refused('NOT_FOUND', ['id'], 'There is no such schedule.'));
}

function assertNone(errors: readonly UserErrorData[]): void {
  if (errors.length > 0) throw new Refusal(...errors);
}

/** Everybody alike is asked for a public review, or nobody. */
function checkSegments(
  segments: readonly string[] | null,
  target: InvitationTarget,
): UserErrorData[] {
  if (segments === null) return [];
  const path = ['segments'];
  if (target === 'REVIEW') {
    const message =
      'This schedule would ask only some customers for a public review, by what they think: leave `segments` out.';
    return [reviewGatingRefused(path, message)];
  }
  if (segments.length === 0) {
    return [
      invalidValue(path, '`segments` is empty, and so nobody is in it: leave it out for all.'),
    ];
  }
  if (!segments.includes(NOT_OF_CUSTOMERS)) return [];
  const message = `${NOT_OF_CUSTOMERS} are customers who have left, and those are not invited.`;
  return [invalidValue(path, message)];
}

interface Content {
  readonly name: string;
  readonly within: number;
  readonly reminderDays: readonly number[];
  readonly expiresAfterDays: number;
}

function checkContent({ name, within, reminderDays, expiresAfterDays }: Content): UserErrorData[] {
  const errors = [
    ...checkText(name, ['name'], LONGEST_NAME, { required: true }),
    ...checkRange(within, ['sendWithinMinutes'], 1, 129_600),
    ...checkRange(expiresAfterDays, ['expiresAfterDays'], 1, 365),
  ];
  if (reminderDays.length > MOST_REMINDERS) {
    const message = `${reminderDays.length} reminders; at most ${MOST_REMINDERS} are sent.`;
    errors.push(limitExceeded(['reminderDays'], message, MOST_REMINDERS));
  }
  const isRising = reminderDays.every((day, i) => day > (reminderDays[i - 1] ?? 0));
  if (!isRising || (reminderDays.at(-1) ?? 0) >= expiresAfterDays) {
    const message = `\`reminderDays\` have to rise, from 1 to ${expiresAfterDays - 1}: after that, nobody can answer.`;
    errors.push(invalidValue(['reminderDays'], message));
  }
  return errors;
}

function defaultWindow({ kind }: Trigger): number {
  return kind === 'SIGN_UP_AGE' || kind === 'LIFECYCLE' ? WEEK_MINUTES : THREE_DAYS_MINUTES;
}

/** An interaction says itself how long it is fresh. */
function windowOf(trigger: Trigger | null, within: number): number {
  return trigger?.kind === 'INTERACTION' ? trigger.withinMinutes : within;
}

async function assertRoom(uow: UnitOfWork): Promise<void> {
  const [row] = await uow.execute<{ count: number }>(
    'select count(*)::int as count from survey_schedule where organization_id = $1',
    [uow.organizationId],
  );
  if ((row?.count ?? 0) < MAX_SCHEDULES) return;
  const message = `An organization has at most ${MAX_SCHEDULES} schedules: delete one that is not needed.`;
  throw new Refusal(limitExceeded([], message, MAX_SCHEDULES));
}
