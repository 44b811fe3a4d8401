/** Following negatives through a network that breaks, against a real server, over each transport. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createApiKey,
  createInternalClient,
  FeedCursorError,
  followNegativeReviews,
  followReviews,
  getFeedPosition,
  importReviews,
  type InternalClient,
  listAwaitingResponse,
  publishResponse,
  revokeApiKey,
} from '../../clients/internal/src/index.ts';
import { Random } from '../testkit/random.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';

const TRANSPORTS = ['websocket', 'event-stream'] as const;

let server: TestServer;
let proxy: CuttableProxy;
/** Not through the proxy. */
let team: InternalClient;
let imports = 0;

beforeAll(async () => {
  server = await startTestServer();
  proxy = await startCuttableProxy(server.url);
  team = createInternalClient({ url: server.url, key: server.keys.integrator });
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});

/** Imports so many reviews, by turns negative, neutral and positive; the ids of the negative ones. */
async function happen(count: number): Promise<string[]> {
  imports += 1;
  const reviews = Array.from({ length: count }, (_, i) => ({
    source: 'GOOGLE' as const,
    externalId: `live-${imports}-${i}`,
    authoredAt: '2026-01-01T00:00:00Z',
    rating: [1, 3, 5][i % 3] ?? null,
    text: 'Nothing was right.',
  }));
  const { importReviews: payload } = await importReviews(team, { input: { reviews } });
  expect(payload.created).toBe(count);
  return payload.results
    .filter(({ index }) => index % 3 === 0)
    .map(({ review }) => review?.id ?? '');
}

describe.each(TRANSPORTS)('over %s', (transport) => {
  function through(key = server.keys.integrator): InternalClient {
    return createInternalClient({ url: proxy.url, key, transport });
  }

  it('every negative review comes once and in order, while connections are cut again and again', async () => {
    const random = new Random(7);
    const after = (await getFeedPosition(team)).feedPosition;
    const ended = new AbortController();
    const seen: string[] = [];
    const interruptions: Error[] = [];
    const following = (async () => {
      const onInterrupted = (error: Error) => void interruptions.push(error);
      const options = { signal: ended.signal, onInterrupted, bufferLimit: 20 };
      for await (const { review } of followNegativeReviews(through(), { after }, options)) {
        seen.push(review.id);
      }
    })();
    const expected: string[] = [];
    for (let batch = 0; batch < 12; batch++) {
      expected.push(...(await happen(45)));
      if (batch % 2 === 0) {
        await sleep(random.below(300));
        proxy.cut();
      }
    }
    await until('all have come', () => seen.length >= expected.length, 20_000);
    await sleep(200);
    ended.abort();
    await following;
    expect(seen).toEqual(expected);
    expect(interruptions.length).toBeGreaterThanOrEqual(3);
  }, 60_000);

  it('reviews of any sentiment come, those of one source where only they are wanted', async () => {
    const after = (await getFeedPosition(team)).feedPosition;
    await happen(3);
    const all = followReviews(through(), { after });
    const sentiments = [await all.next(), await all.next(), await all.next()].map(
      ({ value }) => (value as { review: { sentiment: string } }).review.sentiment,
    );
    expect(sentiments).toEqual(['NEGATIVE', 'NEUTRAL', 'POSITIVE']);
    await all.return?.();
    const yelp = followReviews(through(), { after, filter: { sources: ['YELP'] } });
    const reviews = [
      {
        source: 'YELP' as const,
        externalId: `y-${transport}`,
        authoredAt: '2026-01-01T00:00:00Z',
        rating: 4,
      },
    ];
    await importReviews(team, { input: { reviews } });
    expect((await yelp.next()).value).toMatchObject({ review: { source: 'YELP' } });
    await yelp.return?.();
  });

  it('a negative review is answered the moment it comes, and awaits nothing more', async () => {
    const negatives = followNegativeReviews(through(), {
      after: (await getFeedPosition(team)).feedPosition,
    });
    await happen(1);
    const { value } = await negatives.next();
    const { id: reviewId, externalId } = (value as { review: { id: string; externalId: string } })
      .review;
    const input = { reviewId, body: 'Sorry.', idempotencyKey: `answer-${reviewId}` };
    await publishResponse(through(), { input });
    await negatives.return?.();
    const { reviews } = await listAwaitingResponse(team, { sentiments: ['NEGATIVE'], first: 100 });
    expect(reviews.nodes.map((review) => review.externalId)).not.toContain(externalId);
  });

  it('a cursor that is none is refused, with what to do about it', async () => {
    const events = followNegativeReviews(through(), { after: 'nonsense' });
    const error: unknown = await events.next().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FeedCursorError);
    expect(error).toMatchObject({ code: 'FEED_CURSOR_INVALID' });
  });

  it('a revoked key ends it', async () => {
    const { createApiKey: created } = await createApiKey(team, {
      input: {
        kind: 'SECRET',
        name: transport,
        scopes: ['feed:read', 'reviews:read', 'locations:read'],
      },
    });
    const events = followNegativeReviews(through(created.token ?? ''));
    await until('it has begun', () => events.cursor !== null);
    const next = events.next().catch((reason: unknown) => reason);
    await revokeApiKey(team, { input: { id: created.apiKey?.id ?? '' } });
    expect(await next).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
