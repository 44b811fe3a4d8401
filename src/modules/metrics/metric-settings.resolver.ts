import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver } from 'type-graphql';
import { RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { type MetricSettings as MetricSettingsData, metricSettings } from './metric-settings.ts';
import { type SettingsResult, updateMetricSettings } from './metric-settings.service.ts';
import {
  MetricSettings,
  UpdateMetricSettingsInput,
  UpdateMetricSettingsPayload,
} from './metric-settings.type.ts';

@Resolver()
export class MetricSettingsResolver {
  @RequiresScope('metrics:read')
  @Query(() => MetricSettings, {
    description: 'What the organization aims at, and how its reputation score is weighed.',
  })
  metricSettings(@Ctx() ctx: GraphQLContext): Promise<MetricSettingsData> {
    return metricSettings(ctx.reader);
  }

  @RequiresScope('metrics:write')
  @Mutation(() => UpdateMetricSettingsPayload, {
    description:
      'Changes the goals of the response policy and the weights of the reputation score.',
  })
  updateMetricSettings(
    @Arg('input', () => UpdateMetricSettingsInput) input: UpdateMetricSettingsInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<SettingsResult> {
    return updateMetricSettings(ctx, input);
  }
}

@Resolver(() => UpdateMetricSettingsPayload)
export class UpdateMetricSettingsPayloadResolver {
  @RequiresScope('metrics:read')
  @FieldResolver(() => MetricSettings, { description: 'As they are now.' })
  metricSettings(@Ctx() ctx: GraphQLContext): Promise<MetricSettingsData> {
    return metricSettings(ctx.reader);
  }
}
