import type { MetricViewVariables } from '../questions/q3-metric-view.ts';
import type { InboxVariables } from '../questions/q4-inbox.ts';
import type { NestedListVariables } from '../questions/q2-nested-list.ts';
import type { ReplyVariables } from '../questions/q5-reply.ts';
import type { ImportVariables } from '../questions/q6-import.ts';
import type { StorefrontPageVariables } from '../questions/q1-storefront-page.ts';
import { canonical } from './canonical.ts';
import { type Ask, type Asks, dataOf, graphqlCall } from './contender.ts';
import { comparable, type DayOfReviews } from './metric-days.ts';

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

const METRIC_VIEW = `query MetricView($locationId: ID!, $from: String!, $to: String!) {
  dailyReviews(locationId: $locationId, from: $from, to: $to) { day count averageScore }
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

const metricView: Ask<MetricViewVariables> = {
  steps: (variables) => [graphqlCall('secret', METRIC_VIEW, variables)],
  normalise: ([answer]) =>
    comparable(dataOf<{ dailyReviews: DayOfReviews[] }>(answer).dailyReviews),
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

const DRAFT = `mutation Draft($reviewId: ID!, $body: String!) {
  draftResponse(reviewId: $reviewId, body: $body) { id status body }
}`;

const PUBLISH = `mutation Publish($id: ID!) {
  publishResponse(id: $id) { id status publishedAt }
}`;

const IMPORT = `mutation Import($reviews: [ReviewInput!]!) {
  importReviews(reviews: $reviews)
}`;

interface Drafted {
  readonly draftResponse: { readonly id: string; readonly status: string; readonly body: string };
}

interface Published {
  readonly publishResponse: { readonly status: string; readonly publishedAt: string | null };
}

const reply: Ask<ReplyVariables> = {
  steps: (variables) => [
    graphqlCall('secret', DRAFT, variables),
    (drafted) => graphqlCall('secret', PUBLISH, { id: dataOf<Drafted>(drafted).draftResponse.id }),
  ],
  normalise: ([drafted, published]) => {
    const { status, body } = dataOf<Drafted>(drafted).draftResponse;
    const response = dataOf<Published>(published).publishResponse;
    const isPublished = response.publishedAt !== null;
    return { drafted: { status, body }, published: { status: response.status, isPublished } };
  },
};

const importReviews: Ask<ImportVariables> = {
  steps: (variables) => [graphqlCall('secret', IMPORT, variables)],
  normalise: ([answer]) => ({ created: dataOf<{ importReviews: number }>(answer).importReviews }),
};

/** How the contenders with the schema of `hand-written.schema.ts` are asked. */
export const HAND_WRITTEN_ASKS: Asks = {
  Q1: storefrontPage,
  Q2: nestedList,
  Q3: metricView,
  Q4: inbox,
  Q5: reply,
  Q6: importReviews,
};
