import { createServer } from 'node:http';
import DataLoader from 'dataloader';
import { createSchema, createYoga } from 'graphql-yoga';
import type { ReplyVariables } from '../questions/q5-reply.ts';
import type { ImportVariables } from '../questions/q6-import.ts';
import type { Caller } from './contender.ts';
import {
  dailyReviews,
  type DaysArguments,
  inboxPage,
  type LocationRow,
  locationsByIds,
  newestReviewsByLocation,
  responsesByReview,
  type ReviewRow,
  summariesByLocation,
} from './hand-written.reads.ts';
import { DateTime, TYPE_DEFINITIONS } from './hand-written.schema.ts';
import { callerOf, listen, openPool, writerOf } from './serving.ts';
import { draftResponse, importReviews, publishResponse } from './write-statements.ts';

const pool = openPool();

/** Loaders live as long as a request. */
function contextOf(caller: Caller) {
  const reviewsOf = new Map<number, DataLoader<string, ReviewRow[]>>();
  return {
    caller,
    locations: new DataLoader<string, LocationRow | null>(async (ids) => {
      const byId = new Map((await locationsByIds(pool, caller, ids)).map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
    summaries: new DataLoader((ids: readonly string[]) => summariesByLocation(pool, caller, ids)),
    responses: new DataLoader((ids: readonly string[]) => responsesByReview(pool, caller, ids)),
    newestReviews(first: number): DataLoader<string, ReviewRow[]> {
      let loader = reviewsOf.get(first);
      if (loader === undefined) {
        loader = new DataLoader((ids) => newestReviewsByLocation(pool, caller, ids, first));
        reviewsOf.set(first, loader);
      }
      return loader;
    },
  };
}
type Context = ReturnType<typeof contextOf>;

const schema = createSchema<Context>({
  typeDefs: TYPE_DEFINITIONS,
  resolvers: {
    DateTime,
    Query: {
      location: (_, { id }: { id: string }, { locations }) => locations.load(id),
      locations: (_, { ids }: { ids: string[] }, { caller }) => locationsByIds(pool, caller, ids),
      dailyReviews: (_, days: DaysArguments, { caller }) => dailyReviews(pool, caller, days),
      inbox: (_, page: { first: number; after?: string }, { caller }) =>
        inboxPage(pool, caller, page),
    },
    Mutation: {
      draftResponse: (_: unknown, draft: ReplyVariables, { caller }: Context) =>
        draftResponse(pool, writerOf(caller), draft),
      publishResponse: (_: unknown, { id }: { id: string }, { caller }: Context) =>
        publishResponse(pool, writerOf(caller), id),
      importReviews: (_: unknown, { reviews }: ImportVariables, { caller }: Context) =>
        importReviews(pool, writerOf(caller), reviews),
    },
    Location: {
      reviewSummary: ({ id }: LocationRow, _, { summaries }) => summaries.load(id),
      reviews: ({ id }: LocationRow, { first }: { first: number }, { newestReviews }) =>
        newestReviews(first).load(id),
    },
    Review: {
      author: ({ authorName }: ReviewRow) => ({ name: authorName }),
      responses: ({ id }: ReviewRow, _, { responses }) => responses.load(id),
      location: ({ locationId }: ReviewRow, _, { locations }) => locations.load(locationId),
    },
  },
});

const yoga = createYoga({
  schema: schema as never,
  context: ({ request }) => contextOf(callerOf(request.headers.get('authorization'))),
  logging: 'error',
  graphiql: false,
});

listen(createServer((request, response) => void yoga(request, response)));
