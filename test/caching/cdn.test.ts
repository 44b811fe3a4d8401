import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Data } from '../testkit/api.ts';
import { Random } from '../testkit/random.ts';
import { seed } from '../testkit/seed.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { until } from '../testkit/until.ts';
import {
  ask,
  IMPORT_LOCATIONS,
  IMPORT_PRODUCTS,
  IMPORT_REVIEWS,
  PUBLISH,
  reviewOf,
} from './shop.ts';

const WRITES = 80;

/** What stands before the server: it keeps answers for good, until one of their keys is purged. */
class Cdn {
  readonly #answers = new Map<string, { text: string; keys: readonly string[] }>();
  purged = 0;

  constructor(readonly origin: (query: string) => Promise<Response>) {}

  get size(): number {
    return this.#answers.size;
  }

  async get(query: string): Promise<string> {
    const known = this.#answers.get(query);
    if (known) return known.text;
    const response = await this.origin(query);
    const text = await response.text();
    const keys = response.headers.get('surrogate-key')?.split(' ') ?? [];
    this.#answers.set(query, { text, keys });
    return text;
  }

  purge(keys: readonly string[]): void {
    for (const [query, answer] of this.#answers) {
      if (!answer.keys.some((key) => keys.includes(key))) continue;
      this.#answers.delete(query);
      this.purged += 1;
    }
  }

  entries(): [string, string][] {
    return [...this.#answers].map(([query, { text }]) => [query, text]);
  }
}

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer(
    { ANTIPHON_ANSWER_CACHE_BYTES: '0', ANTIPHON_RATE_LIMIT_COST: '1000000000' },
    { isCompared: false },
  );
  const run = (source: string, variables: object) => server.query(source, variables);
  await seed(run, { locations: 4, products: 3, reviews: 60 });
});

afterAll(async () => {
  await server.close();
});

const fresh = async (query: string) =>
  (await ask(server.url, query, { key: server.keys.storefront })).text();

const REVIEW = 'text score location { name tags } product { name } responses { body }';

function views({ locations, products, reviews }: Data): string[] {
  const ids = (list: Data): string[] => list.nodes.map(({ id }: Data) => id);
  return [
    ...ids(locations).map(
      (id) =>
        `{ location(id: "${id}") { name reviewSummary { count averageRating responseRate } reviews { nodes { ${REVIEW} } } } }`,
    ),
    ...['loc-0', 'new-1', 'new-2'].map((id) => `{ location(externalId: "${id}") { name } }`),
    ...ids(products).map((id) => `{ product(id: "${id}") { name reviews { nodes { text } } } }`),
    ...ids(products).map(
      (id) =>
        `{ product(id: "${id}") { reviews(filter: { locationExternalIds: ["loc-1", "new-1"] }) { nodes { ${REVIEW} } } } }`,
    ),
    ...ids(reviews)
      .slice(0, 15)
      .map((id) => `{ review(id: "${id}") { text responses { body } } }`),
    ...ids(reviews)
      .slice(0, 5)
      .map((id) => `{ node(id: "${id}") { ... on Review { ${REVIEW} } } }`),
    `{ nodes(ids: ${JSON.stringify(ids(reviews).slice(0, 12))}) { ... on Review { text responses { review { title } body } } } }`,
    '{ locations { totalCount nodes { name tags } } }',
    '{ locations(filter: { tags: ["moved"] }) { nodes { reviews(first: 3) { nodes { text } } } } }',
    `{ reviews(first: 20) { totalCount nodes { ${REVIEW} } } }`,
    '{ reviews(filter: { awaitingResponse: true }) { totalCount } }',
    '{ products { nodes { name reviews(first: 2) { nodes { text } } } } }',
  ];
}

async function write(random: Random, i: number, reviews: Data): Promise<void> {
  const location = `loc-${random.below(4)}`;
  switch (random.below(6)) {
    case 0:
    case 1: {
      const { externalId, source } = random.pick<Data>(reviews.nodes);
      const moved = { ...reviewOf(externalId, location, `Edited ${i}`), source };
      const productExternalId = random.chance(0.5) ? `product-${random.below(3)}` : null;
      await server.query(IMPORT_REVIEWS, { input: { reviews: [{ ...moved, productExternalId }] } });
      return;
    }
    case 2:
      await server.query(IMPORT_REVIEWS, {
        input: { reviews: [reviewOf(`fresh-${i}`, location, 'New')] },
      });
      return;
    case 3:
      await server.query(PUBLISH, {
        input: { reviewId: random.pick<Data>(reviews.nodes).id, body: `Thank you ${i}` },
      });
      return;
    case 4: {
      const externalId = random.pick([location, 'new-1', 'new-2']);
      const tags = random.chance(0.5) ? ['moved'] : [];
      const locations = [{ externalId, name: `Place ${i}`, tags }];
      await server.query(IMPORT_LOCATIONS, { input: { locations } });
      return;
    }
    default: {
      const products = [{ externalId: `product-${random.below(3)}`, name: `Product ${i}` }];
      await server.query(IMPORT_PRODUCTS, { input: { products } });
    }
  }
}

it('whoever purges by the keys of the changes never shows what was before them', async () => {
  const things = await server.query(
    '{ locations { nodes { id } } products { nodes { id } } reviews(first: 60) { nodes { id externalId source } } }',
  );
  const all = views(things);
  const { storefront: key } = server.keys;
  const cdn = new Cdn((query) => ask(server.url, query, { key }));
  const client = createClient({
    url: server.wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${server.keys.integrator}` },
  });
  let last = (await server.query('{ feedPosition }')).feedPosition as string;
  const following = (async () => {
    const query =
      'subscription ($after: String) { storefrontChanged(after: $after) { cursor surrogateKeys } }';
    for await (const { data } of client.iterate<Data>({ query, variables: { after: last } })) {
      const { cursor, surrogateKeys } = data.storefrontChanged;
      cdn.purge(surrogateKeys);
      last = cursor;
    }
  })();

  const random = new Random(7);
  let kept = 0;
  for (let i = 0; i < WRITES; i++) {
    for (const query of all) if (random.chance(0.5)) await cdn.get(query);
    await write(random, i, things.reviews);
    const { feedPosition } = await server.query('{ feedPosition }');
    await until('the change has come', () => last === feedPosition);
    for (const [query, text] of cdn.entries()) {
      if (text !== (await fresh(query)))
        throw new Error(`After write ${i}, this is outdated: ${query}`);
    }
    kept += cdn.size;
  }
  console.info(
    `${cdn.purged} answers purged; ${(kept / WRITES).toFixed(1)} of ${all.length} stayed`,
  );
  // Otherwise the keys would be worth nothing.
  expect(kept / WRITES).toBeGreaterThan(all.length / 3);
  await client.dispose();
  await following;
}, 120_000);
