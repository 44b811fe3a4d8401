import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { FILL } from '../../src/db/migrations/0003-metrics.ts';
import { rebuildRollups, verifyRollups } from '../../src/modules/reviews/index.ts';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { Random } from '../testkit/random.ts';
import { History } from './history.ts';
import { type RawReview, readRawReviews } from './raw-reviews.ts';

/** On PostgreSQL writers work side by side; the embedded database has one session. */
const HISTORIES = Number(process.env['ROLLUP_HISTORIES'] ?? (onPostgres ? 100 : 15));
const SEED = Number(process.env['RANDOM_SEED'] ?? 4);

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ engine: 'graphql-js' });
});
afterAll(() => api.close());

type Row = Readonly<Record<string, string | number>>;

const COUNTS =
  'reviews, rated, score_sum, stars_1, stars_2, stars_3, stars_4, stars_5, negative, positive, responded, ' +
  'responded_negative, responded_positive, in_time, revised, timed, response_ms';
const DIMENSIONS = 'source, language, rating_scale, sentiment';

const tables: Readonly<Record<string, string>> = {
  review_total: `place_id, span, to_char(starts, 'YYYY-MM-DD') as day, ${COUNTS}`,
  review_segment: `place_id, to_char(day, 'YYYY-MM-DD') as day, ${DIMENSIONS}, ${COUNTS}`,
  response_time_bucket: `place_id, to_char(day, 'YYYY-MM-DD') as day, ${DIMENSIONS}, bucket, responses`,
};

/** What is stored, by the columns of the key; rows that count nothing are as good as none. */
async function stored(db: Database, organizationId: string): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  for (const [table, columns] of Object.entries(tables)) {
    for (const row of await db.read<Record<string, string | number>>(
      organizationId,
      `select ${columns} from ${table} where organization_id = $1`,
    )) {
      const { key, counts } = parted(row);
      if (Object.values(counts).some((n) => n !== 0)) found.set(`${table} ${key}`, counts);
    }
  }
  return found;
}

const KEY = new Set(['place_id', 'span', 'day', ...DIMENSIONS.split(', '), 'bucket']);

function parted(row: Row): { key: string; counts: Row } {
  const entries = Object.entries(row);
  return {
    key: entries.flatMap(([name, value]) => (KEY.has(name) ? [value] : [])).join(' '),
    counts: Object.fromEntries(
      entries.flatMap(([name, n]) => (KEY.has(name) ? [] : [[name, Number(n)]])),
    ),
  };
}

/** The same counted over the reviews themselves, one by one. */
function counted(reviews: readonly RawReview[], organizationId: string): Map<string, Row> {
  const found = new Map<string, Record<string, number>>();
  const add = (key: string, counts: Readonly<Record<string, number>>) => {
    const row = found.get(key) ?? {};
    for (const [name, n] of Object.entries(counts)) row[name] = (row[name] ?? 0) + n;
    found.set(key, row);
  };
  for (const review of reviews) {
    const counts = countsOf(review);
    const { day, source, language, scale, sentiment } = review;
    const ms = responseMs(review);
    for (const place of [
      review.location ?? '00000000-0000-0000-0000-000000000000',
      organizationId,
    ]) {
      const segment = `${place} ${day} ${source} ${language} ${scale} ${sentiment}`;
      add(`review_total ${place} DAY ${day}`, counts);
      add(`review_total ${place} MONTH ${day.slice(0, 7)}-01`, counts);
      add(`review_segment ${segment}`, counts);
      if (ms !== null) add(`response_time_bucket ${segment} ${bucketOf(ms)}`, { responses: 1 });
    }
  }
  return found;
}

function countsOf(review: RawReview): Record<string, number> {
  const { score, sentiment, respondedAt, dueAt } = review;
  const star = score === null ? 0 : Math.round(1 + 4 * score);
  const isResponded = respondedAt !== null;
  const ms = responseMs(review);
  return {
    reviews: 1,
    rated: Number(score !== null),
    score_sum: Math.round((score ?? 0) * 3600),
    ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`stars_${n}`, Number(star === n)])),
    negative: Number(sentiment === 'NEGATIVE'),
    positive: Number(sentiment === 'POSITIVE'),
    responded: Number(isResponded),
    responded_negative: Number(isResponded && sentiment === 'NEGATIVE'),
    responded_positive: Number(isResponded && sentiment === 'POSITIVE'),
    in_time: Number(isResponded && (dueAt === null || respondedAt <= dueAt)),
    revised: Number(isResponded && review.revisedUpward),
    timed: Number(ms !== null),
    response_ms: ms ?? 0,
  };
}

function responseMs({ respondedAt, receivedAt }: RawReview): number | null {
  return respondedAt === null || respondedAt < receivedAt
    ? null
    : respondedAt.getTime() - receivedAt.getTime();
}

function bucketOf(ms: number): number {
  return ms <= 1000 ? 0 : Math.ceil(Math.log(ms / 1000) / Math.log(1.04));
}

describe('rollups', () => {
  it(`say what the reviews say after ${HISTORIES} random histories`, async () => {
    for (let i = 0; i < HISTORIES; i++) {
      const random = new Random(SEED * 100_000 + i);
      const history = await History.begin(api, random, `history-${i}`);
      await (onPostgres ? history.play(3, 6) : history.play(1, 14));
      const { organizationId } = history;
      const expected = counted(await readRawReviews(api.db, organizationId), organizationId);
      const found = await stored(api.db, organizationId);
      expect({ history: i, rows: sorted(found) }).toEqual({ history: i, rows: sorted(expected) });
      expect({ history: i, found: await differences(organizationId) }).toEqual({
        history: i,
        found: [],
      });
    }
  }, 600_000);
});

const sorted = (rows: ReadonlyMap<string, Row>) => Object.fromEntries([...rows].sort());

describe('the migration that made the rollups', () => {
  it('filled them from the reviews that were there', async () => {
    const history = await History.begin(api, new Random(3), 'older');
    await history.play(1, 80);
    const { organizationId } = history;
    const { db } = api;
    const values = [organizationId];
    const revised = () =>
      db.read<{ id: string }>(
        organizationId,
        'select id from review where organization_id = $1 and revised_upward order by id',
      );
    const before = await revised();
    await db.unitOfWork(organizationId, async (uow) => {
      for (const table of [...Object.keys(tables), 'packed_days']) {
        await uow.execute(`delete from ${table} where organization_id = $1`, values);
      }
      await uow.execute(
        'update review set revised_upward = false where organization_id = $1',
        values,
      );
      // The fill is for all organizations of an installation; row-level security keeps it to this one.
      for (const sql of FILL) await uow.execute(sql);
    });
    expect(await differences(organizationId)).toEqual([]);
    expect(await revised()).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
  });
});

describe('a rollup that was changed by other means', () => {
  it('is found by `verify`, each difference by its name, and mended by `rebuild`', async () => {
    const history = await History.begin(api, new Random(1), 'damaged');
    await history.play(1, 40);
    await history.pack();
    const { organizationId } = history;
    expect(await differences(organizationId)).toEqual([]);

    await api.db.unitOfWork(organizationId, async (uow) => {
      const values = [organizationId];
      await uow.execute(
        `update review_total set reviews = reviews + 1, response_ms = 0
         where organization_id = $1 and place_id = $1 and span = 'MONTH' and response_ms > 0`,
        values,
      );
      await uow.execute(
        `delete from review_segment where organization_id = $1 and place_id <> $1`,
        values,
      );
      await uow.execute(
        `insert into response_time_bucket (organization_id, place_id, day, source, language, rating_scale, sentiment, bucket, responses)
         values ($1, $1, '1999-01-01', 'YELP', 'nl', 'THUMBS', 'NEUTRAL', 7, 3)`,
        values,
      );
      await uow.execute(
        'update review_rollup set stars_1 = stars_1 + 5 where organization_id = $1',
        values,
      );
      await uow.execute(
        `update packed_days set reviews = '7,' || reviews where organization_id = $1 and place_id <> $1`,
        values,
      );
    });
    const found = await differences(organizationId);
    expect(new Set(found.map(({ table }) => table))).toEqual(
      new Set([
        'review_total',
        'review_segment',
        'response_time_bucket',
        'review_rollup',
        'packed_days',
      ]),
    );
    expect(found).toContainEqual({
      table: 'response_time_bucket',
      key: expect.objectContaining({ place_id: organizationId, day: '1999-01-01', bucket: 7 }),
      stored: { responses: 3 },
      counted: { responses: 0 },
    });

    for await (const { done, total } of rebuildRollups(api.db, organizationId)) {
      expect(done).toBeLessThanOrEqual(total);
    }
    expect(await differences(organizationId)).toEqual([]);
    const expected = counted(await readRawReviews(api.db, organizationId), organizationId);
    expect(sorted(await stored(api.db, organizationId))).toEqual(sorted(expected));
  });

  (onPostgres ? it : it.skip)('is rebuilt while others write, and right in the end', async () => {
    const history = await History.begin(api, new Random(2), 'rebuilt-live');
    await history.play(2, 10);
    const { organizationId } = history;
    let isWriting = true;
    const rebuilding = (async () => {
      let times = 0;
      for (; isWriting || times === 0; times++) {
        for await (const _ of rebuildRollups(api.db, organizationId)) continue;
      }
      return times;
    })();
    await history.play(4, 40);
    isWriting = false;
    expect(await rebuilding).toBeGreaterThan(0);
    expect(await differences(organizationId)).toEqual([]);
  });
});

async function differences(organizationId: string) {
  const all = [];
  for await (const step of verifyRollups(api.db, organizationId)) all.push(...step.differences);
  return all;
}
