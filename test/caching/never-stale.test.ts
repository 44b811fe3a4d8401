import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Data } from '../testkit/api.ts';
import { Random } from '../testkit/random.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import {
  ask,
  dataOf,
  DRAFT,
  HITS,
  IMPORT_LOCATIONS,
  IMPORT_PRODUCTS,
  IMPORT_REVIEWS,
  metric,
  PUBLISH,
  reviewOf,
} from './shop.ts';

const LOCATIONS = 4;
const WRITERS = 4;
const READERS = 6;
const WRITES = 100;

let server: TestServer;

beforeAll(async () => {
  // Polls come too late to help: what is seen here is seen because of the commits themselves.
  server = await startTestServer(
    { ANTIPHON_FEED_POLL_MS: '60000', ANTIPHON_RATE_LIMIT_COST: '1000000000' },
    { isCompared: false },
  );
  await server.query(IMPORT_LOCATIONS, {
    input: { locations: Array.from({ length: LOCATIONS }, (_, i) => location(i, 0)) },
  });
  await server.query(IMPORT_PRODUCTS, {
    input: { products: Array.from({ length: WRITERS }, (_, i) => product(i, 0)) },
  });
  await server.query(IMPORT_REVIEWS, {
    input: { reviews: Array.from({ length: WRITERS }, (_, i) => review(i, i % LOCATIONS, 0)) },
  });
});

afterAll(async () => {
  await server.close();
});

const location = (i: number, version: number) => ({
  externalId: `loc-${i}`,
  name: `Location ${version}`,
});
const product = (i: number, version: number) => ({
  externalId: `product-${i}`,
  name: `Product ${version}`,
});
const review = (i: number, at: number, version: number) => ({
  ...reviewOf(`review-${i}`, `loc-${at}`, `Version ${version}`),
  productExternalId: `product-${i}`,
});

const REVIEW =
  'externalId text location { externalId name } product { externalId name } responses { body }';
const LOCATION = `externalId name reviewSummary { count } reviews { nodes { ${REVIEW} } }`;

/** Ways to see the same things, each with surrogate keys of its own. */
const VIEWS: readonly ((random: Random) => [string, object])[] = [
  (random) => [
    `query ($id: String!) { location(externalId: $id) { ${LOCATION} } }`,
    { id: `loc-${random.below(LOCATIONS)}` },
  ],
  (random) => [
    `query ($id: String!) { product(externalId: $id) { externalId name reviews { nodes { ${REVIEW} } } } }`,
    { id: `product-${random.below(WRITERS)}` },
  ],
  () => [`{ locations { nodes { ${LOCATION} } } }`, {}],
  () => [`{ reviews { nodes { ${REVIEW} } } }`, {}],
  () => ['{ products { nodes { externalId name } } }', {}],
  (random) => [
    `query ($id: ID!) { review(id: $id) { ${REVIEW} } }`,
    { id: random.pick([...reviewIds.values()]) },
  ],
  (random) => [
    `query ($id: ID!) { node(id: $id) { ... on Review { ${REVIEW} } } }`,
    { id: random.pick([...reviewIds.values()]) },
  ],
  () => [
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Review { ${REVIEW} } } }`,
    { ids: [...reviewIds.values()] },
  ],
];

const reviewIds = new Map<string, string>();
/** Subject → the version whose writer has been told of success. */
const acknowledged = new Map<string, number>();
/** Review → the place that it is known to be at; a new object for each time that it was put there. */
const places = new Map<string, { readonly id: string } | null>();

/** The versions that an answer shows. */
function versionsIn(data: Data, found = new Map<string, number>()): Map<string, number> {
  if (Array.isArray(data)) for (const each of data) versionsIn(each, found);
  else if (typeof data === 'object' && data !== null) {
    const note = (subject: string, text: string) => {
      const version = Number(/\d+$/.exec(text)?.[0]);
      found.set(subject, Math.min(version, found.get(subject) ?? Infinity));
    };
    if (data.externalId && data.name) note(data.externalId, data.name);
    if (data.externalId && data.text) {
      note(data.externalId, data.text);
      const replies = data.responses.map(({ body }: Data) => Number(/\d+$/.exec(body)?.[0]));
      found.set(`reply to ${data.externalId}`, Math.max(0, ...replies));
    }
    for (const value of Object.values(data)) versionsIn(value, found);
  }
  return found;
}

let reads = 0;

/** Reads by one of the views: nothing that was acknowledged before may be missing. */
async function look(random: Random): Promise<void> {
  const [query, variables] = random.pick(VIEWS)(random);
  const before = new Map(acknowledged);
  const placesBefore = new Map(places);
  const method = random.pick(['GET', 'POST'] as const);
  const key = server.keys.storefront;
  const data = await dataOf(await ask(server.url, query, { key, variables, method }));
  reads += 1;
  for (const [subject, version] of versionsIn(data)) {
    const known = before.get(subject) ?? 0;
    if (version < known) {
      throw new Error(`${subject} was at ${known} already, and is shown at ${version}:\n${query}`);
    }
  }
  if (data.location) lookForPlaces(data.location, placesBefore);
  for (const each of data.locations?.nodes ?? []) lookForPlaces(each, placesBefore);
}

/** A review that was moved and has not been moved since is at its place, and at no other. */
function lookForPlaces(shown: Data, before: typeof places): void {
  const here = new Set(shown.reviews.nodes.map(({ externalId }: Data) => externalId));
  for (const [subject, place] of before) {
    // Moved again meanwhile: it may be seen at either place.
    if (place === null || places.get(subject) !== place) continue;
    if (here.has(subject) !== (place.id === shown.externalId)) {
      throw new Error(
        `${subject} is at ${place.id}; ${shown.externalId} shows ${[...here].join()}`,
      );
    }
  }
}

/** Once nobody writes, counts and lists agree, which are read one after the other. */
async function lookAtCounts(): Promise<void> {
  const key = server.keys.storefront;
  const data = await dataOf(
    await ask(server.url, `{ locations { nodes { ${LOCATION} } } }`, { key }),
  );
  for (const { reviewSummary, reviews } of data.locations.nodes) {
    expect(reviewSummary.count).toBe(reviews.nodes.length);
  }
}

async function write(writer: number, version: number, random: Random): Promise<void> {
  const subject = `review-${writer}`;
  const place = random.below(LOCATIONS);
  switch (random.below(4)) {
    case 0:
      places.set(subject, null);
      await server.query(IMPORT_REVIEWS, { input: { reviews: [review(writer, place, version)] } });
      acknowledged.set(subject, version);
      places.set(subject, { id: `loc-${place}` });
      return;
    case 1: {
      const reviewId = reviewIds.get(subject);
      const body = `Reply ${version}`;
      const draft = await server.query(DRAFT, { input: { reviewId, body } });
      const responseId = draft.draftResponse.response.id;
      await server.query(PUBLISH, { input: { responseId } });
      acknowledged.set(`reply to ${subject}`, version);
      return;
    }
    case 2:
      await server.query(IMPORT_PRODUCTS, { input: { products: [product(writer, version)] } });
      acknowledged.set(`product-${writer}`, version);
      return;
    default:
      await server.query(IMPORT_LOCATIONS, {
        input: { locations: [location(writer % LOCATIONS, version)] },
      });
      acknowledged.set(`loc-${writer % LOCATIONS}`, version);
  }
}

it('a storefront sees whatever was acknowledged before it asked, on the same process', async () => {
  const { reviews } = await server.query('{ reviews { nodes { id externalId } } }');
  for (const { id, externalId } of reviews.nodes) reviewIds.set(externalId, id);
  let writing = WRITERS;
  const failed = new AbortController();
  const orStop = (work: () => Promise<void>) => () =>
    work().catch((error: unknown) => {
      failed.abort();
      throw error;
    });
  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    orStop(async () => {
      const random = new Random(writer + 1);
      for (let version = 1; version <= WRITES && !failed.signal.aborted; version++) {
        await write(writer, version, random);
        // At once, by several ways: there is no time for a wake-up.
        await Promise.all(Array.from({ length: 4 }, () => look(random)));
        if (random.chance(0.3)) await sleep(random.below(15));
      }
      writing -= 1;
    }),
  );
  const readers = Array.from({ length: READERS }, (_, reader) =>
    orStop(async () => {
      const random = new Random(100 + reader);
      while (writing > 0 && !failed.signal.aborted) {
        await look(random);
        if (random.chance(0.1)) await sleep(random.below(10));
      }
    }),
  );
  await Promise.all([...writers, ...readers].map((run) => run()));
  await lookAtCounts();
  expect(reads).toBeGreaterThan(WRITERS * WRITES * 4);
  // Otherwise nothing has been shown.
  const hits = await metric(server.url, HITS);
  console.info(`${reads} reads, ${hits} of them from memory`);
  expect(hits).toBeGreaterThan(reads / 10);
}, 180_000);
