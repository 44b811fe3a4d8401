import type { UnitOfWork } from '../../db/database.ts';
import { recordset } from '../../db/recordset.ts';
import { newId } from '../../db/new-id.ts';
import { recordEvents } from '../../feed/events.ts';
import { type KnownReview, markResponded } from '../reviews/index.ts';

/** A response as it stands on the review's site. */
export interface ImportedResponseRow {
  readonly review: KnownReview;
  /** A review that was just created has no response yet, so none is looked for. */
  readonly isNewReview: boolean;
  readonly body: string;
  readonly publishedAt: Date;
}

/**
 * Writes the responses that came with reviews: each review has one response from its source, which
 * is created, or revised where its body changed. Gives the ids of the reviews that it changed.
 */
export async function writeImportedResponses(
  uow: UnitOfWork,
  rows: readonly ImportedResponseRow[],
): Promise<ReadonlySet<string>> {
  const known = await knownResponses(uow, rows);
  const fresh = rows.filter(({ review }) => !known.has(review.id));
  const revised = rows.flatMap((row) => {
    const response = known.get(row.review.id);
    return response === undefined || response.body === row.body
      ? []
      : [{ ...row, id: response.id }];
  });
  const created = fresh.map((row) => ({ ...row, id: newId() }));
  await insertResponses(uow, created);
  await reviseResponses(uow, revised);
  markResponded(uow, created);
  recordEvents(uow, [
    ...created.map((row) => responseEvent('RESPONSE_PUBLISHED', row)),
    ...revised.map((row) => responseEvent('RESPONSE_UPDATED', row)),
  ]);
  return new Set([...created, ...revised].map(({ review }) => review.id));
}

type WithId = ImportedResponseRow & { readonly id: string };

function responseEvent(kind: 'RESPONSE_PUBLISHED' | 'RESPONSE_UPDATED', { id, review }: WithId) {
  const { location_id: locationId, product_id: productId, sentiment } = review;
  return { kind, reviewId: review.id, responseId: id, locationId, productId, sentiment };
}

async function knownResponses(uow: UnitOfWork, rows: readonly ImportedResponseRow[]) {
  const reviews = rows.flatMap(({ review, isNewReview }) => (isNewReview ? [] : [review.id]));
  if (reviews.length === 0) return new Map<string, { id: string; body: string }>();
  const found = await uow.execute<{ id: string; review_id: string; body: string }>(
    `select id, review_id, body from response
     where organization_id = $1 and review_id = any($2::uuid[]) and origin = 'SOURCE'`,
    [uow.organizationId, reviews],
  );
  return new Map(found.map((row) => [row.review_id, row]));
}

async function insertResponses(uow: UnitOfWork, rows: readonly WithId[]): Promise<void> {
  if (rows.length === 0) return;
  const records = rows.map(({ id, review, body, publishedAt }) => ({
    id,
    review_id: review.id,
    body,
    published_at: publishedAt,
  }));
  const columns = { id: 'uuid', review_id: 'uuid', body: 'text', published_at: 'timestamptz' };
  const { sql, values } = recordset(columns, records, 'n', 3);
  await uow.execute(
    `insert into response (organization_id, id, review_id, body, status, origin, created_at, updated_at, published_at)
     select $1, n.id, n.review_id, n.body, 'PUBLISHED', 'SOURCE', $2, $2, n.published_at from ${sql}`,
    [uow.organizationId, uow.now, ...values],
  );
}

async function reviseResponses(uow: UnitOfWork, rows: readonly WithId[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.id);
  await uow.execute(
    `insert into response_revision (organization_id, response_id, revision, body, replaced_at)
     select organization_id, id, revision, body, $3 from response
     where organization_id = $1 and id = any($2::uuid[])`,
    [uow.organizationId, ids, uow.now],
  );
  const bodies = rows.map(({ id, body }) => ({ id, body }));
  const { sql, values } = recordset({ id: 'uuid', body: 'text' }, bodies, 'n', 3);
  await uow.execute(
    `update response s set body = n.body, revision = s.revision + 1, updated_at = $2
     from ${sql} where s.organization_id = $1 and s.id = n.id`,
    [uow.organizationId, uow.now, ...values],
  );
}
