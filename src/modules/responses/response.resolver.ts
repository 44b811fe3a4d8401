import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { PAGE_LIMIT } from '../../db/read/page.ts';
import { RequiresScope, Storefront } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import { Review, reviewNoun } from '../reviews/index.ts';
import {
  DraftResponseInput,
  PublishResponseInput,
  WithdrawResponseInput,
} from './response.input.ts';
import { EARLIEST_RESPONSE, responseNoun, responsesOf } from './response.reads.ts';
import {
  draftResponse,
  publishResponse,
  type ResponseResult,
  withdrawResponse,
} from './response.service.ts';
import { Response, ResponsePayload } from './response.type.ts';

@Resolver(() => Response)
export class ResponseResolver {
  @Storefront()
  @RequiresScope('reviews:read')
  @Planned({ kind: 'relation', noun: reviewNoun, column: 'review_id' })
  @FieldResolver(() => Review, { description: 'The review that it answers.' })
  review(
    @Root() response: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(reviewNoun, ctx, response['reviewKey'], selectionOf(info));
  }

  @RequiresScope('responses:write')
  @Mutation(() => ResponsePayload, { description: 'Saves a draft of an answer to a review.' })
  draftResponse(
    @Arg('input', () => DraftResponseInput) input: DraftResponseInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ResponseResult> {
    return draftResponse(ctx, input);
  }

  @RequiresScope('responses:publish')
  @Mutation(() => ResponsePayload, {
    description: 'Publishes an approved response; for those who may, straight from a body.',
  })
  publishResponse(
    @Arg('input', () => PublishResponseInput) input: PublishResponseInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ResponseResult> {
    return publishResponse(ctx, input);
  }

  @RequiresScope('responses:publish')
  @Mutation(() => ResponsePayload, {
    description:
      'Takes a published response back: it is a draft again, and the review may await a response again.',
  })
  withdrawResponse(
    @Arg('input', () => WithdrawResponseInput) input: WithdrawResponseInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ResponseResult> {
    return withdrawResponse(ctx, input);
  }
}

@Resolver(() => ResponsePayload)
export class ResponsePayloadResolver {
  @RequiresScope('responses:read')
  @FieldResolver(() => Response, {
    nullable: true,
    description: 'As it is now; null where it was refused.',
  })
  response(
    @Root() result: ResponseResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> | Shaped {
    const selection = selectionOf(info);
    // Just written, and known: reading it again would be a round trip.
    return result.row === null
      ? readRelated(responseNoun, ctx, result.key, selection)
      : responseNoun.project(selection.fields('Response'), ctx.reader).shape({ ...result.row });
  }
}

/** What a review shows of its responses. */
@Resolver(() => Review)
export class ReviewResponsesResolver {
  @Storefront()
  @RequiresScope('responses:read')
  @Planned({
    kind: 'list',
    noun: responseNoun,
    parentColumn: 'review_id',
    publicIfParentHas: 'first_response_at',
    order: EARLIEST_RESPONSE,
    limit: PAGE_LIMIT,
  })
  @FieldResolver(() => [Response], {
    description:
      'The earliest first, at most 100. Published ones in the storefront graph; all for members.',
  })
  responses(
    @Root() review: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly Shaped[]> {
    return responsesOf(ctx, review.key, selectionOf(info));
  }
}
