import Fastify from 'fastify';
import { mercurius } from 'mercurius';
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
import { announce, callerOf, openPool, port, writerOf } from './serving.ts';
import { draftResponse, importReviews, publishResponse } from './write-statements.ts';

interface Context {
  readonly caller: Caller;
}

/** What a loader is given for each parent. */
interface Asked<Parent, Params = object> {
  readonly obj: Parent;
  readonly params: Params;
}

const pool = openPool();
const app = Fastify({ logger: false });

const resolvers = {
  DateTime,
  Query: {
    location: async (_: unknown, { id }: { id: string }, { caller }: Context) =>
      (await locationsByIds(pool, caller, [id]))[0] ?? null,
    locations: (_: unknown, { ids }: { ids: string[] }, { caller }: Context) =>
      locationsByIds(pool, caller, ids),
    dailyReviews: (_: unknown, days: DaysArguments, { caller }: Context) =>
      dailyReviews(pool, caller, days),
    inbox: (_: unknown, page: { first: number; after?: string }, { caller }: Context) =>
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
  Review: { author: ({ authorName }: ReviewRow) => ({ name: authorName }) },
};

const loaders = {
  Location: {
    reviewSummary: (asked: Asked<LocationRow>[], { caller }: Context) =>
      summariesByLocation(
        pool,
        caller,
        asked.map(({ obj }) => obj.id),
      ),
    // Aliases with other arguments would come in the same batch; these questions have none.
    reviews: (asked: Asked<LocationRow, { first: number }>[], { caller }: Context) =>
      newestReviewsByLocation(
        pool,
        caller,
        asked.map(({ obj }) => obj.id),
        asked[0]!.params.first,
      ),
  },
  Review: {
    responses: (asked: Asked<ReviewRow>[], { caller }: Context) =>
      responsesByReview(
        pool,
        caller,
        asked.map(({ obj }) => obj.id),
      ),
    location: async (asked: Asked<ReviewRow>[], { caller }: Context) => {
      const ids = [...new Set(asked.map(({ obj }) => obj.locationId))];
      const byId = new Map((await locationsByIds(pool, caller, ids)).map((row) => [row.id, row]));
      return asked.map(({ obj }) => byId.get(obj.locationId) ?? null);
    },
  },
};

await app.register(mercurius, {
  schema: TYPE_DEFINITIONS,
  resolvers: resolvers as never,
  loaders: loaders as never,
  context: (request) => ({ caller: callerOf(request.headers.authorization) }),
  graphiql: false,
  // Compiled by graphql-jit at the first use.
  jit: 1,
});
await app.listen({ port, host: '127.0.0.1' });
announce((app.server.address() as { port: number }).port);
