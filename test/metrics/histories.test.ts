import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/graphql/ids.ts';
import { createContext } from '../../src/graphql/context.ts';
import { REVIEW_DIMENSIONS } from '../../src/modules/metrics/dimensions.ts';
import type { MetricQuery } from '../../src/modules/metrics/metric-query.input.ts';
import { readMetrics } from '../../src/modules/metrics/metric.reads.ts';
import { callerOf, openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { Random } from '../testkit/random.ts';
import { type Counting, countedAnew, differences } from './counted-anew.ts';
import { History } from './history.ts';
import { measuresFor } from './measures-for.ts';
import { type RawReview, readRawReviews } from './raw-reviews.ts';

/** On PostgreSQL writers work side by side; the embedded database has one session. */
const HISTORIES = Number(process.env['METRIC_HISTORIES'] ?? (onPostgres ? 500 : 15));
const SEED = Number(process.env['RANDOM_SEED'] ?? 11);

/** All that a history writes lies within. */
const WHOLE = { from: '2024-02-27', to: '2025-01-03' };
/** Around borders of months, the year and daylight saving: by day and kind, a longer range has too many cells. */
const BY_DAY = [
  { from: '2024-02-27', to: '2024-04-08' },
  { from: '2024-10-25', to: '2024-11-05' },
  { from: '2024-12-29', to: '2025-01-03' },
];
const COARSE = [null, 'MONTH', 'QUARTER', 'YEAR'];
const GRANULARITIES = ['DAY', 'WEEK', ...COARSE];

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ engine: 'graphql-js' });
});
afterAll(() => api.close());

describe('after random writes, by several writers at once', () => {
  it(`every measure, dimension and granularity equals a count over the reviews: ${HISTORIES} histories`, async () => {
    for (let i = 0; i < HISTORIES; i++) {
      const random = new Random(SEED * 100_000 + i);
      const history = await History.begin(api, random, `history-${i}`);
      await (onPostgres ? history.play(3, 6) : history.play(1, 14));
      const reviews = await reviewsOf(history.organizationId);
      const groups = await groupsOf(history.organizationId);
      for (const asked of questions(random)) {
        const found = await wrong(history.organizationId, reviews, { ...asked, groups });
        expect({ history: i, asked, found }).toEqual({ history: i, asked, found: [] });
      }
    }
  }, 3_600_000);
});

type Asked = Omit<Counting, 'now' | 'groups'>;

/** Half of them: which, differs from one history and dimension to the next. */
function some<T>(random: Random, all: readonly T[]): T[] {
  const first = random.below(2);
  return all.filter((_, index) => index % 2 === first);
}

/** Each dimension and two of them together, by every other granularity, with all measures that fit. */
function questions(random: Random): Asked[] {
  const names = REVIEW_DIMENSIONS.map(({ name }) => name);
  const pair = [random.pick(names), random.pick(names)];
  const sets = [[], ...names.map((name) => [name]), [...new Set(pair)]];
  return sets.flatMap((dimensions) =>
    some(random, dimensions.length < 2 ? GRANULARITIES : COARSE).map((granularity) => ({
      measures: measuresFor(dimensions),
      dimensions,
      granularity,
      ...(granularity === 'DAY' && dimensions.length > 0 ? random.pick(BY_DAY) : WHOLE),
    })),
  );
}

async function wrong(
  organizationId: string,
  reviews: readonly RawReview[],
  counting: Omit<Counting, 'now'>,
): Promise<string[]> {
  const { measures, dimensions, granularity, from, to } = counting;
  const query = { measures, dimensions, granularity, range: { from, to } } as MetricQuery;
  const caller = callerOf(organizationId, 'INTEGRATOR');
  const { reader } = createContext({ requestId: 'test', caller, db: api.db });
  // Without GraphQL around it, which other tests look at: this is half a million numbers.
  const { asOf: now, rows } = await readMetrics(reader, query);
  return differences([...rows], countedAnew(reviews, { ...counting, now }));
}

async function reviewsOf(organizationId: string): Promise<RawReview[]> {
  return (await readRawReviews(api.db, organizationId)).map((review) => ({
    ...review,
    location: review.location && encodeId('Location', review.location),
    group: review.group && encodeId('LocationGroup', review.group),
  }));
}

async function groupsOf(organizationId: string): Promise<Map<string, string | null>> {
  const rows = await api.db.read<{ id: string; parent_id: string | null }>(
    organizationId,
    'select id, parent_id from location_group where organization_id = $1',
  );
  const idOf = (key: string) => encodeId('LocationGroup', key);
  return new Map(rows.map(({ id, parent_id }) => [idOf(id), parent_id && idOf(parent_id)]));
}
