import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { Context } from './plain.context.ts';
import { withEmptyDays } from './metric-days.ts';
import {
  DayOfReviews,
  Location,
  Response,
  Review,
  ReviewAuthor,
  ReviewPage,
  ReviewSummary,
  ReviewTotal,
} from './plain.entities.ts';

/** Scores are summed up in whole units of 1/3600. */
const SCORE_UNITS = 3600;

@Resolver(() => Location)
export class LocationResolver {
  @Query(() => Location, { nullable: true })
  location(@Arg('id', () => ID) id: string, @Ctx() ctx: Context): Promise<Location | null> {
    const { organizationId } = ctx.caller;
    return ctx.em.findOne(Location, { organizationId, id });
  }

  @Query(() => [Location])
  locations(@Arg('ids', () => [ID]) ids: string[], @Ctx() ctx: Context): Promise<Location[]> {
    const { organizationId } = ctx.caller;
    const orderBy = { name: 'asc', id: 'asc' } as const;
    return ctx.em.find(Location, { organizationId, id: { $in: ids } }, { orderBy });
  }

  @FieldResolver(() => ReviewSummary)
  reviewSummary(@Root() location: Location, @Ctx() ctx: Context) {
    return ctx.summaries.load(location.id);
  }

  @FieldResolver(() => [Review])
  reviews(
    @Root() location: Location,
    @Arg('first', () => Int) first: number,
    @Ctx() ctx: Context,
  ): Promise<Review[]> {
    return ctx.newestReviews(first).load(location.id);
  }
}

@Resolver(() => DayOfReviews)
export class MetricResolver {
  @Query(() => [DayOfReviews])
  async dailyReviews(
    @Arg('locationId', () => ID) placeId: string,
    @Arg('from', () => String) from: string,
    @Arg('to', () => String) to: string,
    @Ctx() ctx: Context,
  ): Promise<DayOfReviews[]> {
    const { organizationId, publicOnly } = ctx.caller;
    if (publicOnly) throw new Error('Metrics are not for storefronts.');
    const found = await ctx.em.find(
      ReviewTotal,
      {
        organizationId,
        placeId,
        span: 'DAY',
        starts: { $gte: from, $lte: to },
        reviews: { $gt: 0 },
      },
      { orderBy: { starts: 'asc' } },
    );
    const days = found.map(({ starts, reviews, rated, scoreSum }) => ({
      day: starts,
      count: reviews,
      averageScore: rated === 0 ? null : scoreSum / SCORE_UNITS / rated,
    }));
    return withEmptyDays(days, { from, to });
  }
}

@Resolver(() => Review)
export class ReviewResolver {
  @Query(() => ReviewPage)
  async inbox(
    @Arg('first', () => Int) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() ctx: Context,
  ): Promise<ReviewPage> {
    const { organizationId, publicOnly } = ctx.caller;
    if (publicOnly) throw new Error('The inbox is not for storefronts.');
    const [authoredAt, id] = after?.split(' ') ?? [];
    const behind =
      authoredAt === undefined || id === undefined
        ? {}
        : {
            authoredAt: { $lte: new Date(authoredAt) },
            $or: [{ authoredAt: { $lt: new Date(authoredAt) } }, { id: { $lt: id } }],
          };
    const found = await ctx.em.find(
      Review,
      { organizationId, sentiment: 'NEGATIVE', firstResponseAt: null, ...behind },
      { orderBy: { authoredAt: 'desc', id: 'desc' }, limit: first + 1 },
    );
    const nodes = found.slice(0, first);
    const last = nodes.at(-1);
    return {
      nodes,
      hasNextPage: found.length > first,
      endCursor: last === undefined ? null : `${last.authoredAt.toISOString()} ${last.id}`,
    };
  }

  @FieldResolver(() => ReviewAuthor)
  author(@Root() review: Review): ReviewAuthor {
    return { name: review.authorName };
  }

  @FieldResolver(() => [Response])
  responses(@Root() review: Review, @Ctx() ctx: Context): Promise<Response[]> {
    return ctx.responses.load(review.id);
  }

  @FieldResolver(() => Location, { nullable: true })
  location(@Root() review: Review, @Ctx() ctx: Context): Promise<Location | null> | null {
    return review.location === null ? null : ctx.locations.load(review.location.id);
  }
}
