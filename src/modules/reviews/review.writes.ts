import type { UnitOfWork } from '../../db/database.ts';
import { recordset, recordsetSql, recordsetValues } from '../../db/recordset.ts';
import type { RatingScale } from './rating-scale.ts';
import type { ReviewSource } from './review.type.ts';
import { rollupChange } from './rollup.ts';
import { scoreUnits } from './rollup-facts.ts';
import type { Sentiment, SentimentThresholds } from './sentiment.ts';

/** A review as it is written; times as RFC 3339 text, the hash in hexadecimal. */
export interface ReviewRecord {
  readonly id: string;
  readonly source: ReviewSource;
  readonly external_id: string;
  readonly location_id: string | null;
  readonly product_id: string | null;
  readonly url: string | null;
  readonly rating_scale: RatingScale;
  readonly rating: number | null;
  readonly sentiment: Sentiment;
  readonly title: string | null;
  readonly text: string | null;
  readonly translated_text: string | null;
  readonly language: string | null;
  readonly author_name: string | null;
  readonly authored_at: Date;
  readonly content_hash: string;
  readonly response_due_at: Date;
  readonly first_response_at: Date | null;
}

/** What a writer has to know of a review that exists. */
export interface KnownReview {
  readonly id: string;
  readonly source: ReviewSource;
  readonly external_id: string;
  readonly content_hash: string;
  readonly location_id: string | null;
  readonly product_id: string | null;
  readonly rating_scale: RatingScale;
  readonly rating: string | null;
  readonly sentiment: Sentiment;
  readonly language: string | null;
  readonly is_public: boolean;
  readonly authored_at: Date;
  readonly received_at: Date;
  readonly response_due_at: Date | null;
  readonly first_response_at: Date | null;
  readonly revised_upward: boolean;
}

/** The organization's rules for reviews. */
export interface ReviewPolicy extends SentimentThresholds {
  readonly dueHours: Readonly<Record<Sentiment, number>>;
}

export async function reviewPolicy(uow: UnitOfWork): Promise<ReviewPolicy> {
  const [row] = await uow.execute<{
    negative_at_most: number;
    positive_at_least: number;
    response_due_negative_hours: number;
    response_due_other_hours: number;
  }>(
    `select negative_at_most, positive_at_least, response_due_negative_hours, response_due_other_hours
     from organization where id = $1`,
    [uow.organizationId],
  );
  if (row === undefined) throw new Error('the organization of a unit of work does not exist');
  const other = row.response_due_other_hours;
  return {
    negativeAtMost: row.negative_at_most,
    positiveAtLeast: row.positive_at_least,
    dueHours: { NEGATIVE: row.response_due_negative_hours, NEUTRAL: other, POSITIVE: other },
  };
}

/** By when a first response is due: wall-clock hours after the review came here. */
export function responseDueAt(policy: ReviewPolicy, sentiment: Sentiment, receivedAt: Date): Date {
  return new Date(receivedAt.getTime() + policy.dueHours[sentiment] * 3_600_000);
}

export function sourceKey(review: SourceKey): string {
  return `${review.source} ${review.external_id}`;
}

interface SourceKey {
  readonly source: string;
  readonly external_id: string;
}

/** In the one order in which all writers lock and create reviews, so that none waits in a circle. */
function inOrder<Keyed extends SourceKey>(reviews: readonly Keyed[]): Keyed[] {
  const isBefore = (a: SourceKey, b: SourceKey) =>
    a.source === b.source ? a.external_id < b.external_id : a.source < b.source;
  return [...reviews].sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

const KNOWN = `r.id, r.source, r.external_id, encode(r.content_hash, 'hex') as content_hash, r.location_id,
  r.product_id, r.rating_scale, r.rating, r.sentiment, r.language, r.is_public, r.authored_at, r.received_at,
  r.response_due_at, r.first_response_at, r.revised_upward`;

/**
 * Those that exist, by {@link sourceKey}; locked until the unit ends, in an order that all writers
 * share. The lateral look-up goes through the unique key row by row, whatever the planner believes
 * of the table: a join was planned as a scan of all reviews of the organization.
 */
export async function findReviews(
  uow: UnitOfWork,
  keys: readonly { source: ReviewSource; external_id: string }[],
): Promise<ReadonlyMap<string, KnownReview>> {
  const { sql, values } = recordset({ source: 'text', external_id: 'text' }, inOrder(keys), 'k', 2);
  const rows = await uow.execute<KnownReview>(
    `select ${KNOWN} from ${sql} cross join lateral (
       select * from review x
       where x.organization_id = $1 and x.source = k.source and x.external_id = k.external_id
       limit 1 for update
     ) r`,
    [uow.organizationId, ...values],
  );
  return new Map(rows.map((row) => [sourceKey(row), row]));
}

const lockSql = (id: string) =>
  `select ${KNOWN} from review r where r.organization_id = $1 and r.id = ${id} for update`;
const LOCK = lockSql('$2');

/** Waits for the other works of the unit that change the review or its responses. */
export function reviewTurn(uow: UnitOfWork, id: string): Promise<void> | undefined {
  return uow.takeTurn(`review ${id}`);
}

/** A review by its id, locked until the unit ends; null where there is none. */
export async function lockReview(uow: UnitOfWork, id: string): Promise<KnownReview | null> {
  const turn = reviewTurn(uow, id);
  if (turn) await turn;
  const [row] = await uow.execute<KnownReview>(LOCK, [uow.organizationId, id]);
  return row ?? null;
}

/**
 * The same for the one whose id a select of the caller's own tables gives, over `$1`, the
 * organization, and `$2`: a round trip less than to ask for it first.
 */
export async function lockReviewOf(
  uow: UnitOfWork,
  idSql: string,
  value: string,
): Promise<KnownReview | null> {
  const [row] = await uow.execute<KnownReview>(lockSql(`(${idSql})`), [uow.organizationId, value]);
  return row ?? null;
}

const RECORD = {
  id: 'uuid',
  source: 'text',
  external_id: 'text',
  location_id: 'uuid',
  product_id: 'uuid',
  url: 'text',
  rating_scale: 'text',
  rating: 'numeric',
  sentiment: 'text',
  title: 'text',
  text: 'text',
  translated_text: 'text',
  language: 'text',
  author_name: 'text',
  authored_at: 'timestamptz',
  content_hash: 'text',
  response_due_at: 'timestamptz',
  first_response_at: 'timestamptz',
} as const satisfies Record<keyof ReviewRecord, string>;

/** The ids of those that were written; the others were created by somebody else meanwhile. */
export async function insertReviews(
  uow: UnitOfWork,
  records: readonly ReviewRecord[],
): Promise<ReadonlySet<string>> {
  if (records.length === 0) return new Set();
  const { sql, values } = recordset(RECORD, inOrder(records), 'n', 3);
  const rows = await uow.execute<{ id: string }>(
    `insert into review (organization_id, id, source, external_id, location_id, product_id, url,
       rating_scale, rating, sentiment, title, text, translated_text, language, author_name,
       authored_at, received_at, updated_at, content_hash, response_due_at, first_response_at)
     select $1, n.id, n.source, n.external_id, n.location_id, n.product_id, n.url,
       n.rating_scale, n.rating, n.sentiment, n.title, n.text, n.translated_text, n.language, n.author_name,
       n.authored_at, $2, $2, decode(n.content_hash, 'hex'), n.response_due_at, n.first_response_at
     from ${sql}
     on conflict (organization_id, source, external_id) do nothing returning id`,
    [uow.organizationId, uow.now, ...values],
  );
  const inserted = new Set(rows.map((row) => row.id));
  rollupChange(uow).created(inserted);
  return inserted;
}

/** Replaces the contents of known reviews; what they said before becomes a version. */
export async function updateReviews(
  uow: UnitOfWork,
  changes: readonly { readonly known: KnownReview; readonly record: ReviewRecord }[],
): Promise<void> {
  if (changes.length === 0) return;
  rollupChange(uow).changing(changes.map(({ known }) => known));
  const records = changes.map(({ record }) => record);
  await uow.execute(
    `insert into review_version (organization_id, review_id, version, rating_scale, rating, title,
       text, translated_text, language, authored_at, replaced_at)
     select r.organization_id, r.id, r.version, r.rating_scale, r.rating, r.title,
       r.text, r.translated_text, r.language, r.authored_at, $3
     from review r where r.organization_id = $1 and r.id = any($2::uuid[])`,
    [uow.organizationId, records.map((record) => record.id), uow.now],
  );
  const { sql, values } = recordset(RECORD, records, 'n', 3);
  await uow.execute(
    `update review r set location_id = n.location_id, product_id = n.product_id, url = n.url,
       rating_scale = n.rating_scale, rating = n.rating, sentiment = n.sentiment, title = n.title,
       text = n.text, translated_text = n.translated_text, language = n.language,
       author_name = n.author_name, authored_at = n.authored_at, updated_at = $2,
       content_hash = decode(n.content_hash, 'hex'), version = r.version + 1,
       response_due_at = n.response_due_at,
       revised_upward = coalesce(${scoreUnits('n')} > ${scoreUnits('v')}, false)
     from ${sql}
     join review_version v on v.organization_id = $1 and v.review_id = n.id and v.version = 1
     where r.organization_id = $1 and r.id = n.id`,
    [uow.organizationId, uow.now, ...values],
  );
}

/** Notes published responses that are the first of their reviews: a source may tell of one later. */
export function markResponded(
  uow: UnitOfWork,
  responded: readonly { review: KnownReview; publishedAt: Date }[],
): void {
  const first = responded.filter(
    ({ review: { first_response_at: known }, publishedAt }) =>
      known === null || publishedAt < known,
  );
  if (first.length === 0) return;
  rollupChange(uow).answering(first.map(({ review }) => review));
  const rows = first.map(({ review, publishedAt }) => ({ id: review.id, at: publishedAt }));
  uow.defer(MARK_RESPONDED, [uow.organizationId, ...recordsetValues(RESPONDED, rows)]);
}

const RESPONDED = { id: 'uuid', at: 'timestamptz' } as const;
const MARK_RESPONDED = `update review r set first_response_at = n.at
  from ${recordsetSql(RESPONDED, 'n', 2)} where r.organization_id = $1 and r.id = n.id`;

/** Corrects when a review was first answered; null: it is not. */
export function setFirstResponse(uow: UnitOfWork, review: KnownReview, at: Date | null): void {
  rollupChange(uow).answering([review]);
  uow.defer('update review set first_response_at = $3 where organization_id = $1 and id = $2', [
    uow.organizationId,
    review.id,
    at,
  ]);
}

/** Deletes a review that the unit has locked, with its versions and responses. */
export function removeReview(uow: UnitOfWork, review: KnownReview): void {
  rollupChange(uow).changing([review]);
  uow.defer('delete from review where organization_id = $1 and id = $2', [
    uow.organizationId,
    review.id,
  ]);
}
