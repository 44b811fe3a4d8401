/** A document that works as it stands, with the demo's keys. */
export interface Example {
  title: string;
  query: string;
}

/** The query of the start page and of the README: three places and what people say of them. */
export const FIRST_QUERY: Example = {
  title: 'First query',
  query: `query FirstQuery {
  locations(first: 3) {
    nodes {
      name
      reviewSummary {
        count
        averageRating
        responseRate
      }
      reviews(first: 1) {
        nodes {
          rating
          text
          authoredAt
        }
      }
    }
  }
}
`,
};

/** What GraphiQL opens with: one tab each. */
export const EXAMPLES: readonly Example[] = [
  FIRST_QUERY,
  {
    title: 'Negative reviews that await a response',
    query: `query AwaitingResponse {
  reviews(filter: { sentiments: [NEGATIVE], awaitingResponse: true }, first: 10) {
    totalCount
    nodes {
      id
      source
      rating
      text
      responseDueAt
      slaState
      location {
        name
      }
    }
  }
}
`,
  },
  {
    title: 'Follow negative reviews live',
    query: `subscription NegativeReviews {
  negativeReviewReceived {
    cursor
    occurredAt
    review {
      rating
      text
      location {
        name
      }
    }
  }
}
`,
  },
];
