import type { Database } from '../../db/database.ts';
import { answerLimits } from './answer-limits.ts';
import { type Opened, openInvitation } from './opened.reads.ts';
import { readToken } from '../invitations/index.ts';
import { setConsent } from '../customers/index.ts';
import { newId } from '../../db/new-id.ts';
import { responseToken } from './response-token.ts';
import { type Submission, submitAnswers, type Submitted } from './submit.service.ts';

/** Who answers: known by nothing but a token. */
export interface Respondent {
  /** Of the other end of the connection; null where there is none. */
  readonly address: string | null;
  /** UUID: only what this organization asks may be answered this way; null: anything. */
  readonly organizationId: string | null;
}

/** What became of answers, and what the respondent goes on with. */
export interface Answered extends Submitted {
  /** Null where the token opens nothing to this respondent. */
  readonly opened: Opened | null;
  /** The token of `opened`: another one than was sent where a public link was followed. */
  readonly token: string;
}

/**
 * What a token opens to a respondent; null for one that was made elsewhere, or by another organization.
 * @throws RequestError RATE_LIMITED
 */
export async function openFor(
  db: Database,
  { address, organizationId }: Respondent,
  token: string,
): Promise<Opened | null> {
  const limits = answerLimits(db);
  await limits.enter(token, address);
  const opened = await openInvitation(db, token);
  if (opened !== null && (organizationId ?? opened.organizationId) === opened.organizationId) {
    return opened;
  }
  await limits.noteBad(address);
  return null;
}

/**
 * Takes answers; see the mutation `submitSurveyResponse`.
 * @throws RequestError RATE_LIMITED
 */
export async function answerFor(
  db: Database,
  { address, organizationId }: Respondent,
  submission: Submission,
): Promise<Answered> {
  const limits = answerLimits(db);
  await limits.enter(submission.token, address);
  const submitted = await submitAnswers(db, organizationId, submission);
  const isUnknown = submitted.userErrors.some(({ code }) => code === 'NOT_FOUND');
  if (isUnknown) {
    await limits.noteBad(address);
    return { ...submitted, opened: null, token: submission.token };
  }
  const opened = await openInvitation(db, submission.token);
  if (opened?.kind !== 'public' || submitted.responseId === null) {
    return { ...submitted, opened, token: submission.token };
  }
  const token = await responseToken(db, opened.organizationId, submitted.responseId);
  return { ...submitted, opened: await openInvitation(db, token), token };
}

/** For a respondent of a public link who has not answered anything yet: what they are going to begin. */
export function tokenToBegin(db: Database, { organizationId }: Opened): Promise<string> {
  return responseToken(db, organizationId, newId());
}

/** The UUID of what a token from {@link tokenToBegin} begins; null for another one. */
export async function begunBy(db: Database, token: string | null): Promise<string | null> {
  const subject = token === null ? null : await readToken(db, token);
  return subject?.kind === 'response' ? subject.invitationId : null;
}

/** Whether the respondent was written to, and can say that it shall be the last time. */
export function canStopAsking({ kind, customerId, channel }: Opened): boolean {
  return kind === 'invitation' && customerId !== null && WRITTEN_TO.has(channel);
}

const WRITTEN_TO: ReadonlySet<Opened['channel']> = new Set(['EMAIL', 'WEBHOOK']);

/** The customer takes back the consent to be asked over this channel. */
export async function stopAsking(db: Database, opened: Opened): Promise<void> {
  const { organizationId, customerId, channel } = opened;
  if (customerId === null) return;
  await db.unitOfWork(organizationId, (uow) =>
    setConsent(uow, customerId, channel, false, 'link in an invitation'),
  );
}
