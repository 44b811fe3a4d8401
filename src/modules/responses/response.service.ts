import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { recordEvents } from '../../feed/events.ts';
import type { Caller } from '../../graphql/caller.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { inputId } from '../../graphql/input-id.ts';
import { sharedUnits } from '../../graphql/shared-units.ts';
import { checkText } from '../../graphql/text-checks.ts';
import {
  invalidValue,
  orUserErrors,
  Refusal,
  refused,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { type KnownReview, lockReview, markResponded, setFirstResponse } from '../reviews/index.ts';
import type {
  DraftResponseInput,
  PublishResponseInput,
  WithdrawResponseInput,
} from './response.input.ts';
import { insertResponse, lockResponse, type ResponseRow, setStatus } from './response.writes.ts';

/** Google Business Profile takes 4,096 bytes for a reply; other sites take more. */
const LONGEST_BODY = 4_096;

export interface ResponseResult {
  /** The response's UUID; null where it was refused. */
  readonly key: string | null;
  /** The response as this call has left it; null where it was refused, or left by an earlier call. */
  readonly row: ResponseRow | null;
  readonly userErrors: readonly UserErrorData[];
}

const refusedResponse = (userErrors: readonly UserErrorData[]): ResponseResult => ({
  key: null,
  row: null,
  userErrors,
});

/** Runs the work of a mutation on responses once, in one unit of work. */
function inOneUnit(
  ctx: GraphQLContext,
  operation: string,
  input: { readonly idempotencyKey?: string | null },
  work: (uow: UnitOfWork) => Promise<ResponseRow>,
): Promise<ResponseResult> {
  const { idempotencyKey: key, ...rest } = input;
  return orUserErrors<ResponseResult>(
    () =>
      sharedUnits(ctx.db).run(ctx.caller.organizationId, async (uow) => {
        let row: ResponseRow | null = null;
        const kept = await idempotently(uow, { key, operation, input: rest }, async () => {
          row = await work(uow);
          return { key: row.id, userErrors: [] };
        });
        return { ...kept, row };
      }),
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
    const response = newResponse(uow, review, body, 'DRAFT');
    insertResponse(uow, response, ctx.caller);
    recordEvents(uow, [responseEvent('RESPONSE_DRAFTED', response.id, review)]);
    return response;
  });
}

/** Publishes a response, or a body straight away; see the mutation `publishResponse`. */
export function publishResponse(
  ctx: GraphQLContext,
  input: PublishResponseInput,
): Promise<ResponseResult> {
  return inOneUnit(ctx, 'publishResponse', input, async (uow) => {
    const { response, review } = await writePublished(uow, ctx.caller, input);
    markResponded(uow, [{ review, publishedAt: uow.now }]);
    recordEvents(uow, [responseEvent('RESPONSE_PUBLISHED', response.id, review)]);
    return response;
  });
}

/** Takes a published response back; see the mutation `withdrawResponse`. */
export function withdrawResponse(
  ctx: GraphQLContext,
  input: WithdrawResponseInput,
): Promise<ResponseResult> {
  return inOneUnit(ctx, 'withdrawResponse', input, async (uow) => {
    const { response: published, review } = await existingResponse(uow, input.responseId);
    if (published.status !== 'PUBLISHED') {
      const message = `This response is ${published.status}: only a published one can be withdrawn.`;
      throw new Refusal(refused('INVALID_STATE', ['responseId'], message));
    }
    const response = setStatus(uow, published, 'DRAFT');
    const [first] = await uow.execute<{ at: Date | null }>(
      `select min(published_at) as at from response
       where organization_id = $1 and review_id = $2 and status = 'PUBLISHED'`,
      [uow.organizationId, review.id],
    );
    setFirstResponse(uow, review, first?.at ?? null);
    recordEvents(uow, [responseEvent('RESPONSE_WITHDRAWN', response.id, review)]);
    return response;
  });
}

async function writePublished(
  uow: UnitOfWork,
  author: Caller,
  input: PublishResponseInput,
): Promise<{ response: ResponseRow; review: KnownReview }> {
  const { responseId, reviewId, body } = input;
  if (responseId != null && reviewId == null && body == null) {
    const { response, review } = await existingResponse(uow, responseId);
    if (response.status === 'PUBLISHED') {
      const message = 'This response is published already; draft another one to follow up.';
      throw new Refusal(refused('INVALID_STATE', ['responseId'], message));
    }
    return { response: setStatus(uow, response, 'PUBLISHED'), review };
  }
  if (responseId != null || reviewId == null || body == null) {
    throw new Refusal(invalidValue([], 'Give either `responseId`, or `reviewId` and `body`.'));
  }
  const checked = checkedBody(body);
  const review = await reviewToAnswer(uow, reviewId);
  const response = newResponse(uow, review, checked, 'PUBLISHED');
  insertResponse(uow, response, author);
  return { response, review };
}

async function existingResponse(
  uow: UnitOfWork,
  responseId: string,
): Promise<{ response: ResponseRow; review: KnownReview }> {
  const locked = await lockResponse(uow, inputId('Response', responseId, ['responseId']));
  if (locked === null) {
    throw new Refusal(refused('NOT_FOUND', ['responseId'], 'There is no such response.'));
  }
  return locked;
}

function newResponse(
  { now }: UnitOfWork,
  review: KnownReview,
  body: string,
  status: 'DRAFT' | 'PUBLISHED',
): ResponseRow {
  return {
    id: newId(),
    review_id: review.id,
    body,
    status,
    revision: 1,
    created_at: now,
    updated_at: now,
    published_at: status === 'PUBLISHED' ? now : null,
  };
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
