import { GraphQLScalarType } from 'graphql';

/** The schema that a team writes for these questions; Mercurius, Yoga and the plain stack share it. */
export const TYPE_DEFINITIONS = /* GraphQL */ `
  scalar DateTime

  type Address {
    street: String
    postalCode: String
    city: String
    country: String
  }

  type RatingCount {
    rating: Int!
    count: Int!
  }

  type ReviewSummary {
    count: Int!
    averageRating: Float
    responseRate: Float
    distribution: [RatingCount!]!
  }

  type Location {
    id: ID!
    externalId: String!
    name: String!
    phone: String
    timeZone: String!
    address: Address
    reviewSummary: ReviewSummary!
    reviews(first: Int!): [Review!]!
  }

  type ReviewAuthor {
    name: String
  }

  type Review {
    id: ID!
    source: String!
    rating: Float
    ratingScale: String!
    sentiment: String!
    title: String
    text: String
    language: String
    authoredAt: DateTime!
    responseDueAt: DateTime
    author: ReviewAuthor!
    location: Location
    responses: [Response!]!
  }

  type Response {
    id: ID!
    body: String!
    status: String!
    publishedAt: DateTime
  }

  type ReviewPage {
    nodes: [Review!]!
    hasNextPage: Boolean!
    endCursor: String
  }

  type DayOfReviews {
    day: String!
    count: Int!
    averageScore: Float
  }

  type Query {
    location(id: ID!): Location
    locations(ids: [ID!]!): [Location!]!
    dailyReviews(locationId: ID!, from: String!, to: String!): [DayOfReviews!]!
    inbox(first: Int!, after: String): ReviewPage!
  }

  input ReviewInput {
    source: String!
    externalId: String!
    locationExternalId: String!
    rating: Float!
    title: String
    text: String
    language: String
    authorName: String
    authoredAt: String!
  }

  type Mutation {
    draftResponse(reviewId: ID!, body: String!): Response!
    publishResponse(id: ID!): Response!
    "How many were created."
    importReviews(reviews: [ReviewInput!]!): Int!
  }
`;

/** Rows bring their times as dates. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => (value as Date).toISOString(),
  parseValue: (value) => new Date(value as string),
});
