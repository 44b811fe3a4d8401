import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { ImportResult, RowResult } from '../../graphql/import-rows.ts';
import { PlainInput } from '../../graphql/plain-input.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import {
  importLocations,
  ImportLocationsInput,
  ImportLocationsPayload,
} from '../locations/index.ts';
import { recountReviews, Review, reviewNoun } from '../reviews/index.ts';
import { recountSurveys } from '../survey-rollups/index.ts';
import { ImportReviewsInput } from './import-reviews.input.ts';
import { importReviews } from './import-reviews.service.ts';
import { ImportReviewsPayload, ReviewImportResult } from './import-reviews.type.ts';

@Resolver(() => ReviewImportResult)
export class ImportsResolver {
  @RequiresScope('reviews:write')
  @Mutation(() => ImportReviewsPayload, {
    description:
      'Up to 1,000 a call; each row stands alone; the same (source, externalId) again updates, or leaves unchanged.',
  })
  importReviews(
    @PlainInput(() => ImportReviewsInput) input: ImportReviewsInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ImportResult> {
    return importReviews(ctx, input);
  }

  @RequiresScope('locations:write')
  @Mutation(() => ImportLocationsPayload, {
    description:
      'Creates and updates locations by their external ids: up to 1,000 a call, and each row stands alone.',
  })
  importLocations(
    @PlainInput(() => ImportLocationsInput) input: ImportLocationsInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ImportResult> {
    return importLocations(ctx, input, (uow, ids, change) =>
      recountReviews(uow, ids, () => recountSurveys(uow, ids, change)),
    );
  }

  @FieldResolver(() => Review, {
    nullable: true,
    description: 'Null for a rejected row, and for one that a dry run would create.',
  })
  review(
    @Root() result: RowResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(reviewNoun, ctx, result.key, selectionOf(info));
  }
}
