import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Extensions,
  FieldResolver,
  Info,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import { type Connection, PageArgs, readConnection } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { Location } from '../locations/index.ts';
import { readReviews, ReviewConnection } from '../reviews/index.ts';
import { SurveyResponseConnection, surveyResponseNoun } from '../survey-responses/index.ts';
import { MetricPart, reviewsBehind } from './drill-down.ts';
import { type Measure, subjectOf } from './measure.ts';
import { MeasureType } from './measure.type.ts';
import { type MeasureName, MEASURES } from './measures.ts';
import { METRIC_COST, REVIEWS_COST } from './metric-cost.ts';
import { MetricQuery } from './metric-query.input.ts';
import type { MetricResultData, MetricValueData } from './metric-result.ts';
import { readMetrics, readMetricsOfLocations } from './metric.reads.ts';
import { MetricResult, MetricValue } from './metric-result.type.ts';
import { responsesBehind } from './survey-drill-down.ts';

interface MetricArgs {
  readonly query: MetricQuery;
}

const CATALOGUE = (MEASURES as readonly Measure<MeasureName>[]).map((measure) => ({
  ...measure,
  subject: subjectOf(measure),
}));

/** Of values whose reviews or responses one request reads, by a statement each: an answer may have thousands of values. */
const MAX_READINGS = 500;
const readings = new WeakMap<GraphQLContext, number>();

function countReading(ctx: GraphQLContext): void {
  const count = (readings.get(ctx) ?? 0) + 1;
  readings.set(ctx, count);
  if (count <= MAX_READINGS) return;
  throw new GraphQLError(
    `One request reads the reviews or responses behind at most ${MAX_READINGS} values. Ask for them with fewer rows, or reviews by \`reviewFilter\`.`,
    { extensions: { code: 'BAD_USER_INPUT', allowed: [MAX_READINGS] } },
  );
}

@Resolver(() => MetricValue)
export class MetricResolver {
  @RequiresScope('metrics:read')
  @Planned({ kind: 'data', read: async () => CATALOGUE })
  @Query(() => [MeasureType], { description: 'All measures that `metrics` can be asked for.' })
  measures(): typeof CATALOGUE {
    return CATALOGUE;
  }

  @RequiresScope('metrics:read')
  @Extensions({ cost: METRIC_COST })
  @Planned<MetricArgs>({ kind: 'data', read: ({ query }, reader) => readMetrics(reader, query) })
  @Query(() => MetricResult, {
    description:
      'Measures by dimensions and time, exact at `feedPosition`. Days are local days where the location of a review is.',
  })
  metrics(
    @Arg('query', () => MetricQuery) query: MetricQuery,
    @Ctx() ctx: GraphQLContext,
  ): Promise<MetricResultData> {
    return readMetrics(ctx.reader, query);
  }

  @RequiresScope('reviews:read')
  @Extensions({ cost: REVIEWS_COST })
  @FieldResolver(() => ReviewConnection, {
    nullable: true,
    description:
      'The reviews behind the value, the newest first: `totalCount` is `n`, or the numerator of a share. Null for what is not over reviews.',
  })
  reviews(
    @Root() value: MetricValueData,
    @Arg('of', () => MetricPart, { defaultValue: 'ALL' }) of: MetricPart,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped> | null> {
    const filter = reviewsBehind(value, of);
    if (filter === null) return Promise.resolve(null);
    countReading(ctx);
    return readReviews(ctx, filter, args, info, value.row.context.asOf);
  }

  @RequiresScope('surveys:read')
  @Extensions({ cost: REVIEWS_COST })
  @FieldResolver(() => SurveyResponseConnection, {
    nullable: true,
    description:
      'The survey responses behind the value, the latest first: `totalCount` is `n`, or the numerator of a share. Null for what is not over responses.',
  })
  surveyResponses(
    @Root() value: MetricValueData,
    @Arg('of', () => MetricPart, { defaultValue: 'ALL' }) of: MetricPart,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped> | null> {
    const list = responsesBehind(value, of);
    if (list === null) return Promise.resolve(null);
    countReading(ctx);
    return readConnection(surveyResponseNoun, ctx, { ...list, args, selection: selectionOf(info) });
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The reviews behind the value as a ReviewFilter in JSON, to ask `reviews` with. Null for what is not over reviews.',
  })
  reviewFilter(
    @Root() value: MetricValueData,
    @Arg('of', () => MetricPart, { defaultValue: 'ALL' }) of: MetricPart,
  ): string | null {
    const filter = reviewsBehind(value, of);
    return filter && JSON.stringify(filter);
  }
}

@Resolver(() => Location)
export class LocationMetricsResolver {
  @RequiresScope('metrics:read')
  @Extensions({ cost: METRIC_COST })
  @FieldResolver(() => MetricResult, { description: 'The same over the reviews of this location.' })
  metrics(
    @Root() location: Shaped,
    @Arg('query', () => MetricQuery) query: MetricQuery,
    @Ctx() ctx: GraphQLContext,
  ): Promise<MetricResultData> {
    return ctx.loaders.load<MetricResultData | null>(
      `metrics by location: ${JSON.stringify(query)}`,
      location.key,
      (keys) => readMetricsOfLocations(ctx.reader, query, keys),
      null,
    ) as Promise<MetricResultData>;
  }
}
