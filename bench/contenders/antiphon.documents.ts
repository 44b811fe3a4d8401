/** What Antiphon is asked. The tests that count what hot operations cost ask the same. */
export const STOREFRONT_PAGE = `query StorefrontPage($id: ID!) {
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

export const NESTED_LIST = `query NestedList($ids: [ID!]!) {
  locations(first: 20, filter: { ids: $ids }) {
    nodes {
      id name
      reviews(first: 5) {
        nodes { id rating text authoredAt author { name } responses { id body publishedAt } }
      }
    }
  }
}`;

export const METRIC_VIEW = `query MetricView($locationIds: [ID!]!, $from: Date!, $to: Date!) {
  metrics(query: {
    measures: [REVIEW_COUNT, REVIEW_AVERAGE_SCORE]
    filter: { locationIds: $locationIds }
    range: { from: $from, to: $to }
    granularity: DAY
  }) {
    rows { bucket values { value } }
  }
}`;

export const RANKING = `query Ranking($locationIds: [ID!]!, $from: Date!, $to: Date!) {
  metrics(query: {
    measures: [REVIEW_AVERAGE_SCORE]
    dimensions: [LOCATION]
    filter: { locationIds: $locationIds }
    range: { from: $from, to: $to }
    granularity: MONTH
  }) {
    rows { bucket dimensions { value label } values { value } }
  }
}`;

/** What the view asks, whose own range would have no reviews by now. */
export const OVERVIEW = `query Overview($from: Date!, $to: Date!) {
  metrics(query: {
    measures: [REVIEW_COUNT, REVIEW_AVERAGE_SCORE, RESPONSE_RATE]
    range: { from: $from, to: $to }
    granularity: DAY
    compare: true
  }) {
    rows { bucket values { measure value n previous } }
  }
}`;

export const INBOX = `query Inbox($after: String) {
  reviews(first: 50, after: $after, orderBy: NEWEST, filter: { sentiments: [NEGATIVE], awaitingResponse: true }) {
    nodes {
      id source rating ratingScale title text language authoredAt responseDueAt
      author { name }
      location { id externalId name }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
