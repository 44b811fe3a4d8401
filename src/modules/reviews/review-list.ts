import type { GraphQLResolveInfo } from 'graphql';
import type { Shaped } from '../../db/read/noun.ts';
import {
  type Connection,
  connectionType,
  type PageArgs,
  readConnection,
} from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { reviewConditions } from './review-conditions.ts';
import type { ReviewFilter, ReviewOrder } from './review.input.ts';
import { REVIEW_ORDERS } from './review-orders.ts';
import { reviewNoun } from './review.reads.ts';
import { Review } from './review.type.ts';

export const ReviewConnection = connectionType('Review', () => Review, 'reviews:read');

export type Maybe<T> = T | null | undefined;

/** How a list of reviews can be asked for, beside its page. */
export interface ReviewListArgs {
  filter?: Maybe<ReviewFilter>;
  orderBy?: Maybe<ReviewOrder>;
}

export function reviewList({ filter, orderBy }: ReviewListArgs) {
  return { order: REVIEW_ORDERS[orderBy ?? 'NEWEST'], where: reviewConditions(filter) };
}

export function listQuery(
  args: PageArgs,
  filter: Maybe<ReviewFilter>,
  orderBy: Maybe<ReviewOrder>,
  info: GraphQLResolveInfo,
) {
  return {
    args,
    ...reviewList({ filter, orderBy }),
    selection: selectionOf(info),
    identity: filter ?? null,
  };
}

/** A page of the reviews that hold the filter, the newest first, as they stand at `now`. */
export function readReviews(
  ctx: GraphQLContext,
  filter: ReviewFilter,
  args: PageArgs,
  info: GraphQLResolveInfo,
  now: Date,
): Promise<Connection<Shaped>> {
  const query = listQuery(args, filter, null, info);
  return readConnection(reviewNoun, ctx, { ...query, where: reviewConditions(filter, now) });
}
