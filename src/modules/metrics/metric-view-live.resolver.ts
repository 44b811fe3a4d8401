import { Arg, Extensions, ID, Resolver, Root, Subscription } from 'type-graphql';
import { RequiresScope } from '../../graphql/access.ts';
import { executedByHub } from '../../graphql/schema.ts';
import type { MetricResultData } from './metric-result.ts';
import { MetricResult } from './metric-result.type.ts';
import { followView } from './metric-view-live.ts';

@Resolver()
export class MetricViewLiveResolver {
  @RequiresScope('metrics:read')
  @Extensions({ live: followView })
  @Subscription(() => MetricResult, {
    subscribe: executedByHub,
    description:
      'The result of a view: as it is now, and then each time that it has changed, at most once a second. Who comes back gets it as it is then: there is nothing to resume.',
  })
  metricViewUpdated(
    @Root() result: MetricResultData,
    @Arg('id', () => ID) _id: string,
  ): MetricResultData {
    return result;
  }
}
