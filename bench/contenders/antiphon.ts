import { join } from 'node:path';
import type { Dataset } from '../dataset/dataset.ts';
import { PROJECT } from '../process.ts';
import type { InboxVariables } from '../questions/q4-inbox.ts';
import type { NestedListVariables } from '../questions/q2-nested-list.ts';
import type { StorefrontPageVariables } from '../questions/q1-storefront-page.ts';
import { SDK_ASKS } from '../questions/sdk/sdk.ts';
import { importReviews, reply } from './antiphon.writes.ts';
import { canonical } from './canonical.ts';
import { type Ask, type Contender, dataOf, graphqlCall, POOL_SIZE } from './contender.ts';
import { toTypeId } from './type-id.ts';

const STOREFRONT_PAGE = `query StorefrontPage($id: ID!) {
  location(id: $id) {
    id name phone timeZone
    address { street postalCode city country }
    reviewSummary { count averageRating responseRate distribution { rating count } }
    reviews(first: 10) {
      nodes {
        id source rating ratingScale sentiment title text language authoredAt
        author { name }
        responses { id body publishedAt }
      }
    }
  }
}`;

const NESTED_LIST = `query NestedList($ids: [ID!]!) {
  locations(first: 20, filter: { ids: $ids }) {
    nodes {
      id name
      reviews(first: 5) {
        nodes { id rating text authoredAt author { name } responses { id body publishedAt } }
      }
    }
  }
}`;

const INBOX = `query Inbox($after: String) {
  reviews(first: 50, after: $after, orderBy: NEWEST, filter: { sentiments: [NEGATIVE], awaitingResponse: true }) {
    nodes {
      id source rating ratingScale title text language authoredAt responseDueAt
      author { name }
      location { id externalId name }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

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
    Q4: inbox,
    Q5: reply,
    Q6: importReviews,
    ...SDK_ASKS,
  }),
};

/** As it is by default: hot public answers come from memory. Nobody else has that here. */
export const antiphonCached: Contender = {
  name: 'antiphon-cached',
  title: 'Antiphon, with its answers from memory',
  program: antiphon.program,
  environment: (dataset) => {
    const { ANTIPHON_ANSWER_CACHE_BYTES: _, ...environment } = antiphonEnvironment(dataset);
    return environment;
  },
  asks: () => ({ Q1: storefrontPage, Q2: nestedList }),
};
