import type { Database, UnitOfWork } from '../../db/database.ts';
import type { ContactChannel } from '../customers/index.ts';
import { readToken, type TokenKind, type TokenSubject } from '../invitations/index.ts';
import type { Answers, AnswerValue, SurveyDefinition, SurveyKind } from '../surveys/index.ts';
import type { InvitationState } from './invitation-state.ts';

/** A survey in the version that is answered. */
export interface OpenedSurvey {
  readonly id: string;
  readonly name: string;
  readonly kind: SurveyKind;
  readonly alertAtMost: number | null;
  readonly version: number;
  readonly definition: SurveyDefinition;
}

/** What a token opens, as it stands. Ids are UUIDs. */
export interface Opened {
  readonly kind: TokenKind;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly target: 'SURVEY' | 'REVIEW';
  readonly state: InvitationState;
  /** Null for a token of kind `response`. */
  readonly invitationId: string | null;
  /** Null where the target is a review, or nothing of the survey is published. */
  readonly survey: OpenedSurvey | null;
  readonly customerId: string | null;
  readonly locationId: string | null;
  readonly productId: string | null;
  readonly channel: ContactChannel;
  readonly touchpoint: string | null;
  readonly params: Readonly<Record<string, string>>;
  /** In which the respondent was asked, or has answered last. */
  readonly locale: string;
  readonly sentAt: Date | null;
  readonly expiresAt: Date | null;
  /** Where a public review is written: the one that is asked for, or what every respondent is offered. */
  readonly reviewUrl: string | null;
  /** What was answered so far; null: nothing. */
  readonly begun: {
    readonly responseId: string;
    readonly answers: Answers;
    readonly outcome: string | null;
    readonly startedAt: Date;
  } | null;
}

interface Row extends Omit<
  Opened,
  'kind' | 'organizationId' | 'state' | 'survey' | 'begun' | 'organizationName' | 'reviewUrl'
> {
  readonly organizationName: string;
  readonly reviewUrl: string | null;
  readonly invitationState: string | null;
  readonly surveyId: string | null;
  readonly surveyName: string;
  readonly surveyKind: SurveyKind;
  readonly anonymous: boolean;
  readonly alertAtMost: number | null;
  readonly endsAt: Date | null;
  readonly version: number | null;
  readonly definition: SurveyDefinition;
  readonly responseId: string | null;
  readonly responseState: 'PARTIAL' | 'COMPLETED' | null;
  readonly outcome: string | null;
  readonly startedAt: Date;
  readonly answers: readonly (AnswerValue & { readonly key: string })[] | null;
}

const SHARED = `
  o.name as "organizationName",
  s.id as "surveyId", s.name as "surveyName", s.kind as "surveyKind", s.anonymous,
  s.alert_at_most as "alertAtMost", s.ends_at as "endsAt", v.number as version, v.definition,
  r.id as "responseId", r.state as "responseState", r.outcome, r.started_at as "startedAt",
  (select json_agg(json_build_object('key', a.question_key, 'number', a.number,
     'choices', a.choices, 'text', a.text))
   from survey_answer a where a.organization_id = $1 and a.response_id = r.id) as answers`;

const JOINED = (version: string) => `
  join organization o on o.id = $1
  left join survey_settings w on w.organization_id = $1
  left join survey_version v
    on v.organization_id = $1 and v.survey_id = s.id and v.number = ${version}`;

/** Where the review that is asked for is written, or else what every respondent is offered. */
const REVIEW_URL = `case when i.target = 'REVIEW' then coalesce(
    (select p.url from product p where p.organization_id = $1 and p.id = i.product_id),
    (select f.url from source_profile f where f.organization_id = $1
       and f.location_id = i.location_id and f.url is not null order by f.source limit 1),
    w.review_invitation_url) else w.review_invitation_url end`;

const BY_INVITATION = `
  select i.id as "invitationId", i.target, i.state as "invitationState",
    i.customer_id as "customerId", i.location_id as "locationId", i.product_id as "productId",
    i.channel, i.touchpoint, i.params, coalesce(r.locale, i.locale) as locale,
    i.sent_at as "sentAt", i.expires_at as "expiresAt", ${REVIEW_URL} as "reviewUrl", ${SHARED}
  from invitation i
  left join survey s on s.organization_id = $1 and s.id = i.survey_id
  left join survey_response r on r.organization_id = $1 and r.invitation_id = i.id
  ${JOINED('coalesce(r.survey_version, i.survey_version, s.published_version)')}
  where i.organization_id = $1 and i.id = $2`;

const BY_RESPONSE = `
  select null as "invitationId", 'SURVEY' as target, null as "invitationState",
    r.customer_id as "customerId", r.location_id as "locationId", r.product_id as "productId",
    r.channel, r.touchpoint, r.params, r.locale,
    null as "sentAt", null as "expiresAt", w.review_invitation_url as "reviewUrl", ${SHARED}
  from survey_response r
  join survey s on s.organization_id = $1 and s.id = r.survey_id
  ${JOINED('r.survey_version')}
  where r.organization_id = $1 and r.id = $2`;

type Execute = (sql: string, values: readonly unknown[]) => Promise<Row[]>;

/** What a token opens; null for one that was made elsewhere, or whose row is gone. */
export async function openInvitation(
  db: Database,
  token: string,
  now = new Date(),
): Promise<Opened | null> {
  const subject = await readToken(db, token);
  if (subject === null) return null;
  const execute: Execute = (sql, [, ...values]) =>
    db.read<Row>(subject.organizationId, sql, values);
  return read(execute, subject, now);
}

/** The same within a unit, which holds it until it commits: who answers at the same time waits. */
export async function lockInvitation(
  uow: UnitOfWork,
  subject: TokenSubject,
): Promise<Opened | null> {
  // Each respondent of a public link begins an answer of their own: nobody has to wait for others.
  if (subject.kind !== 'public') {
    const table = subject.kind === 'response' ? 'survey_response' : 'invitation';
    await uow.execute(`select 1 from ${table} where organization_id = $1 and id = $2 for update`, [
      uow.organizationId,
      subject.invitationId,
    ]);
  }
  return read((sql, values) => uow.execute<Row>(sql, values), subject, uow.now);
}

async function read(execute: Execute, subject: TokenSubject, now: Date): Promise<Opened | null> {
  const { kind, organizationId, invitationId } = subject;
  const sql = kind === 'response' ? BY_RESPONSE : BY_INVITATION;
  const [row] = await execute(sql, [organizationId, invitationId]);
  return row === undefined ? null : openedOf(kind, organizationId, row, now);
}

function openedOf(kind: TokenKind, organizationId: string, row: Row, now: Date): Opened {
  const { invitationId, customerId, locationId, productId, channel, touchpoint, params } = row;
  const { target, locale, sentAt, expiresAt, organizationName, reviewUrl } = row;
  return {
    ...{ kind, organizationId, organizationName, target, invitationId, reviewUrl },
    ...{ customerId, locationId, productId, channel, touchpoint, params },
    ...{ locale, sentAt, expiresAt },
    state: stateOf(kind, row, now),
    survey: surveyOf(row),
    begun:
      row.responseId === null
        ? null
        : {
            responseId: row.responseId,
            answers: new Map((row.answers ?? []).map(({ key, ...value }) => [key, value])),
            outcome: row.outcome,
            startedAt: row.startedAt,
          },
  };
}

function surveyOf(row: Row): OpenedSurvey | null {
  const { surveyId: id, surveyName: name, surveyKind: kind, alertAtMost, version } = row;
  if (id === null || version === null) return null;
  return { id, name, kind, alertAtMost, version, definition: row.definition };
}

function stateOf(kind: TokenKind, row: Row, now: Date): InvitationState {
  if (row.responseState === 'COMPLETED' || row.invitationState === 'ANSWERED') return 'ANSWERED';
  if (row.invitationState === 'REVOKED') return 'REVOKED';
  if (row.expiresAt !== null && row.expiresAt <= now) return 'EXPIRED';
  if (row.target === 'REVIEW') return 'OPEN';
  if (row.version === null || (row.endsAt !== null && row.endsAt <= now)) return 'CLOSED';
  // Whoever has begun while the survey could be answered without an invitation may go on.
  return kind === 'public' && !row.anonymous ? 'CLOSED' : 'OPEN';
}
