import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { createMetricExport, type ExportResult } from './metric-export.service.ts';
import { CreateMetricExportInput, CreateMetricExportPayload } from './metric-export.type.ts';

@Resolver()
export class MetricExportResolver {
  @RequiresScope('metrics:read')
  @Mutation(() => CreateMetricExportPayload, {
    description:
      'Makes a link to a file of numbers, or of the reviews behind them, which is written while it is fetched. It is good for 15 minutes.',
  })
  createMetricExport(
    @Arg('input', () => CreateMetricExportInput) input: CreateMetricExportInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ExportResult> {
    return createMetricExport(ctx, input);
  }
}
