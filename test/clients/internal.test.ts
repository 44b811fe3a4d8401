/** The internal client against a real server: what awaits a response, replying, importing, keys. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createApiKey,
  createInternalClient,
  draftResponse,
  eachAwaitingResponse,
  getReview,
  getViewer,
  GraphQLRequestError,
  importLocations,
  importProducts,
  importReviews,
  type InternalClient,
  listApiKeys,
  listAwaitingResponse,
  publishResponse,
  type ReviewImport,
  revokeApiKey,
} from '../../clients/internal/src/index.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';

let server: TestServer;
let team: InternalClient;

beforeAll(async () => {
  server = await startTestServer();
  team = createInternalClient({ url: server.url, key: server.keys.integrator });
  await importLocations(team, { input: { locations: [{ externalId: 'dam', name: 'Dam' }] } });
});
afterAll(() => server.close());

function review(
  externalId: string,
  rating: number,
  more: Partial<ReviewImport> = {},
): ReviewImport {
  return {
    source: 'GOOGLE',
    externalId,
    locationExternalId: 'dam',
    authoredAt: '2026-01-01T00:00:00Z',
    rating,
    text: `About ${externalId}`,
    ...more,
  };
}

/** The ids of the reviews, in the order given. */
async function imported(...reviews: ReviewImport[]): Promise<string[]> {
  const { importReviews: payload } = await importReviews(team, { input: { reviews } });
  expect(payload).toMatchObject({ rejected: 0, userErrors: [] });
  return payload.results.map(({ review: row }) => row?.id ?? '');
}

async function waiting(pageSize: number): Promise<string[]> {
  const found: string[] = [];
  for await (const { externalId } of eachAwaitingResponse(team, { pageSize }))
    found.push(externalId);
  return found;
}

describe('what awaits a response', () => {
  it('comes negative first, each from the earliest, with its location, page by page', async () => {
    const day = (n: number) => ({ authoredAt: `2026-01-0${n}T00:00:00Z` });
    await imported(
      review('good-1', 5, day(1)),
      review('bad-2', 2, day(2)),
      review('fair-3', 3, day(3)),
      review('bad-4', 1, day(4)),
      review('answered-5', 1, { ...day(5), response: { body: 'Sorry.' } }),
      review('bad-6', 1, day(6)),
      review('bad-1', 1, day(1)),
    );
    const inOrder = ['bad-1', 'bad-2', 'bad-4', 'bad-6', 'fair-3', 'good-1'];
    expect(await waiting(50)).toEqual(inOrder);
    expect(await waiting(1)).toEqual(inOrder);
    const { reviews } = await listAwaitingResponse(team, { sentiments: ['NEGATIVE'], first: 1 });
    expect(reviews.nodes).toMatchObject([{ externalId: 'bad-1', location: { name: 'Dam' } }]);
    expect(reviews.pageInfo.hasNextPage).toBe(true);
  });

  it('is walked to its end while it is being answered', async () => {
    for await (const { id } of eachAwaitingResponse(team, { pageSize: 2 })) {
      const { publishResponse: published } = await publishResponse(team, {
        input: { reviewId: id, body: 'Thank you.' },
      });
      expect(published).toMatchObject({ response: { status: 'PUBLISHED' }, userErrors: [] });
    }
    expect(await waiting(50)).toEqual([]);
  });
});

describe('replying', () => {
  it('drafts and publishes, once for one idempotency key', async () => {
    const [reviewId = ''] = await imported(review('reply', 1));
    const input = { reviewId, body: 'We are sorry.', idempotencyKey: 'reply-1' };
    const first = await draftResponse(team, { input });
    const again = await draftResponse(team, { input });
    const responseId = first.draftResponse.response?.id ?? '';
    expect(again.draftResponse.response?.id).toBe(responseId);
    const { publishResponse: published } = await publishResponse(team, { input: { responseId } });
    expect(published.response).toMatchObject({ status: 'PUBLISHED', review: { slaState: 'MET' } });
    const { review: whole } = await getReview(team, { id: reviewId });
    expect(whole?.responses).toMatchObject([{ id: responseId, status: 'PUBLISHED' }]);
  });

  it('gives an expected failure as data', async () => {
    const input = { reviewId: 'rev_01h2xcejqtf2nbrexx3vqjhp41', body: 'Hello' };
    const { draftResponse: payload } = await draftResponse(team, { input });
    expect(payload).toMatchObject({
      response: null,
      userErrors: [{ __typename: 'RefusedError', code: 'NOT_FOUND', path: ['reviewId'] }],
    });
  });
});

describe('importing', () => {
  it('says of each row what became of it', async () => {
    await imported(review('known', 4));
    const reviews = [review('known', 4), review('known', 2), review('wrong', 9), review('new', 5)];
    const { importReviews: payload } = await importReviews(team, { input: { reviews } });
    expect(payload.results.map(({ outcome }) => outcome)).toContain('REJECTED');
    const [error] = payload.results[2]?.userErrors ?? [];
    expect(error).toMatchObject({ code: 'INVALID_VALUE', path: ['reviews', '2', 'rating'] });
  });

  it('keeps what an edited review said before', async () => {
    const [id = ''] = await imported(review('edited', 5));
    await imported(review('edited', 1));
    const { review: whole } = await getReview(team, { id });
    expect(whole).toMatchObject({ rating: 1, version: 2, earlierVersions: [{ rating: 5 }] });
  });

  it('takes 1,000 rows a call, of each kind', async () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => `many-${i}`);
    const reviews = rows.map((externalId) => review(externalId, 4));
    const things = rows.map((externalId) => ({ externalId, name: externalId }));
    const options = { input: { dryRun: true } };
    const [a, b, c] = [
      await importReviews(team, { input: { ...options.input, reviews } }),
      await importLocations(team, { input: { ...options.input, locations: things } }),
      await importProducts(team, { input: { ...options.input, products: things } }),
    ];
    const created = [a.importReviews, b.importLocations, c.importProducts].map((p) => p.created);
    expect(created).toEqual([1_000, 1_000, 1_000]);
  });
});

describe('keys', () => {
  it('are made, listed and ended; an ended one is refused', async () => {
    const { createApiKey: created } = await createApiKey(team, {
      input: { kind: 'SECRET', name: 'robot', scopes: ['reviews:read'] },
    });
    const robot = createInternalClient({ url: server.url, key: created.token ?? '' });
    const { viewer } = await getViewer(robot);
    expect(viewer).toMatchObject({ audience: 'INTEGRATOR', scopes: ['reviews:read'] });
    const { apiKeys } = await listApiKeys(team);
    expect(apiKeys.nodes[0]).toMatchObject({ name: 'robot', state: 'ACTIVE' });
    const { revokeApiKey: revoked } = await revokeApiKey(team, {
      input: { id: created.apiKey?.id ?? '' },
    });
    expect(revoked.apiKey).toMatchObject({ state: 'REVOKED' });
    const error: unknown = await getViewer(robot).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GraphQLRequestError);
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('say which scope they lack', async () => {
    const { createApiKey: created } = await createApiKey(team, {
      input: { kind: 'SECRET', name: 'reader', scopes: ['reviews:read'] },
    });
    const reader = createInternalClient({ url: server.url, key: created.token ?? '' });
    await expect(listApiKeys(reader)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
