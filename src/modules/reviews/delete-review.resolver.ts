import { Arg, Ctx, Field, ID, Mutation, Resolver } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { UserError } from '../../graphql/user-error.ts';
import { DeleteReviewInput } from './delete-review.input.ts';
import { type DeletedReview, deleteReview } from './delete-review.service.ts';

@PlainObjectType({ description: 'What became of the deletion of a review.' })
export class DeleteReviewPayload {
  @Field(() => ID, { nullable: true, description: 'Null where it was refused.' })
  deletedReviewId!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused; nothing is deleted then.' })
  userErrors!: UserError[];
}

@Resolver()
export class DeleteReviewResolver {
  @RequiresScope('reviews:write')
  @Mutation(() => DeleteReviewPayload, {
    description:
      'Deletes a review with its earlier versions and its responses: for one that is gone from its site, or that its author wants erased. An import that still holds it creates it anew.',
  })
  deleteReview(
    @Arg('input', () => DeleteReviewInput) input: DeleteReviewInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<DeletedReview> {
    return deleteReview(ctx, input);
  }
}
