import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { holdRollups } from '../../src/modules/reviews/rollup.ts';
import { packDays, packingWork, verifyRollups } from '../../src/modules/reviews/index.ts';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { createOrganization, onPostgres } from '../testkit/database.ts';

/** In the middle of March: February is over everywhere. */
const NOW = new Date('2026-03-15T12:00:00Z');

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

let organizationId: string;
let number = 0;
beforeEach(async () => {
  organizationId = await createOrganization(api.db, { slug: `packed-${number++}` });
  await run(
    'mutation ($input: ImportLocationsInput!) { importLocations(input: $input) { rejected } }',
    { locations: [{ externalId: 'here', name: 'Here' }] },
  );
});

const run = async (source: string, input: object): Promise<Data> =>
  api.run(source, { input }, callerOf(organizationId, 'INTEGRATOR'));

interface Written {
  readonly [externalId: string]: { readonly on: string; readonly rating: number };
}

async function write(reviews: Written, locationExternalId = 'here'): Promise<void> {
  const { importReviews } = await run(
    'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { rejected } }',
    {
      reviews: Object.entries(reviews).map(([externalId, { on, rating }]) => ({
        source: 'GOOGLE',
        externalId,
        rating,
        locationExternalId,
        authoredAt: `${on}T12:00:00Z`,
      })),
    },
  );
  expect(importReviews.rejected).toBe(0);
}

async function pack(now = NOW): Promise<number> {
  let months = 0;
  for await (const { done, total } of packDays(api.db, organizationId, now)) {
    months = done;
    expect(done).toBeLessThanOrEqual(total);
  }
  return months;
}

const ASK = `query ($query: MetricQuery!) { metrics(query: $query) { rows {
  bucket values { value previous n numerator denominator } } } }`;
const MEASURES = ['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE', 'RESPONSE_RATE', 'REVIEW_STARS_5'];

/** The days that count something, by the location and over all. */
async function days(range = { from: '2025-11-20', to: '2026-03-14' }, compare = false) {
  const { location } = await api.run(
    '{ location(externalId: "here") { id } }',
    {},
    callerOf(organizationId, 'INTEGRATOR'),
  );
  const found = [];
  for (const filter of [{ locationIds: [location.id] }, null]) {
    const query = { measures: MEASURES, range, granularity: 'DAY', compare, filter };
    const { metrics } = await api.run(ASK, { query }, callerOf(organizationId, 'INTEGRATOR'));
    const rows = metrics.rows.filter(({ values }: Data) =>
      values.some(({ n, previous }: Data) => n > 0 || previous > 0),
    );
    found.push(
      rows.map(({ bucket, values }: Data) => [
        bucket,
        values[0].n,
        values[0].previous,
        values[1].value,
      ]),
    );
  }
  expect(found[0]).toEqual(found[1]);
  return found[0];
}

async function rows(): Promise<Data[]> {
  return api.db.read<Data>(
    organizationId,
    `select to_char(p.starts, 'YYYY-MM') as month, p.revision = m.revision as holds, p.reviews, p.score_sum
     from packed_days p join review_total m using (organization_id, place_id, starts)
     where p.organization_id = $1 and p.place_id = $1 and m.span = 'MONTH' order by 1`,
  );
}

async function differences() {
  const all = [];
  for await (const step of verifyRollups(api.db, organizationId)) all.push(...step.differences);
  return all;
}

const WINTER: Written = {
  before: { on: '2025-11-19', rating: 1 },
  a: { on: '2025-11-20', rating: 5 },
  b: { on: '2025-12-31', rating: 3 },
  c: { on: '2026-02-01', rating: 4 },
  d: { on: '2026-02-28', rating: 5 },
  e: { on: '2026-02-28', rating: 1 },
  f: { on: '2026-03-14', rating: 2 },
  after: { on: '2026-03-15', rating: 1 },
};
const DAYS = [
  ['2025-11-20', 1, null, 1],
  ['2025-12-31', 1, null, 0.5],
  ['2026-02-01', 1, null, 0.75],
  ['2026-02-28', 2, null, 0.5],
  ['2026-03-14', 1, null, 0.25],
];

describe('days of months that are over', () => {
  it('are packed, and read as they are: those of the range alone', async () => {
    await write(WINTER);
    expect(await days()).toEqual(DAYS);
    // At the location and over all, each: November, December and February.
    expect(await pack()).toBe(6);
    expect(await rows()).toEqual([
      {
        month: '2025-11',
        holds: true,
        reviews: `${','.repeat(18)}1,1`,
        score_sum: `${','.repeat(19)}3600`,
      },
      {
        month: '2025-12',
        holds: true,
        reviews: `${','.repeat(30)}1`,
        score_sum: `${','.repeat(30)}1800`,
      },
      {
        month: '2026-02',
        holds: true,
        reviews: `1${','.repeat(27)}2`,
        score_sum: `2700${','.repeat(27)}3600`,
      },
    ]);
    expect(await days()).toEqual(DAYS);
    expect(await differences()).toEqual([]);
    expect(await pack()).toBe(0);
  });

  it('are those of the period before as well', async () => {
    await write(WINTER);
    await pack();
    // 60 days, and the 60 before: from 18 November on.
    expect(await days({ from: '2026-01-17', to: '2026-03-17' }, true)).toEqual([
      ['2026-01-18', 0, 1, null],
      ['2026-01-19', 0, 1, null],
      ['2026-02-01', 1, 0, 0.75],
      ['2026-02-28', 2, 0, 0.5],
      ['2026-03-01', 0, 1, null],
      ['2026-03-14', 1, 0, 0.25],
      ['2026-03-15', 1, 0, 0],
    ]);
  });

  it('are read from the rows of days where one of them was written since', async () => {
    await write(WINTER);
    await pack();
    await write({ g: { on: '2026-02-02', rating: 5 } });
    expect((await rows()).map(({ holds }) => holds)).toEqual([true, true, false]);
    const now = [...DAYS.slice(0, 3), ['2026-02-02', 1, null, 1], ...DAYS.slice(3)];
    expect(await days()).toEqual(now);
    expect(await pack()).toBe(2);
    expect(await days()).toEqual(now);
  });

  it('no longer hold where a review moves within its month, which leaves the sums of the month alone', async () => {
    await write(WINTER);
    await pack();
    await write({ c: { on: '2026-02-11', rating: 4 } });
    expect((await rows()).map(({ holds }) => holds)).toEqual([true, true, false]);
    expect(await days()).toEqual([
      ...DAYS.slice(0, 2),
      ['2026-02-11', 1, null, 0.75],
      ...DAYS.slice(3),
    ]);
    expect(await differences()).toEqual([]);
  });

  it('wait until the month is over in all zones', async () => {
    await write(WINTER);
    expect(await pack(new Date('2026-03-02T23:59:59Z'))).toBe(4);
    expect(await pack(new Date('2026-03-03T00:00:00Z'))).toBe(2);
  });

  it('are read with their sign', async () => {
    await write(WINTER);
    await api.db.unitOfWork(organizationId, (uow) =>
      uow.execute(
        `update review_total set reviews = -12, revision = 9 where organization_id = $1 and place_id = $1`,
        [organizationId],
      ),
    );
    await pack();
    expect((await rows())[2]).toMatchObject({ reviews: `-12${','.repeat(27)}-12` });
    const query = { measures: ['REVIEW_COUNT'], range: { from: '2025-12-01', to: '2026-03-14' } };
    const { metrics } = await api.run(
      ASK,
      { query: { ...query, granularity: 'DAY' } },
      callerOf(organizationId, 'INTEGRATOR'),
    );
    expect(metrics.rows.filter(({ values }: Data) => values[0].value === -12)).toHaveLength(4);
  });
});

describe('packing', () => {
  /** 400 months at each of two places and over all: more than are packed at once. */
  async function manyMonths(): Promise<void> {
    await run(
      'mutation ($input: ImportLocationsInput!) { importLocations(input: $input) { rejected } }',
      { locations: [{ externalId: 'there', name: 'There' }] },
    );
    const months = Array.from({ length: 400 }, (_, index) => {
      const month = String(1 + (index % 12)).padStart(2, '0');
      return { on: `${1990 + Math.floor(index / 12)}-${month}-07`, rating: 4 };
    });
    for (const place of ['here', 'there']) {
      const named = months.map((review, index) => [`${place} ${index}`, review]);
      await write(Object.fromEntries(named), place);
    }
  }

  it('goes through more months than it packs at once, each once', async () => {
    await manyMonths();
    expect(await pack()).toBe(1_200);
    expect(await pack()).toBe(0);
    const ofAll = await rows();
    expect(ofAll.filter(({ holds, reviews }) => holds && reviews === ',,,,,,2')).toHaveLength(400);
  });

  it('that is broken off leaves whole months, and goes on another time', async () => {
    await manyMonths();
    for await (const { done, total } of packDays(api.db, organizationId, NOW)) {
      expect([done, total]).toEqual([1_000, 1_200]);
      break;
    }
    expect(await differences()).toEqual([]);
    expect(await pack()).toBe(200);
    expect(await differences()).toEqual([]);
  });

  (onPostgres ? it : it.skip)(
    'that is killed at the database packs nothing, and all another time',
    async () => {
      await write(WINTER);
      // Held alone, the rollups keep the packer waiting within its transaction.
      const held = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const holding = api.db.unitOfWork(organizationId, async (uow) => {
        await holdRollups(uow);
        held.resolve();
        await released.promise;
      });
      await held.promise;
      const packing = expect(pack()).rejects.toThrow();
      let killed: unknown[] = [];
      while (killed.length === 0) {
        killed = await api.db.system(
          `select pg_terminate_backend(l.pid) from pg_locks l
           join pg_database d on d.oid = l.database and d.datname = current_database()
           where l.locktype = 'advisory' and not l.granted`,
        );
      }
      await packing;
      released.resolve();
      await holding;
      expect(await rows()).toEqual([]);
      expect(await days()).toEqual(DAYS);
      expect(await pack()).toBe(6);
    },
  );

  it('is due after a thousand events, and ten minutes after the last time', async () => {
    let now = NOW;
    const work = packingWork({ db: api.db, clock: { now: () => now } });
    const isDue = async () => (await work.due()).includes(organizationId);
    const reviews = (lead: string, count: number): Written =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`${lead}${i}`, { on: '2026-01-05', rating: 4 }]),
      );
    const { signal } = new AbortController();
    await write(reviews('a', 997));
    expect(await isDue()).toBe(false);
    await work.run(organizationId, signal);
    expect(await rows()).toEqual([]);
    await write(reviews('b', 3));
    expect(await isDue()).toBe(true);
    await work.run(organizationId, signal);
    expect(await isDue()).toBe(false);
    expect(await rows()).toMatchObject([{ holds: true, reviews: ',,,,1000' }]);
    await write(reviews('c', 1_000));
    expect(await isDue()).toBe(false);
    now = new Date(NOW.getTime() + 10 * 60_000);
    expect(await isDue()).toBe(true);
    await work.run(organizationId, signal);
    expect(await rows()).toMatchObject([{ holds: true, reviews: ',,,,2000' }]);
  });

  it('stops after the piece that it is at, and does not rest, when it is asked to', async () => {
    const work = packingWork({ db: api.db, clock: { now: () => NOW } });
    const stop = new AbortController();
    stop.abort();
    await write({
      ...Object.fromEntries(
        Array.from({ length: 1_000 }, (_, i) => [
          `m${i}`,
          {
            on: `${2_000 + (i % 20)}-${String(1 + (Math.floor(i / 20) % 12)).padStart(2, '0')}-05`,
            rating: 4,
          },
        ]),
      ),
    });
    await work.run(organizationId, stop.signal);
    expect(await rows()).toHaveLength(100);
    await work.run(organizationId, new AbortController().signal);
    expect((await rows()).length).toBeGreaterThan(200);
  });

  (onPostgres ? it : it.skip)(
    'beside writers and other packers never leaves days that do not hold',
    async () => {
      await write(WINTER);
      let isWriting = true;
      const packing = [0, 1].map(async () => {
        while (isWriting) await pack();
      });
      for (let i = 0; i < 40; i++) {
        await Promise.all(
          ['x', 'y', 'z'].map((name, n) =>
            write({
              [name]: {
                on: `2026-02-${String(1 + ((i * (n + 1)) % 28)).padStart(2, '0')}`,
                rating: 4,
              },
            }),
          ),
        );
      }
      isWriting = false;
      await Promise.all(packing);
      await pack();
      expect((await rows()).every(({ holds }) => holds)).toBe(true);
      expect(await differences()).toEqual([]);
    },
  );
});
