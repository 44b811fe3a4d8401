import { hash } from 'node:crypto';
import { channelsOf } from '../../channels/installed.ts';
import type { Database, UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { recordEvents } from '../../feed/events.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import {
  invalidValue,
  orUserErrors,
  Refusal,
  refused,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { wakeJobs } from '../../jobs/jobs.ts';
import { recordFeedback } from '../customers/index.ts';
import { markAnswered, readToken, type TokenSubject } from '../invitations/index.ts';
import { touchSurveyRollup } from '../survey-rollups/index.ts';
import { nextQuestion, outcomeOf, resolveLocale, scoreOf } from '../surveys/index.ts';
import { raiseAlert } from './alert.service.ts';
import { type GivenAnswer, mergeAnswers, type Merged, missingErrors } from './merge-answers.ts';
import { completeResponse, type Completion, saveAnswers, saveResponse } from './response.writes.ts';
import type { InvitationState } from './invitation-state.ts';
import { lockInvitation, type Opened, type OpenedSurvey } from './opened.reads.ts';

/** What a respondent sends. */
export interface Submission {
  readonly token: string;
  readonly answers: readonly GivenAnswer[];
  /** `WHEN_DONE`: where nothing is left to ask. */
  readonly complete: boolean | 'WHEN_DONE';
  readonly locale?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  /**
   * Of a public link, which says of nobody whether they were here before: the UUID under which this
   * respondent begins, or has begun, to answer. Made here, and given out signed.
   */
  readonly beginAs?: string | null | undefined;
}

export interface Submitted {
  /** UUID; null where it was refused. */
  readonly responseId: string | null;
  readonly userErrors: readonly UserErrorData[];
}

const LONGEST_KEY = 200;

/**
 * Saves answers, and completes them; see the mutation `submitSurveyResponse`.
 * @param organizationId whose respondents may come this way; null: everybody's
 */
export async function submitAnswers(
  db: Database,
  organizationId: string | null,
  submission: Submission,
): Promise<Submitted> {
  const subject = await readToken(db, submission.token);
  const isForeign = organizationId !== null && subject?.organizationId !== organizationId;
  if (subject === null || isForeign) return refusedSubmission([noSuchInvitation()]);
  return orUserErrors(
    () =>
      db.unitOfWork(subject.organizationId, (uow) =>
        idempotently(uow, idempotentCall(submission), async () => ({
          responseId: await submit(db, uow, subject, submission),
          userErrors: [],
        })),
      ),
    refusedSubmission,
  );
}

function refusedSubmission(userErrors: readonly UserErrorData[]): Submitted {
  return { responseId: null, userErrors };
}

/**
 * Keys are the organization's, and respondents are strangers: theirs are kept apart from its own,
 * and from those of other respondents.
 */
function idempotentCall({ idempotencyKey, ...input }: Submission) {
  const operation = 'submitSurveyResponse';
  if (idempotencyKey == null) return { key: null, operation, input };
  if (idempotencyKey.length === 0 || idempotencyKey.length > LONGEST_KEY) {
    const message = `An idempotency key has 1 to ${LONGEST_KEY} characters.`;
    throw new Refusal(invalidValue(['idempotencyKey'], message));
  }
  const key = hash('sha256', `${input.token} ${idempotencyKey}`, 'base64url');
  return { key: `survey ${key}`, operation, input };
}

async function submit(
  db: Database,
  uow: UnitOfWork,
  subject: TokenSubject,
  submission: Submission,
): Promise<string> {
  const beginAs = subject.kind === 'public' ? (submission.beginAs ?? null) : null;
  const opened = await lockBegun(uow, subject, beginAs);
  if (opened === null) throw new Refusal(noSuchInvitation());
  const { survey } = opened;
  if (opened.state !== 'OPEN' || survey === null) throw new Refusal(notOpen(opened));
  const { definition } = survey;
  const merged = mergeAnswers(definition, opened.begun?.answers ?? new Map(), submission.answers);
  const isComplete =
    submission.complete === 'WHEN_DONE'
      ? nextQuestion(definition, merged.answers) === null
      : submission.complete;
  const missing = isComplete ? missingErrors(definition, merged.answers) : [];
  const errors = [...merged.errors, ...(merged.errors.length === 0 ? missing : [])];
  if (errors.length > 0) throw new Refusal(...errors);
  const id = opened.begun?.responseId ?? beginAs ?? newId();
  const locale = resolveLocale(definition, submission.locale ?? opened.locale);
  const invitations = opened.kind === 'invitation' ? [opened.invitationId ?? ''] : [];
  await touchSurveyRollup(uow, { responses: [id], invitations });
  await saveResponse(uow, id, { opened, survey, locale });
  await saveAnswers(uow, id, merged);
  if (isComplete && (await complete(uow, id, { opened, survey, merged }))) {
    uow.afterCommit(() => wakeForMail(db, uow.organizationId));
  }
  return id;
}

/** What was begun already, where the respondent says under which id. */
async function lockBegun(
  uow: UnitOfWork,
  subject: TokenSubject,
  beginAs: string | null,
): Promise<Opened | null> {
  if (beginAs !== null) {
    // There may be no row yet to wait at.
    await uow.execute('select pg_advisory_xact_lock(hashtextextended($1, 0))', [beginAs]);
    const response = { ...subject, kind: 'response', invitationId: beginAs } as const;
    const begun = await lockInvitation(uow, response);
    if (begun !== null) return begun;
  }
  return lockInvitation(uow, subject);
}

/** Members are told of an alert at once, where there is a way to tell them. */
function wakeForMail(db: Database, organizationId: string): void {
  if (channelsOf(db).mail !== null) wakeJobs(db, organizationId);
}

/** @returns whether an alert was raised */
async function complete(
  uow: UnitOfWork,
  responseId: string,
  of: { opened: Opened; survey: OpenedSurvey; merged: Merged },
): Promise<boolean> {
  const { opened, survey } = of;
  const { answers } = of.merged;
  const { definition, kind } = survey;
  const scored = scoreOf(definition, kind, answers);
  const completion: Completion = {
    scored,
    outcome: outcomeOf(definition, answers).key,
    secondsSinceSent: opened.sentAt && (uow.now.getTime() - opened.sentAt.getTime()) / 1_000,
  };
  await completeResponse(uow, responseId, completion);
  if (opened.invitationId !== null && opened.kind === 'invitation') {
    await markAnswered(uow, opened.invitationId);
  }
  const { customerId, locationId, productId } = opened;
  const sentiment = scored?.sentiment ?? null;
  recordEvents(uow, [
    {
      kind: 'SURVEY_RESPONSE_RECEIVED',
      ...{ surveyResponseId: responseId, customerId, locationId, productId, sentiment },
    },
  ]);
  if (customerId !== null) await recordFeedback(uow, { customerIds: [customerId] });
  return scored !== null && (await raiseAlert(uow, { responseId, opened, survey, scored }));
}

function noSuchInvitation(): UserErrorData {
  return refused('NOT_FOUND', ['token'], 'This token opens nothing here: take the link whole.');
}

const WHY_NOT_OPEN: Readonly<Record<InvitationState, string>> = {
  OPEN: 'This asks for a public review: there is nothing to answer here.',
  ANSWERED: 'This survey was answered already: completed answers stay as they are.',
  EXPIRED: 'This invitation has expired.',
  CLOSED: 'This survey is closed.',
  REVOKED: 'This invitation was withdrawn.',
};

function notOpen({ state }: Opened): UserErrorData {
  return refused('INVALID_STATE', ['token'], WHY_NOT_OPEN[state]);
}
