import type { RequestClient, RequestOptions } from '../../core/src/request-client.ts';
import {
  listAwaitingResponse,
  type ListAwaitingResponseQueryVariables,
  type ReviewFieldsFragment,
  type Sentiment,
} from './generated/operations.ts';

/** In which order they are answered. */
const SENTIMENTS: readonly Sentiment[] = ['NEGATIVE', 'NEUTRAL', 'POSITIVE'];

export type AwaitingResponseFilter = Pick<
  ListAwaitingResponseQueryVariables,
  'locationIds' | 'groupIds'
> & {
  /** How many are asked for at once: 1 to 100. Default 50. */
  readonly pageSize?: number | undefined;
};

/**
 * Every review without a published response: the negative ones first, then the neutral and the
 * positive ones, each from the earliest. It asks for the next page when it is needed; reviews that are
 * answered meanwhile do not disturb it.
 */
export async function* eachAwaitingResponse(
  client: RequestClient,
  { pageSize = 50, ...filter }: AwaitingResponseFilter = {},
  options?: RequestOptions,
): AsyncGenerator<ReviewFieldsFragment, void, void> {
  for (const sentiment of SENTIMENTS) {
    let after: string | null = null;
    do {
      const variables = { ...filter, sentiments: [sentiment], first: pageSize, after };
      const { reviews } = await listAwaitingResponse(client, variables, options);
      yield* reviews.nodes;
      after = reviews.pageInfo.hasNextPage ? reviews.pageInfo.endCursor : null;
    } while (after !== null);
  }
}
