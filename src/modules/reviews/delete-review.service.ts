import { recordEvents } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { inputId } from '../../graphql/input-id.ts';
import { orUserErrors, Refusal, refused, type UserErrorData } from '../../graphql/user-error.ts';
import type { DeleteReviewInput } from './delete-review.input.ts';
import { lockReview, removeReview } from './review.writes.ts';

export interface DeletedReview {
  readonly deletedReviewId: string | null;
  readonly userErrors: readonly UserErrorData[];
}

/** Deletes a review and what belongs to it; see the mutation `deleteReview`. */
export function deleteReview(
  ctx: GraphQLContext,
  { reviewId, idempotencyKey: key }: DeleteReviewInput,
): Promise<DeletedReview> {
  return orUserErrors<DeletedReview>(
    () =>
      ctx.db.unitOfWork(ctx.caller.organizationId, (uow) =>
        idempotently(uow, { key, operation: 'deleteReview', input: { reviewId } }, async () => {
          const review = await lockReview(uow, inputId('Review', reviewId, ['reviewId']));
          if (review === null) {
            throw new Refusal(refused('NOT_FOUND', ['reviewId'], 'There is no such review.'));
          }
          removeReview(uow, review);
          const { id, location_id: locationId, product_id: productId, sentiment } = review;
          recordEvents(uow, [
            { kind: 'REVIEW_DELETED', reviewId: id, locationId, productId, sentiment },
          ]);
          return { deletedReviewId: reviewId, userErrors: [] };
        }),
      ),
    (userErrors) => ({ deletedReviewId: null, userErrors }),
  );
}
