import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { recordEvents } from '../../feed/events.ts';
import type { Caller } from '../../graphql/caller.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { inputId } from '../../graphql/input-id.ts';
import { checkText } from '../../graphql/text-checks.ts';
import {
  invalidValue,
  orUserErrors,
  Refusal,
  refused,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { type KnownReview, lockReview, markResponded, setFirstResponse } from '../reviews/index.ts';
import { ResponseEntity } from './response.entity.ts';
import type {
  DraftResponseInput,
  PublishResponseInput,
  WithdrawResponseInput,
} from './response.input.ts';

/** Google Business Profile takes 4,096 bytes for a reply; other sites take more. */
const LONGEST_BODY = 4_096;

export interface ResponseResult {
  /** The response's UUID; null where it was refused. */
  readonly key: string | null;
  readonly userErrors: readonly UserErrorData[];
}

const refusedResponse = (userErrors: readonly UserErrorData[]): ResponseResult => ({
  key: null,
  userErrors,
});

/** Runs the work of a mutation on responses once, in one unit of work. */
function inOneUnit(
  ctx: GraphQLContext,
  operation: string,
  input: { readonly idempotencyKey?: string | null },
  work: (uow: UnitOfWork) => Promise<string>,
): Promise<ResponseResult> {
  const { idempotencyKey: key, ...rest } = input;
  return orUserErrors(
    () =>
      ctx.db.unitOfWork(ctx.caller.organizationId, (uow) =>
        idempotently(uow, { key, operation, input: rest }, async () => ({
          key: await work(uow),
          userErrors: [],
        })),
      ),
    refusedResponse,
  );
}

/** Saves a draft; see the mutation `draftResponse`. */
export function draftResponse(
  ctx: GraphQLContext,
  input: DraftResponseInput,
): Promise<ResponseResult> {
  return inOneUnit(ctx, 'draftResponse', input, async (uow) => {
    const body = checkedBody(input.body);
    const review = await reviewToAnswer(uow, input.reviewId);
    const response = newResponse(uow, ctx.caller, review, body);
    recordEvents(uow, [responseEvent('RESPONSE_DRAFTED', response.id, review)]);
    return response.id;
  });
}

/** Publishes a response, or a body straight away; see the mutation `publishResponse`. */
export function publishResponse(
  ctx: GraphQLContext,
  input: PublishResponseInput,
): Promise<ResponseResult> {
  return inOneUnit(ctx, 'publishResponse', input, async (uow) => {
    const { response, review } = await responseToPublish(uow, ctx.caller, input);
    response.status = 'PUBLISHED';
    response.publishedAt = uow.now;
    response.updatedAt = uow.now;
    markResponded(uow, [{ review, publishedAt: uow.now }]);
    recordEvents(uow, [responseEvent('RESPONSE_PUBLISHED', response.id, review)]);
    return response.id;
  });
}

/** Takes a published response back; see the mutation `withdrawResponse`. */
export function withdrawResponse(
  ctx: GraphQLContext,
  input: WithdrawResponseInput,
): Promise<ResponseResult> {
  return inOneUnit(ctx, 'withdrawResponse', input, async (uow) => {
    const { response, review } = await lockResponse(uow, input.responseId);
    if (response.status !== 'PUBLISHED') {
      const message = `This response is ${response.status}: only a published one can be withdrawn.`;
      throw new Refusal(refused('INVALID_STATE', ['responseId'], message));
    }
    response.status = 'DRAFT';
    response.publishedAt = null;
    response.updatedAt = uow.now;
    await uow.em.flush();
    const [first] = await uow.execute<{ at: Date | null }>(
      `select min(published_at) as at from response
       where organization_id = $1 and review_id = $2 and status = 'PUBLISHED'`,
      [uow.organizationId, review.id],
    );
    setFirstResponse(uow, review, first?.at ?? null);
    recordEvents(uow, [responseEvent('RESPONSE_WITHDRAWN', response.id, review)]);
    return response.id;
  });
}

async function responseToPublish(
  uow: UnitOfWork,
  caller: Caller,
  input: PublishResponseInput,
): Promise<{ response: ResponseEntity; review: KnownReview }> {
  const { responseId, reviewId, body } = input;
  if (responseId != null && reviewId == null && body == null) {
    return unpublishedResponse(uow, responseId);
  }
  if (responseId != null || reviewId == null || body == null) {
    throw new Refusal(invalidValue([], 'Give either `responseId`, or `reviewId` and `body`.'));
  }
  const checked = checkedBody(body);
  const review = await reviewToAnswer(uow, reviewId);
  return { response: newResponse(uow, caller, review, checked), review };
}

async function unpublishedResponse(
  uow: UnitOfWork,
  responseId: string,
): Promise<{ response: ResponseEntity; review: KnownReview }> {
  const locked = await lockResponse(uow, responseId);
  if (locked.response.status === 'PUBLISHED') {
    const message = 'This response is published already; draft another one to follow up.';
    throw new Refusal(refused('INVALID_STATE', ['responseId'], message));
  }
  return locked;
}

async function lockResponse(
  uow: UnitOfWork,
  responseId: string,
): Promise<{ response: ResponseEntity; review: KnownReview }> {
  const id = inputId('Response', responseId, ['responseId']);
  const { organizationId } = uow;
  const noSuchResponse = refused('NOT_FOUND', ['responseId'], 'There is no such response.');
  const response = await uow.em.findOne(ResponseEntity, { organizationId, id });
  if (response === null) throw new Refusal(noSuchResponse);
  // The review is locked first, by everybody who changes its responses; then the state is read.
  const review = await lockReview(uow, response.review.id);
  // Deleted meanwhile, and the response with it.
  if (review === null) throw new Refusal(noSuchResponse);
  await uow.em.refresh(response);
  return { response, review };
}

function newResponse(
  uow: UnitOfWork,
  caller: Caller,
  review: KnownReview,
  body: string,
): ResponseEntity {
  const { organizationId, now, em } = uow;
  const response = em.create(ResponseEntity, {
    organizationId,
    id: newId(),
    review: [organizationId, review.id],
    body,
    status: 'DRAFT',
    authorMember: caller.memberId === null ? null : [organizationId, caller.memberId],
    authorKey: caller.keyId === null ? null : [organizationId, caller.keyId],
    createdAt: now,
    updatedAt: now,
    publishedAt: null,
  });
  em.persist(response);
  return response;
}

async function reviewToAnswer(uow: UnitOfWork, reviewId: string): Promise<KnownReview> {
  const review = await lockReview(uow, inputId('Review', reviewId, ['reviewId']));
  if (review === null) {
    throw new Refusal(refused('NOT_FOUND', ['reviewId'], 'There is no such review.'));
  }
  return review;
}

function checkedBody(body: string): string {
  const text = body.trim();
  const errors = checkText(text, ['body'], LONGEST_BODY, { required: true });
  if (errors.length > 0) throw new Refusal(...errors);
  return text;
}

function responseEvent(
  kind: 'RESPONSE_DRAFTED' | 'RESPONSE_PUBLISHED' | 'RESPONSE_WITHDRAWN',
  responseId: string,
  review: KnownReview,
) {
  const { location_id: locationId, product_id: productId, sentiment } = review;
  return { kind, responseId, reviewId: review.id, locationId, productId, sentiment };
}
