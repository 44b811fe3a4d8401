import { hash } from 'node:crypto';
import { join } from 'node:path';
import type { Dataset } from '../dataset/dataset.ts';
import { PROJECT } from '../process.ts';
import type { MetricViewVariables } from '../questions/q3-metric-view.ts';
import type { OverviewVariables, RankingVariables } from '../questions/metric-growth.ts';
import type { InboxVariables } from '../questions/q4-inbox.ts';
import type { NestedListVariables } from '../questions/q2-nested-list.ts';
import type { StorefrontPageVariables } from '../questions/q1-storefront-page.ts';
import { SDK_ASKS } from '../questions/sdk/sdk.ts';
import {
  INBOX,
  METRIC_VIEW,
  NESTED_LIST,
  OVERVIEW,
  RANKING,
  STOREFRONT_PAGE,
} from './antiphon.documents.ts';
import { importReviews, reply } from './antiphon.writes.ts';
import { canonical } from './canonical.ts';
import { type Ask, type Contender, dataOf, graphqlCall, POOL_SIZE } from './contender.ts';
import { comparable } from './metric-days.ts';
import { toTypeId } from './type-id.ts';

/** A cursor is opaque: the one of a review is had by asking for the page that begins with it. */
const CURSOR = `query Cursor($before: DateTime!) {
  reviews(first: 1, orderBy: NEWEST, filter: { sentiments: [NEGATIVE], awaitingResponse: true, authoredBefore: $before }) {
    edges { cursor }
  }
}`;

const storefrontPage: Ask<StorefrontPageVariables> = {
  steps: ({ locationId }) => [
    graphqlCall('storefront', STOREFRONT_PAGE, { id: toTypeId('loc', locationId) }),
  ],
  normalise: ([answer]) => canonical(dataOf(answer)),
};

const nestedList: Ask<NestedListVariables> = {
  steps: ({ locationIds }) => [
    graphqlCall('storefront', NESTED_LIST, { ids: locationIds.map((id) => toTypeId('loc', id)) }),
  ],
  normalise: ([answer]) => canonical(dataOf(answer)),
};

interface Metrics {
  readonly metrics: {
    readonly rows: readonly {
      readonly bucket: string;
      readonly values: readonly [{ readonly value: number }, { readonly value: number | null }];
    }[];
  };
}

const metricView: Ask<MetricViewVariables> = {
  steps: ({ locationId, from, to }) => [
    graphqlCall('secret', METRIC_VIEW, { locationIds: [toTypeId('loc', locationId)], from, to }),
  ],
  normalise: ([answer]) => {
    const { rows } = dataOf<Metrics>(answer).metrics;
    return comparable(
      rows.map(({ bucket, values: [{ value: count }, { value: averageScore }] }) => ({
        day: bucket,
        count,
        averageScore,
      })),
    );
  },
};

const ranking: Ask<RankingVariables> = {
  steps: ({ locationIds, from, to }) => [
    graphqlCall('secret', RANKING, {
      locationIds: locationIds.map((id) => toTypeId('loc', id)),
      from,
      to,
    }),
  ],
  normalise: ([answer]) => canonical(dataOf(answer)),
};

const overview: Ask<OverviewVariables> = {
  steps: (range) => [graphqlCall('secret', OVERVIEW, range)],
  normalise: ([answer]) => canonical(dataOf(answer)),
};

interface Page {
  readonly reviews: { readonly edges: readonly { readonly cursor: string }[] };
}

interface Inbox {
  readonly reviews: {
    readonly nodes: readonly object[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const inbox: Ask<InboxVariables> = {
  async steps({ authoredAt }, post) {
    const before = new Date(Date.parse(authoredAt) + 1).toISOString();
    const { reviews } = dataOf<Page>(await post(graphqlCall('secret', CURSOR, { before })));
    return [graphqlCall('secret', INBOX, { after: reviews.edges[0]?.cursor })];
  },
  normalise([answer]) {
    const { nodes, pageInfo } = dataOf<Inbox>(answer).reviews;
    const { hasNextPage, endCursor } = pageInfo;
    return canonical({ nodes, hasNextPage, hasEndCursor: endCursor !== null });
  },
};

/**
 * Started as a user starts it. Limits that are there against abuse are out of the way, and so are
 * answers from memory, which would be compared with answers from the database.
 */
export function antiphonEnvironment({ url }: Dataset): Record<string, string> {
  return {
    DATABASE_URL: url,
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    ANTIPHON_POOL_SIZE: String(POOL_SIZE),
    ANTIPHON_RATE_LIMIT_COST: '2000000000',
    ANTIPHON_RESPONDENT_RATE_LIMIT: '2000000000',
    ANTIPHON_ANSWER_CACHE_BYTES: '0',
  };
}

export const antiphon: Contender = {
  name: 'antiphon',
  title: 'Antiphon',
  program: [join(PROJECT, 'bin/antiphon.mjs'), 'serve', '--json'],
  environment: antiphonEnvironment,
  asks: () => ({
    Q1: storefrontPage,
    Q2: nestedList,
    Q3: metricView,
    Q4: inbox,
    ranking,
    overview,
    Q5: reply,
    Q6: importReviews,
    rollups: importReviews,
    ...SDK_ASKS,
  }),
};

/** As it is by default: hot public answers come from memory. Nobody else has that here. */
export const antiphonCached: Contender = {
  name: 'antiphon-cached',
  title: 'Antiphon, with its answers from memory',
  program: antiphon.program,
  environment: cachedEnvironment,
  isFromMemory: true,
  asks: () => ({ Q1: storefrontPage, Q2: nestedList }),
};

export function cachedEnvironment(dataset: Dataset): Record<string, string> {
  const { ANTIPHON_ANSWER_CACHE_BYTES: _, ...environment } = antiphonEnvironment(dataset);
  return environment;
}

/** The page by a GET with the hash of the document, which the server has been told before. */
const pageByHash = (isConditional: boolean): Ask<StorefrontPageVariables> => ({
  async steps({ locationId }, post) {
    const variables = { id: toTypeId('loc', locationId) };
    const sha256Hash = hash('sha256', STOREFRONT_PAGE, 'hex');
    const persistedQuery = { version: 1, sha256Hash };
    const body = { query: STOREFRONT_PAGE, variables, extensions: { persistedQuery } };
    await post({ path: '/graphql', key: 'storefront', body: JSON.stringify(body) });
    const query = new URLSearchParams({
      documentId: `sha256:${sha256Hash}`,
      variables: JSON.stringify(variables),
    });
    return [{ path: `/graphql?${query}`, key: 'storefront', body: null, isConditional }];
  },
  normalise: storefrontPage.normalise,
});

export const antiphonGet: Contender = {
  ...antiphonCached,
  name: 'antiphon-get',
  title: 'Antiphon, asked by GET and hash, with its answers from memory',
  asks: () => ({ Q1: pageByHash(false) }),
};

export const antiphonNotModified: Contender = {
  ...antiphonCached,
  name: 'antiphon-304',
  title: 'the same by those who have the answer, and ask whether it still holds',
  asks: () => ({ Q1: pageByHash(true) }),
};
