/**
 * Guards what hot operations cost, in things that are counted and so the same on every machine:
 * statements, rows, bytes, and what they allocate. Times are the bench's.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onPostgres } from '../testkit/database.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';
import { type Asked, type WatchedDatabase, watchedDatabase } from './watched-database.ts';
import { ExpectedCosts } from './costs.ts';
import { HOT_OPERATIONS, type HotOperation } from './hot-operations.ts';
import { type MeasuredServer, startMeasuredServer } from './measured-server.ts';
import { addPlaces, addReviews, lookAround, type World } from './world.ts';

const REVIEWS = 2_000;
/** What a storefront is mostly answered with: hot answers do not reach the database. */
const FROM_MEMORY = 'Q1 storefront page, from memory';
const NAMES = [...HOT_OPERATIONS.map(({ name }) => name), FROM_MEMORY];
/** Nobody is told to wait. */
const UNLIMITED = { ANTIPHON_RATE_LIMIT_COST: '2000000000' };
/** Every answer comes from the database. */
const SETTINGS = { ...UNLIMITED, ANTIPHON_ANSWER_CACHE_BYTES: '0' };

const costs = new ExpectedCosts();
let server: TestServer;
let world: World;
let database: WatchedDatabase;

beforeAll(async () => {
  server = await startTestServer(SETTINGS, { isCompared: false });
  await addPlaces(server.query);
  await addReviews(server.query, 0, REVIEWS);
  world = await lookAround(server.query);
  await server.db.system('analyze');
  database = watchedDatabase(server.db);
});
afterAll(async () => {
  await server.close();
  costs.save(NAMES);
});

const bodyOf = ({ document, variables }: HotOperation): string =>
  JSON.stringify({ query: document, variables: variables(world) });

/** Once to be compiled and prepared; of what follows, the least: what comes by itself only adds. */
async function countsOf(operation: HotOperation) {
  await bytesOf(operation);
  await bytesOf(operation);
  const runs: { asked: Asked; bytes: number }[] = [];
  for (let run = 0; run < 3; run++) {
    let bytes = 0;
    const asked = await database.watch(async () => void (bytes = await bytesOf(operation)));
    runs.push({ asked, bytes });
  }
  const least = (count: (run: (typeof runs)[number]) => number) => Math.min(...runs.map(count));
  return {
    statements: least(({ asked }) => asked.statements.length),
    rows: least(({ asked }) => asked.rows),
    bytes: least(({ bytes }) => bytes),
  };
}

async function bytesOf(operation: HotOperation): Promise<number> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${server.keys[operation.key]}`,
    },
    body: bodyOf(operation),
  });
  const text = await response.text();
  expect(text).not.toMatch(/"errors":|"userErrors":\[\{/);
  return Buffer.byteLength(text);
}

it.each(HOT_OPERATIONS.map((operation) => [operation.name, operation] as const))(
  '%s: as many statements, rows and bytes as expected',
  async (name, operation) => {
    costs.check(name, await countsOf(operation));
  },
);

it('nothing is expected of operations that are gone', () => {
  expect(costs.unknown(NAMES)).toEqual([]);
});

(onPostgres ? describe : describe.skip)('a server in a process of its own', () => {
  let measured: MeasuredServer;

  beforeAll(async () => {
    measured = await startMeasuredServer({ ...SETTINGS, DATABASE_URL: server.databaseUrl });
  });
  afterAll(() => measured.stop());

  it.each(HOT_OPERATIONS.map((operation) => [operation.name, operation] as const))(
    '%s: allocates as much as expected',
    async (name, operation) => {
      const allocated = await measured.allocated(
        () => bodyOf(operation),
        server.keys[operation.key],
      );
      costs.check(name, { allocated });
    },
  );

  it(`${FROM_MEMORY}: allocates as much as expected`, async () => {
    const [page] = HOT_OPERATIONS as [HotOperation];
    const cached = await startMeasuredServer({ ...UNLIMITED, DATABASE_URL: server.databaseUrl });
    try {
      const allocated = await cached.allocated(() => bodyOf(page), server.keys[page.key]);
      costs.check(FROM_MEMORY, { allocated });
    } finally {
      await cached.stop();
    }
  });
});
