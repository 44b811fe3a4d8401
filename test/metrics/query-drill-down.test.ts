import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REVIEW_DIMENSIONS } from '../../src/modules/metrics/dimensions.ts';
import type { Measure } from '../../src/modules/metrics/measure.ts';
import { REVIEW_MEASURES } from '../../src/modules/metrics/measures.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { variedReviews } from './varied-reviews.ts';

/**
 * Behind each number stand reviews, and there are as many of them as the number says: for every
 * measure, with every dimension that it allows, and over time.
 */
let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await variedReviews(api);
});
afterAll(() => api.close());

const DOCUMENT = `query ($query: MetricQuery!) { metrics(query: $query) { rows { bucket
  dimensions { dimension value label }
  values { measure value n numerator denominator
    all: reviews(first: 1) { totalCount }
    counted: reviews(first: 1, of: NUMERATOR) { totalCount }
  } } } }`;

const RANGE = { from: '2025-01-10', to: '2025-03-15' };

async function rowsOf(query: object): Promise<Data[]> {
  return (await api.run(DOCUMENT, { query: { range: RANGE, ...query } })).metrics.rows;
}

/** Those whose numerator is a number of reviews. */
const COUNTING: ReadonlySet<string> = new Set(['COUNT', 'RATIO', 'BOOLEAN']);

function expectCounts(rows: Data[]): void {
  for (const row of rows) {
    for (const value of row.values) {
      const { unit } = REVIEW_MEASURES.find(({ name }) => name === value.measure) as Measure;
      const where = JSON.stringify([row.bucket, row.dimensions, value.measure]);
      expect([where, value.all.totalCount]).toEqual([where, value.n]);
      const counted = COUNTING.has(unit) ? value.numerator : value.n;
      expect([where, value.counted.totalCount]).toEqual([where, counted]);
    }
  }
}

const names = (measures: readonly Measure[]) => measures.map(({ name }) => name);
const allowing = (dimension: string) =>
  (REVIEW_MEASURES as readonly Measure[]).filter(
    ({ name, dimensions }) =>
      dimensions.some((each) => each === dimension) &&
      (name !== 'REVIEW_AVERAGE_RATING' || dimension === 'RATING_SCALE'),
  );

describe('the reviews behind a number', () => {
  it.each(REVIEW_DIMENSIONS.map(({ name }) => name))(
    'are as many as it says, by %s',
    async (dimension) => {
      const rows = await rowsOf({
        measures: names(allowing(dimension)),
        dimensions: [dimension],
      });
      expect(rows.length).toBeGreaterThan(2);
      expectCounts(rows);
    },
  );

  it.each(['WEEK', 'MONTH', 'YEAR'])('are as many as it says, by %s', async (granularity) => {
    const measures = names(allowing('LOCATION'));
    const rows = await rowsOf({ measures, granularity });
    expect(rows.length).toBeGreaterThan(0);
    expectCounts(rows);
  });

  it('are as many as it says with a filter of everything', async () => {
    const { locations } = await api.run(`{ locations { nodes { id group { id } } } }`);
    const [first, second] = locations.nodes;
    const filter = {
      locationIds: [first.id, second.id],
      groupIds: [first.group.id],
      sources: ['GOOGLE', 'YELP'],
      languages: ['nl', 'und'],
      sentiments: ['NEGATIVE', 'POSITIVE'],
      ratingScales: ['STARS_5'],
    };
    const measures = names(REVIEW_MEASURES);
    const rows = await rowsOf({ measures, filter });
    expect(rows[0].values[0].n).toBeGreaterThan(0);
    expectCounts(rows);
    const split = await rowsOf({
      measures: names(allowing('SENTIMENT')),
      filter,
      dimensions: ['GROUP', 'SENTIMENT', 'LANGUAGE'],
    });
    expect(split.length).toBeGreaterThan(2);
    expectCounts(split);
  });

  it('are told as a filter that `reviews` takes', async () => {
    const { metrics } = await api.run(
      `query ($query: MetricQuery!) { metrics(query: $query) { rows { values { n reviewFilter } } } }`,
      {
        query: {
          range: RANGE,
          measures: ['RESPONSE_SLA_HIT_RATE', 'REVIEW_STARS_4'],
          dimensions: ['LOCATION'],
          granularity: 'MONTH',
        },
      },
    );
    for (const { values } of metrics.rows) {
      for (const { n, reviewFilter } of values) {
        const filter = JSON.parse(reviewFilter);
        const { reviews } = await api.run(
          'query ($filter: ReviewFilter) { reviews(filter: $filter) { totalCount } }',
          { filter },
        );
        expect(reviews.totalCount).toBe(n);
      }
    }
  });

  it('are those of one location, asked from there', async () => {
    const { location } = await api.run(
      `query ($query: MetricQuery!) { location(externalId: "tokyo") {
        metrics(query: $query) { rows { values { n value all: reviews { totalCount nodes { location { name } } } } } }
      } }`,
      { query: { measures: ['REVIEW_COUNT'], range: RANGE } },
    );
    const [{ n, all }] = location.metrics.rows[0].values;
    expect(n).toBeGreaterThan(0);
    expect(all.totalCount).toBe(n);
    expect(all.nodes.every((review: Data) => review.location.name === 'Tokyo')).toBe(true);
  });
});
