import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { type Shaped, withId } from '../../db/read/noun.ts';
import { RequiresScope, Storefront } from '../../graphql/access.ts';
import {
  type Connection,
  PageArgs,
  readConnection,
  readConnectionOf,
} from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { decodeId } from '../../graphql/ids.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readOne, readRelated } from '../../graphql/single.ts';
import { Location, locationNoun } from '../locations/index.ts';
import { Product, productNoun } from '../products/index.ts';
import { ReviewFilter, ReviewOrder } from './review.input.ts';
import {
  listQuery,
  type Maybe,
  ReviewConnection,
  reviewList,
  type ReviewListArgs,
} from './review-list.ts';
import { earlierVersions, PLANNED_VERSIONS, reviewNoun } from './review.reads.ts';
import { PLANNED_SUMMARY, reviewSummaryOf, type Summary } from './review-summary.ts';
import { ReviewSummary } from './review-summary.type.ts';
import { Review, ReviewVersion } from './review.type.ts';

@Resolver(() => Review)
export class ReviewResolver {
  @Storefront()
  @RequiresScope('reviews:read')
  @Planned<{ id: string }>({
    kind: 'one',
    noun: reviewNoun,
    by: ({ id }) => withId(reviewNoun, decodeId('Review', id)),
  })
  @Query(() => Review, { nullable: true, description: 'One review; null where there is none.' })
  async review(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readOne(reviewNoun, ctx, decodeId('Review', id), selectionOf(info));
  }

  @Storefront()
  @RequiresScope('reviews:read')
  @Planned<ReviewListArgs>({ kind: 'connection', noun: reviewNoun, list: reviewList })
  @Query(() => ReviewConnection, { description: 'The reviews of the organization.' })
  reviews(
    @Arg('filter', () => ReviewFilter, { nullable: true }) filter: Maybe<ReviewFilter>,
    @Arg('orderBy', () => ReviewOrder, { nullable: true }) orderBy: Maybe<ReviewOrder>,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    return readConnection(reviewNoun, ctx, listQuery(args, filter, orderBy, info));
  }

  @Storefront()
  @RequiresScope('locations:read')
  @Planned({ kind: 'relation', noun: locationNoun, column: 'location_id' })
  @FieldResolver(() => Location, { nullable: true })
  location(
    @Root() review: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(locationNoun, ctx, review['locationKey'], selectionOf(info));
  }

  @Storefront()
  @RequiresScope('products:read')
  @Planned({ kind: 'relation', noun: productNoun, column: 'product_id' })
  @FieldResolver(() => Product, { nullable: true })
  product(
    @Root() review: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(productNoun, ctx, review['productKey'], selectionOf(info));
  }

  @Planned(PLANNED_VERSIONS)
  @FieldResolver(() => [ReviewVersion], {
    description: 'What it said before it was edited, the latest first, at most 100.',
  })
  earlierVersions(@Root() review: Shaped, @Ctx() ctx: GraphQLContext): Promise<object[]> {
    return earlierVersions(ctx, review.key);
  }
}

/** What a location shows of its reviews. */
@Resolver(() => Location)
export class LocationReviewsResolver {
  @Storefront()
  @RequiresScope('reviews:read')
  @Planned(PLANNED_SUMMARY)
  @FieldResolver(() => ReviewSummary, { description: 'Over the public reviews of this location.' })
  reviewSummary(@Root() location: Shaped, @Ctx() ctx: GraphQLContext): Promise<Summary> {
    return reviewSummaryOf(ctx, location.key);
  }

  @Storefront()
  @RequiresScope('reviews:read')
  @Planned<ReviewListArgs>({
    kind: 'connection',
    noun: reviewNoun,
    parentColumn: 'location_id',
    list: reviewList,
  })
  @FieldResolver(() => ReviewConnection, { description: 'The reviews of this location.' })
  reviews(
    @Root() location: Shaped,
    @Arg('filter', () => ReviewFilter, { nullable: true }) filter: Maybe<ReviewFilter>,
    @Arg('orderBy', () => ReviewOrder, { nullable: true }) orderBy: Maybe<ReviewOrder>,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const parent = { column: 'location_id', key: location.key };
    return readConnectionOf(reviewNoun, ctx, parent, listQuery(args, filter, orderBy, info));
  }
}

/** What a product shows of its reviews. */
@Resolver(() => Product)
export class ProductReviewsResolver {
  @Storefront()
  @RequiresScope('reviews:read')
  @Planned<ReviewListArgs>({
    kind: 'connection',
    noun: reviewNoun,
    parentColumn: 'product_id',
    list: reviewList,
  })
  @FieldResolver(() => ReviewConnection, { description: 'The reviews of this product.' })
  reviews(
    @Root() product: Shaped,
    @Arg('filter', () => ReviewFilter, { nullable: true }) filter: Maybe<ReviewFilter>,
    @Arg('orderBy', () => ReviewOrder, { nullable: true }) orderBy: Maybe<ReviewOrder>,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const parent = { column: 'product_id', key: product.key };
    return readConnectionOf(reviewNoun, ctx, parent, listQuery(args, filter, orderBy, info));
  }
}
