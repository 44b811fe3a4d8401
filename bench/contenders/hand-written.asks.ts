import type { InboxVariables } from '../questions/q4-inbox.ts';
import type { NestedListVariables } from '../questions/q2-nested-list.ts';
import type { StorefrontPageVariables } from '../questions/q1-storefront-page.ts';
import { canonical } from './canonical.ts';
import { type Ask, type Asks, dataOf, graphqlCall } from './contender.ts';

const STOREFRONT_PAGE = `query StorefrontPage($id: ID!) {
  location(id: $id) {
    id name phone timeZone
    address { street postalCode city country }
    reviewSummary { count averageRating responseRate distribution { rating count } }
    reviews(first: 10) {
      id source rating ratingScale sentiment title text language authoredAt
      author { name }
      responses { id body publishedAt }
    }
  }
}`;

const NESTED_LIST = `query NestedList($ids: [ID!]!) {
  locations(ids: $ids) {
    id name
    reviews(first: 5) { id rating text authoredAt author { name } responses { id body publishedAt } }
  }
}`;

const INBOX = `query Inbox($after: String) {
  inbox(first: 50, after: $after) {
    nodes {
      id source rating ratingScale title text language authoredAt responseDueAt
      author { name }
      location { id externalId name }
    }
    hasNextPage endCursor
  }
}`;

/** Lists have no connection around them here. */
const withNodes = ({ reviews, ...location }: { readonly reviews: readonly object[] }) => ({
  ...location,
  reviews: { nodes: reviews },
});

const storefrontPage: Ask<StorefrontPageVariables> = {
  steps: ({ locationId }) => [graphqlCall('storefront', STOREFRONT_PAGE, { id: locationId })],
  normalise: ([answer]) => {
    const { location } = dataOf<{ location: { reviews: readonly object[] } }>(answer);
    return canonical({ location: withNodes(location) });
  },
};

const nestedList: Ask<NestedListVariables> = {
  steps: ({ locationIds }) => [graphqlCall('storefront', NESTED_LIST, { ids: locationIds })],
  normalise: ([answer]) => {
    const { locations } = dataOf<{ locations: { reviews: readonly object[] }[] }>(answer);
    return canonical({ locations: { nodes: locations.map(withNodes) } });
  },
};

const inbox: Ask<InboxVariables> = {
  steps: ({ authoredAt, reviewId }) => [
    graphqlCall('secret', INBOX, { after: `${authoredAt} ${reviewId}` }),
  ],
  normalise: ([answer]) => {
    const { endCursor, ...page } = dataOf<{ inbox: { endCursor: string | null } }>(answer).inbox;
    return canonical({ ...page, hasEndCursor: endCursor !== null });
  },
};

/** How the contenders with the schema of `hand-written.schema.ts` are asked. */
export const HAND_WRITTEN_ASKS: Asks = { Q1: storefrontPage, Q2: nestedList, Q4: inbox };
