/** Imports of one organization at once, of the same new and known objects: nobody waits in a circle. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { Random } from '../testkit/random.ts';
import { until } from '../testkit/until.ts';

/** The codes of errors after which units of work began again. */
const again: string[] = [];
/** In one process, imports of an organization take turns: rivals are in several. */
let apis: TestApi[] = [];
beforeAll(async () => {
  const note = (details: { code?: string }) => void again.push(details.code ?? 'unknown');
  const logger = { info: note, warn() {}, error() {} };
  const first = await openTestApi({ logger });
  apis = [first];
  if (onPostgres) apis.push(await openTestApi({ logger, beside: first }));
});
afterAll(async () => {
  for (const api of apis.toReversed()) await api.close();
});

const OBJECTS = 80;
const key = (n: number) => `shared-${n}`;

/** What a row of each mutation says of an object. */
const imports = {
  importReviews: {
    type: 'ImportReviewsInput',
    table: 'review',
    field: 'reviews',
    row: (n: number, random: Random) => ({
      source: n % 2 === 0 ? 'GOOGLE' : 'YELP',
      externalId: key(n),
      locationExternalId: key(random.below(OBJECTS)),
      locationName: 'Made by a review',
      rating: 1 + random.below(5),
      authoredAt: '2026-02-01T00:00:00Z',
      ...(random.chance(0.3) && { response: { body: `Thanks ${random.below(3)}` } }),
    }),
  },
  importLocations: {
    type: 'ImportLocationsInput',
    table: 'location',
    field: 'locations',
    row: (n: number, random: Random) => ({
      externalId: key(n),
      name: `Place ${random.below(3)}`,
      timeZone: random.pick(['Europe/Amsterdam', 'America/New_York']),
      groupPath: [`Group ${random.below(5)}`, `Part ${random.below(5)}`],
    }),
  },
  importProducts: {
    type: 'ImportProductsInput',
    table: 'product',
    field: 'products',
    row: (n: number, random: Random) => ({ externalId: key(n), name: `Good ${random.below(3)}` }),
  },
  importCustomers: {
    type: 'ImportCustomersInput',
    table: 'customer',
    field: 'customers',
    row: (n: number, random: Random) => ({
      externalId: key(n),
      name: `Customer ${random.below(3)}`,
      consents: { email: random.chance(0.5) },
    }),
  },
  recordEvents: {
    type: 'RecordEventsInput',
    table: 'customer_event',
    field: 'events',
    row: (n: number, random: Random) => ({
      customerExternalId: key(random.below(OBJECTS)),
      externalId: key(n),
      kind: random.pick(['PURCHASE', 'SIGN_UP', 'CHURN']),
    }),
  },
};
type Mutation = keyof typeof imports;

async function write(api: TestApi, mutation: Mutation, numbers: readonly number[], random: Random) {
  const { type, field, row } = imports[mutation];
  const rows = numbers.map((n) => row(n, random));
  const { [mutation]: payload } = await api.run(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { results { outcome } userErrors { message } } }`,
    { input: { [field]: rows } },
  );
  expect(payload.userErrors).toEqual([]);
  expect(payload.results).toHaveLength(rows.length);
}

/** Half of the objects in any order, or now and then any of them, some twice. */
function someNumbers(random: Random): number[] {
  const isTwofold = random.chance(0.2);
  return Array.from({ length: OBJECTS / 2 }, (_, i) => ({
    n: isTwofold ? random.below(OBJECTS) : 2 * i + random.below(2),
    at: random.next(),
  }))
    .sort((a, b) => a.at - b.at)
    .map(({ n }) => n);
}

/** As many as write at the same time. */
const WRITERS = 4;
interface Writer {
  readonly api: TestApi;
  readonly random: Random;
  readonly number: number;
}
async function sideBySide(write: (writer: Writer) => Promise<void>): Promise<void> {
  again.length = 0;
  const numbers = Array.from({ length: WRITERS }, (_, i) => i + 1);
  await Promise.all(
    numbers.map((number) => {
      const api = apis[number % apis.length] as TestApi;
      return write({ api, random: new Random(number), number });
    }),
  );
}

/** Lets the writers insert into a table only when all of them are about to. */
async function throughGate(table: string, write: () => Promise<void>): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const [{ db, organizationId }] = apis as [TestApi];
  const gate = db.unitOfWork(organizationId, async (uow) => {
    await uow.execute(`lock table ${table} in share mode`);
    closed.resolve();
    await until('all writers wait', async () => {
      const sql = 'select 1 from pg_locks where relation = $1::regclass and not granted';
      return (await uow.execute(sql, [table])).length === WRITERS;
    });
  });
  await Promise.race([closed.promise, gate]);
  await Promise.all([gate, write()]);
}

(onPostgres ? describe : describe.skip)('rival imports', () => {
  const mutations = Object.keys(imports) as Mutation[];

  it.each(mutations)('of %s lose races, and wait in no circle', async (mutation) => {
    await sideBySide(async ({ api, random }) => {
      for (let round = 0; round < 6; round++)
        await write(api, mutation, someNumbers(random), random);
    });
    expect(again).not.toContain('40P01');
  });

  it('of different kinds wait in no circle either', async () => {
    await sideBySide(async ({ api, random }) => {
      for (let round = 0; round < 12; round++) {
        await write(api, random.pick(mutations), someNumbers(random), random);
      }
    });
    expect(again).not.toContain('40P01');
  });

  // Events of one customer come one after the other anyway.
  it.each(mutations.filter((each) => each !== 'recordEvents'))(
    'of %s make new objects in one order, whatever the rows’',
    async (mutation) => {
      const { table } = imports[mutation];
      const up = Array.from({ length: 800 }, (_, i) => 1_000 + i);
      await throughGate(table, () =>
        // Two of each process, one of them in either order.
        sideBySide(({ api, random, number }) =>
          write(api, mutation, number <= 2 ? up : up.toReversed(), random),
        ),
      );
      expect(again).not.toContain('40P01');
    },
  );
});
