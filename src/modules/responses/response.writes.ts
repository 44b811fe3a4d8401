import type { UnitOfWork } from '../../db/database.ts';
import type { Caller } from '../../graphql/caller.ts';
import { type KnownReview, lockReviewOf, reviewTurn } from '../reviews/index.ts';
import type { ResponseStatus } from './response.type.ts';

/** A response as its row has it. */
export interface ResponseRow {
  readonly id: string;
  readonly review_id: string;
  readonly body: string;
  readonly status: ResponseStatus;
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly published_at: Date | null;
}

/**
 * What the statements here read and write. Mutations answer from such a row, so it has every column
 * that the noun reads: a test holds that.
 */
export const RESPONSE_COLUMNS = [
  'id',
  'review_id',
  'body',
  'status',
  'revision',
  'created_at',
  'updated_at',
  'published_at',
] as const satisfies readonly (keyof ResponseRow)[];

const SELECT = `select ${RESPONSE_COLUMNS.join(', ')}
  from response where organization_id = $1 and id = $2`;

/**
 * A response and its review, null where there is none. The review is locked first, by everybody who
 * changes its responses; then the state is read, by a statement of its own, which sees what was
 * committed while this one waited.
 */
export async function lockResponse(
  uow: UnitOfWork,
  id: string,
): Promise<{ response: ResponseRow; review: KnownReview } | null> {
  const known = await readLocked(uow, id);
  const turn = known && reviewTurn(uow, known.review.id);
  if (!turn) return known;
  await turn;
  return readLocked(uow, id);
}

async function readLocked(
  uow: UnitOfWork,
  id: string,
): Promise<{ response: ResponseRow; review: KnownReview } | null> {
  const [review, [response]] = await Promise.all([
    lockReviewOf(uow, 'select review_id from response where organization_id = $1 and id = $2', id),
    uow.execute<ResponseRow>(SELECT, [uow.organizationId, id]),
  ]);
  return review === null || response === undefined ? null : { response, review };
}

const INSERTED = ['organization_id', ...RESPONSE_COLUMNS, 'author_member_id', 'author_key_id'];
const INSERT = `insert into response (${INSERTED.join(', ')})
  values (${INSERTED.map((_, index) => `$${index + 1}`).join(', ')})`;

export function insertResponse(uow: UnitOfWork, response: ResponseRow, author: Caller): void {
  uow.defer(INSERT, [
    uow.organizationId,
    ...RESPONSE_COLUMNS.map((name) => response[name]),
    author.memberId,
    author.keyId,
  ]);
}

const SET_STATUS = `update response set status = $3, published_at = $4, updated_at = $5
  where organization_id = $1 and id = $2`;

/** Gives the response as it is then; published since now, or not at all. */
export function setStatus(
  uow: UnitOfWork,
  response: ResponseRow,
  status: 'DRAFT' | 'PUBLISHED',
): ResponseRow {
  const publishedAt = status === 'PUBLISHED' ? uow.now : null;
  uow.defer(SET_STATUS, [uow.organizationId, response.id, status, publishedAt, uow.now]);
  return { ...response, status, published_at: publishedAt, updated_at: uow.now };
}
