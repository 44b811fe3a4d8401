import { join } from 'node:path';
import type { MetricViewVariables } from '../questions/q3-metric-view.ts';
import type { InboxVariables } from '../questions/q4-inbox.ts';
import type { NestedListVariables } from '../questions/q2-nested-list.ts';
import type { StorefrontPageVariables } from '../questions/q1-storefront-page.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { canonical } from './canonical.ts';
import { type Ask, type Contender, dataOf, graphqlCall, type Post } from './contender.ts';
import { comparable, withEmptyDays } from './metric-days.ts';
import { summarize } from './summary.ts';
import { versionOf } from './versions.ts';

const RESPONSES = `responsesByOrganizationIdAndReviewId(
  condition: { status: "PUBLISHED" }, orderBy: [CREATED_AT_ASC, ROW_ID_ASC], first: 100
) { nodes { rowId body publishedAt } }`;

/** The tenant is an argument: there is nothing like an API key until it is built. */
const STOREFRONT_PAGE = `query StorefrontPage($organizationId: UUID!, $id: UUID!) {
  locationByOrganizationIdAndRowId(organizationId: $organizationId, rowId: $id) {
    rowId name phone timeZone address
    reviewRollupsByOrganizationIdAndLocationId {
      nodes {
        ratingScale reviewCount ratingSum respondedCount
        stars1 stars2 stars3 stars4 stars5
      }
    }
    reviewsByOrganizationIdAndLocationId(
      first: 10, orderBy: [AUTHORED_AT_DESC, ROW_ID_DESC], condition: { isPublic: true }
    ) {
      nodes {
        rowId source rating ratingScale sentiment title text language authoredAt authorName
        ${RESPONSES}
      }
    }
  }
}`;

const NESTED_LIST = `query NestedList($organizationId: UUID!, $ids: [UUID!]!) {
  allLocations(first: 20, orderBy: [NAME_ASC, ROW_ID_ASC], condition: { organizationId: $organizationId, idIn: $ids }) {
    nodes {
      rowId name
      reviewsByOrganizationIdAndLocationId(
        first: 5, orderBy: [AUTHORED_AT_DESC, ROW_ID_DESC], condition: { isPublic: true }
      ) {
        nodes { rowId rating text authoredAt authorName ${RESPONSES} }
      }
    }
  }
}`;

const METRIC_VIEW = `query MetricView($organizationId: UUID!, $id: UUID!, $from: Date!, $to: Date!) {
  allReviewTotals(
    condition: { organizationId: $organizationId, placeId: $id, span: "DAY", startsFrom: $from, startsTo: $to }
    orderBy: STARTS_ASC
  ) { nodes { starts reviews rated scoreSum } }
}`;

const WAITING = 'organizationId: $organizationId, sentiment: "NEGATIVE", firstResponseAt: null';

const INBOX = `query Inbox($organizationId: UUID!, $after: Cursor) {
  allReviews(first: 50, after: $after, orderBy: [AUTHORED_AT_DESC, ROW_ID_DESC], condition: { ${WAITING} }) {
    nodes {
      rowId source rating ratingScale title text language authoredAt responseDueAt authorName
      locationByOrganizationIdAndLocationId { rowId externalId name }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

const CURSOR = `query Cursor($organizationId: UUID!, $before: Datetime!) {
  allReviews(first: 1, orderBy: [AUTHORED_AT_DESC, ROW_ID_DESC], condition: { ${WAITING}, authoredBefore: $before }) {
    pageInfo { endCursor }
  }
}`;

interface Row {
  readonly rowId: string;
  readonly rating: string | null;
  readonly authorName: string | null;
  readonly responsesByOrganizationIdAndReviewId: { readonly nodes: readonly Row[] };
  readonly locationByOrganizationIdAndLocationId: Row | null;
}

const identified = ({ rowId, ...row }: Row) => ({ id: rowId, ...row });

/** A review as the others show it. */
function reviewOf(row: Row): object {
  const {
    rating,
    authorName,
    responsesByOrganizationIdAndReviewId: responses,
    locationByOrganizationIdAndLocationId: location,
    ...review
  } = identified(row);
  return {
    ...review,
    rating: rating === null ? null : Number(rating),
    author: { name: authorName },
    ...(responses && { responses: responses.nodes.map(identified) }),
    ...(location !== undefined && { location: location && identified(location) }),
  };
}

interface LocationRow extends Row {
  readonly reviewRollupsByOrganizationIdAndLocationId: {
    readonly nodes: readonly Record<string, string>[];
  };
  readonly reviewsByOrganizationIdAndLocationId: { readonly nodes: readonly Row[] };
}

function rollupOf(row: Record<string, string>) {
  return {
    ratingScale: row['ratingScale'] as string,
    reviewCount: Number(row['reviewCount']),
    ratingSum: Number(row['ratingSum']),
    respondedCount: Number(row['respondedCount']),
    stars: [1, 2, 3, 4, 5].map((star) => Number(row[`stars${star}`])),
  };
}

function locationOf(row: LocationRow): object {
  const {
    reviewRollupsByOrganizationIdAndLocationId: rollups,
    reviewsByOrganizationIdAndLocationId: reviews,
    ...location
  } = row;
  return {
    ...identified(location as Row),
    // It has no sum over the rollups of a location: here they are added up outside of the measurement.
    ...(rollups && { reviewSummary: summarize(rollups.nodes.map(rollupOf)) }),
    reviews: { nodes: reviews.nodes.map(reviewOf) },
  };
}

function storefrontPage({ organizationId }: Dataset): Ask<StorefrontPageVariables> {
  return {
    steps: ({ locationId }) => [
      graphqlCall('storefront', STOREFRONT_PAGE, { organizationId, id: locationId }),
    ],
    normalise: ([answer]) => {
      const { locationByOrganizationIdAndRowId: row } = dataOf<{
        locationByOrganizationIdAndRowId: LocationRow;
      }>(answer);
      return canonical({ location: locationOf(row) });
    },
  };
}

function nestedList({ organizationId }: Dataset): Ask<NestedListVariables> {
  return {
    steps: ({ locationIds }) => [
      graphqlCall('storefront', NESTED_LIST, { organizationId, ids: locationIds }),
    ],
    normalise: ([answer]) => {
      const { allLocations } = dataOf<{ allLocations: { nodes: readonly LocationRow[] } }>(answer);
      return canonical({ locations: { nodes: allLocations.nodes.map(locationOf) } });
    },
  };
}

interface Totals {
  readonly allReviewTotals: {
    readonly nodes: readonly {
      readonly starts: string;
      readonly reviews: number;
      readonly rated: number;
      readonly scoreSum: string;
    }[];
  };
}

/** Empty days are filled in, and sums divided, outside of the measurement. */
function metricView({ organizationId }: Dataset): Ask<MetricViewVariables> {
  return {
    steps: ({ locationId, from, to }) => [
      graphqlCall('secret', METRIC_VIEW, { organizationId, id: locationId, from, to }),
    ],
    normalise: ([answer], { from, to }) => {
      const rows = dataOf<Totals>(answer).allReviewTotals.nodes.filter(
        ({ reviews }) => reviews > 0,
      );
      const days = rows.map(({ starts, reviews, rated, scoreSum }) => ({
        day: starts,
        count: reviews,
        averageScore: rated === 0 ? null : Number(scoreSum) / 3600 / rated,
      }));
      return comparable(withEmptyDays(days, { from, to }));
    },
  };
}

interface Inbox {
  readonly allReviews: {
    readonly nodes: readonly Row[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

function inbox({ organizationId }: Dataset): Ask<InboxVariables> {
  async function cursorOf(authoredAt: string, post: Post): Promise<string | null> {
    const before = new Date(Date.parse(authoredAt) + 1).toISOString();
    const call = graphqlCall('secret', CURSOR, { organizationId, before });
    return dataOf<Inbox>(await post(call)).allReviews.pageInfo.endCursor;
  }
  return {
    steps: async ({ authoredAt }, post) => [
      graphqlCall('secret', INBOX, { organizationId, after: await cursorOf(authoredAt, post) }),
    ],
    normalise: ([answer]) => {
      const { nodes, pageInfo } = dataOf<Inbox>(answer).allReviews;
      const { hasNextPage, endCursor } = pageInfo;
      const reviews = nodes.map(reviewOf);
      return canonical({ nodes: reviews, hasNextPage, hasEndCursor: endCursor !== null });
    },
  };
}

/** As it comes, over Antiphon's tables; it has no writes of the kind of Q5 and Q6 without functions in the database. */
export const postgraphile: Contender = {
  name: 'postgraphile',
  title: `PostGraphile ${versionOf('postgraphile')}, grafserv on node:http`,
  program: [join(import.meta.dirname, 'postgraphile.server.ts')],
  environment: () => ({ GRAPHILE_ENV: 'production' }),
  asks: (dataset) => ({
    Q1: storefrontPage(dataset),
    Q2: nestedList(dataset),
    Q3: metricView(dataset),
    Q4: inbox(dataset),
  }),
};
