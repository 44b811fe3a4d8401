/** The storefront client against a real server: a shop shows a location with its reviews and summary. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createInternalClient,
  draftResponse,
  importLocations,
  importProducts,
  importReviews,
  type ReviewImport,
} from '../../clients/internal/src/index.ts';
import * as storefront from '../../clients/storefront/src/index.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';
import { startExample } from './example-process.ts';

const {
  createStorefrontClient,
  getLocationPage,
  getProductReviews,
  getViewer,
  GraphQLRequestError,
  listLocations,
} = storefront;

/** Stars of the reviews of the place, the earliest first; null: text alone. */
const STARS = [5, 1, 4, null, 5, 3, 2, 5, 4, 1, 5, 5];

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  const team = createInternalClient({ url: server.url, key: server.keys.integrator });
  const address = { street: 'Dam 1', postalCode: '1012 JS', city: 'Amsterdam', country: 'NL' };
  const locations = [
    { externalId: 'dam', name: 'Café <Dam>', timeZone: 'Europe/Amsterdam', locale: 'nl', address },
    { externalId: 'quiet', name: 'Quiet' },
  ];
  await importLocations(team, { input: { locations } });
  await importProducts(team, { input: { products: [{ externalId: 'cup', name: 'Cup' }] } });
  const reviews = STARS.map((rating, index): ReviewImport => {
    const authoredAt = `2026-01-${String(index + 1).padStart(2, '0')}T12:00:00Z`;
    const scale = rating === null ? 'TEXT_ONLY' : 'STARS_5';
    return {
      source: 'GOOGLE',
      externalId: `r${index}`,
      locationExternalId: 'dam',
      authoredAt,
      ratingScale: scale,
      rating,
      text: `Text ${index} <script>alert(1)</script>`,
      ...(index === 11 && { authorName: 'Ada', response: { body: 'Thank you, Ada.' } }),
      ...(index < 2 && { productExternalId: 'cup' }),
    };
  });
  const { importReviews: imported } = await importReviews(team, { input: { reviews } });
  expect(imported).toMatchObject({ created: STARS.length, rejected: 0 });
  const unanswered = imported.results[0]?.review?.id ?? '';
  await draftResponse(team, { input: { reviewId: unanswered, body: 'A draft.' } });
});
afterAll(() => server.close());

function shop(options: Partial<storefront.StorefrontOptions> = {}) {
  return createStorefrontClient({ url: server.url, key: server.keys.storefront, ...options });
}

describe('a location page', () => {
  it('has the address, and a summary that equals a count over the reviews', async () => {
    const { location } = await getLocationPage(shop(), { externalId: 'dam' });
    expect(location).toMatchObject({ name: 'Café <Dam>', address: { city: 'Amsterdam' } });
    const rated = STARS.filter((stars) => stars !== null);
    expect(location?.reviewSummary).toEqual({
      count: STARS.length,
      averageRating: rated.reduce((sum, stars) => sum + stars, 0) / rated.length,
      responseRate: 1 / STARS.length,
      distribution: [1, 2, 3, 4, 5].map((rating) => ({
        rating,
        count: rated.filter((stars) => stars === rating).length,
      })),
    });
  });

  it('has the newest reviews first, with the public answers and no drafts', async () => {
    const { location } = await getLocationPage(shop(), { externalId: 'dam', first: 12 });
    const reviews = location?.reviews.nodes ?? [];
    expect(reviews.map(({ rating }) => rating)).toEqual(STARS.toReversed());
    expect(reviews[0]).toMatchObject({
      author: { name: 'Ada' },
      responses: [{ body: 'Thank you, Ada.' }],
    });
    expect(reviews.at(-1)?.responses).toEqual([]);
  });

  it.each(['POST', 'GET'] as const)('is turned by cursor, by %s', async (method) => {
    const client = shop({ method });
    const seen: (number | null)[] = [];
    let after: string | null = null;
    do {
      const variables = { externalId: 'dam', first: 5, after, orderBy: 'OLDEST' } as const;
      const { location } = await getLocationPage(client, variables);
      seen.push(...(location?.reviews.nodes ?? []).map(({ rating }) => rating));
      const next = location?.reviews.pageInfo;
      after = next?.hasNextPage ? next.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(STARS);
  });

  it('is found by id too, and is null where there is none', async () => {
    const { locations } = await listLocations(shop(), { filter: { name: 'Café' } });
    const { location } = await getLocationPage(shop(), { id: locations.nodes[0]?.id });
    expect(location?.externalId).toBe('dam');
    expect((await getLocationPage(shop(), { externalId: 'nowhere' })).location).toBeNull();
  });
});

describe('the storefront client', () => {
  it('lists the locations with their summaries', async () => {
    const { locations } = await listLocations(shop());
    const counts = locations.nodes.map(({ name, reviewSummary }) => [name, reviewSummary.count]);
    expect(counts).toEqual([
      ['Café <Dam>', STARS.length],
      ['Quiet', 0],
    ]);
  });

  it('shows a product with its reviews', async () => {
    const { product } = await getProductReviews(shop(), { externalId: 'cup' });
    expect(product?.reviews.nodes.map(({ rating }) => rating)).toEqual([1, 5]);
  });

  it('says whose key it has', async () => {
    expect((await getViewer(shop())).viewer).toMatchObject({ audience: 'STOREFRONT' });
  });

  it('tells of a refused key with the id of the request', async () => {
    const error: unknown = await getViewer(shop({ key: 'ant_pub_unknown' })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(GraphQLRequestError);
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', requestId: expect.any(String) });
  });

  it('takes no secret key, which a page would show to the world', () => {
    expect(() => shop({ key: server.keys.integrator })).toThrow(/secret key/);
  });
});

describe('the example of a shop', () => {
  it('serves the page of a location, with what customers wrote as text', async () => {
    const example = startExample('storefront/example/server.ts', [], {
      ANTIPHON_URL: server.url,
      STOREFRONT_KEY: server.keys.storefront,
      PORT: '0',
    });
    try {
      await until('it listens', () => example.output.includes('}'));
      const { port } = JSON.parse(example.output) as { port: number };
      const page = await fetch(`http://127.0.0.1:${port}/dam`);
      const html = await page.text();
      expect(page.status).toBe(200);
      expect(html).toContain('<h1>Café &#60;Dam&#62;</h1>');
      expect(html).toContain('<strong>3.6</strong> of 5, 12 reviews');
      expect(html).toContain('Thank you, Ada.');
      expect(html).not.toContain('<script>');
      const [, next = ''] = /rel="next" href="([^"]+)"/.exec(html) ?? [];
      const last = await (await fetch(`http://127.0.0.1:${port}/dam${next}`)).text();
      expect(last).toContain('Text 0 ');
      expect(last).not.toContain('rel="next"');
      expect((await fetch(`http://127.0.0.1:${port}/nowhere`)).status).toBe(404);
    } finally {
      await example.stop();
    }
  });
});
