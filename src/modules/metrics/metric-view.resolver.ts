import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Extensions,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { readPage } from '../../db/read/page.ts';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import { oneOf } from '../../graphql/arguments.ts';
import { type Connection, PageArgs, readConnection } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { decodeId, encodeId } from '../../graphql/ids.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readOne, readRelated } from '../../graphql/single.ts';
import type { MetricResultData } from './metric-result.ts';
import { MetricResult } from './metric-result.type.ts';
import { readMetrics } from './metric.reads.ts';
import {
  CreateMetricViewInput,
  DeleteMetricViewInput,
  UpdateMetricViewInput,
} from './metric-view.input.ts';
import {
  metricViewNoun,
  OLDEST_VIEWS,
  readGoals,
  readViewQuestions,
  type ViewQuestion,
  withKey,
} from './metric-view.reads.ts';
import {
  createMetricView,
  deleteMetricView,
  updateMetricView,
  type ViewResult,
} from './metric-view.service.ts';
import {
  DeleteMetricViewPayload,
  MetricGoal,
  MetricView,
  MetricViewConnection,
  MetricViewPayload,
} from './metric-view.type.ts';

/** As a question of a hundred cells costs: what a view asks is not known before it is read. */
const RESULT_COST = { multiplier: 100 };

@Resolver(() => MetricView)
export class MetricViewResolver {
  @RequiresScope('metrics:read')
  @Query(() => MetricView, { nullable: true, description: 'By its id or by its key: give one.' })
  async metricView(
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('key', () => String, { nullable: true }) key: string | null | undefined,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    const by = oneOf({ id, key });
    const selection = selectionOf(info);
    if (by.name === 'id') {
      return readOne(metricViewNoun, ctx, decodeId('MetricView', by.value), selection);
    }
    const { rows } = await readPage(metricViewNoun, ctx.reader, {
      fields: selection.fields('MetricView'),
      order: OLDEST_VIEWS,
      page: { limit: 1, backward: false, beyond: null },
      where: withKey(by.value),
    });
    return rows[0]?.node ?? null;
  }

  @RequiresScope('metrics:read')
  @Query(() => MetricViewConnection, {
    description: 'The views of the organization, the oldest first; the first four came with it.',
  })
  metricViews(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const selection = selectionOf(info);
    return readConnection(metricViewNoun, ctx, { args, order: OLDEST_VIEWS, selection });
  }

  @FieldResolver(() => String, {
    description: 'How programs name it: lower case letters, digits and hyphens.',
  })
  key(@Root() view: Shaped): string {
    return view['viewKey'] as string;
  }

  @Extensions({ cost: RESULT_COST })
  @FieldResolver(() => MetricResult, { description: 'What it asks, answered now.' })
  async result(@Root() view: Shaped, @Ctx() ctx: GraphQLContext): Promise<MetricResultData> {
    return readMetrics(ctx.reader, (await questionOf(ctx, view)).query);
  }

  @Extensions({ cost: RESULT_COST })
  @FieldResolver(() => [MetricGoal], {
    description: 'What it is judged by, over its whole range, and whether that is met now.',
  })
  async goals(@Root() view: Shaped, @Ctx() ctx: GraphQLContext): Promise<readonly MetricGoal[]> {
    return readGoals(ctx.reader, await questionOf(ctx, view));
  }

  @RequiresScope('metrics:write')
  @Mutation(() => MetricViewPayload, { description: 'Saves a question.' })
  createMetricView(
    @Arg('input', () => CreateMetricViewInput) input: CreateMetricViewInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ViewResult> {
    return createMetricView(ctx, input);
  }

  @RequiresScope('metrics:write')
  @Mutation(() => MetricViewPayload, {
    description: 'Changes a saved question; whoever follows it gets what the new one asks.',
  })
  updateMetricView(
    @Arg('input', () => UpdateMetricViewInput) input: UpdateMetricViewInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ViewResult> {
    return updateMetricView(ctx, input);
  }

  @RequiresScope('metrics:write')
  @Mutation(() => DeleteMetricViewPayload, {
    description: 'Deletes a saved question, and ends the subscriptions to it.',
  })
  deleteMetricView(
    @Arg('input', () => DeleteMetricViewInput) input: DeleteMetricViewInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ViewResult> {
    return deleteMetricView(ctx, input);
  }
}

/** One statement for both fields of a view, and for all views of a list. */
async function questionOf(ctx: GraphQLContext, view: Shaped): Promise<ViewQuestion> {
  const question = await ctx.loaders.load<ViewQuestion | null>(
    'MetricView question',
    view.key,
    async (keys) => {
      const questions = await readViewQuestions(ctx.reader, keys);
      return new Map(questions.map((question) => [question.id, question]));
    },
    null,
  );
  if (question === null) throw new Error('A metric view was deleted while it was asked');
  return question;
}

@Resolver(() => MetricViewPayload)
export class MetricViewPayloadResolver {
  @RequiresScope('metrics:read')
  @FieldResolver(() => MetricView, {
    nullable: true,
    description: 'As it is now; null where it was refused.',
  })
  metricView(
    @Root() result: ViewResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(metricViewNoun, ctx, result.key, selectionOf(info));
  }
}

@Resolver(() => DeleteMetricViewPayload)
export class DeleteMetricViewPayloadResolver {
  @FieldResolver(() => ID, { nullable: true, description: 'Null where the call was refused.' })
  deletedId(@Root() { key }: ViewResult): string | null {
    return key === null ? null : encodeId('MetricView', key);
  }
}
