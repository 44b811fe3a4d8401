import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_METRIC_SETTINGS } from '../../src/modules/metrics/metric-settings.ts';
import { reputationOf } from '../../src/modules/metrics/reputation.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';

const NONE = {
  reviews: 0,
  rated: 0,
  scoreSum: 0,
  responded: 0,
  inTime: 0,
  daysSinceLatest: null,
  squaresOfSources: 0,
};

const valuesOf = (facts: object) => {
  const { components } = reputationOf({ ...NONE, ...facts }, DEFAULT_METRIC_SETTINGS);
  return Object.fromEntries(components.map(({ component, value }) => [component, value]));
};

describe('the components of the reputation score', () => {
  it('have a value from 0 to 1', () => {
    const best = {
      reviews: 1_000,
      rated: 900,
      scoreSum: 900,
      responded: 1_000,
      inTime: 1_000,
      daysSinceLatest: 0,
      // 250 of each of four sources.
      squaresOfSources: 4 * 250 ** 2,
    };
    expect(reputationOf(best, DEFAULT_METRIC_SETTINGS).score).toBeCloseTo(1000, 9);
    expect(Object.values(valuesOf(best))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('are as the guide says', () => {
    const values = valuesOf({
      reviews: 10,
      rated: 8,
      scoreSum: 6,
      responded: 5,
      inTime: 4,
      daysSinceLatest: 60,
      // 5 + 5: two sources, of which three are enough.
      squaresOfSources: 50,
    });
    expect(values).toEqual({
      VOLUME: Math.log(11) / Math.log(101),
      AVERAGE: 0.75,
      RECENCY: 0.25,
      SOURCE_SPREAD: 0.5,
      RESPONSE_RATE: 0.5,
      RESPONSE_SPEED: 0.8,
    });
  });

  it('are left out without data, and the others bear their weight', () => {
    const facts = { ...NONE, reviews: 4, responded: 0, daysSinceLatest: 0, squaresOfSources: 16 };
    const { score, components } = reputationOf(facts, DEFAULT_METRIC_SETTINGS);
    const of = (name: string) => components.find(({ component }) => component === name);
    expect(of('AVERAGE')).toMatchObject({ value: null, weight: 0, points: 0 });
    expect(of('RESPONSE_SPEED')).toMatchObject({ value: null, weight: 0 });
    expect(of('SOURCE_SPREAD')).toMatchObject({ value: 0, weight: 0.2 });
    expect(of('RECENCY')).toMatchObject({ value: 1, weight: 0.2, points: 200 });
    // Volume, response rate, recency and spread: 15, 15, 10, 10.
    expect(score).toBeCloseTo(200 + (300 * Math.log(5)) / Math.log(101), 9);
  });

  it('make no score without reviews, or without a weight', () => {
    expect(reputationOf(NONE, DEFAULT_METRIC_SETTINGS).score).toBeNull();
    const none = Object.fromEntries(
      Object.keys(DEFAULT_METRIC_SETTINGS.weights).map((name) => [name, 0]),
    );
    const settings = { ...DEFAULT_METRIC_SETTINGS, weights: none as never };
    expect(reputationOf({ ...NONE, reviews: 3 }, settings).score).toBeNull();
  });
});

describe('the reputation score of locations', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
    const review = (externalId: string, source: string, rating: number, days: string) => ({
      externalId,
      source,
      rating,
      locationExternalId: 'here',
      authoredAt: `2025-03-${days}T12:00:00Z`,
    });
    await api.run(
      `mutation { importLocations(input: { locations: [
        { externalId: "here", name: "Here", timeZone: "Europe/Berlin", locale: "de" }
        { externalId: "nobody", name: "Nobody", timeZone: "Europe/Berlin", locale: "de" }
      ] }) { rejected } }`,
    );
    await api.run(
      'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { rejected } }',
      {
        input: {
          reviews: [
            review('a', 'GOOGLE', 5, '01'),
            review('b', 'GOOGLE', 3, '01'),
            review('c', 'YELP', 5, '02'),
            {
              ...review('d', 'YELP', 1, '01'),
              response: { body: 'Sorry.', publishedAt: '2025-03-01T13:00:00Z' },
            },
          ],
        },
      },
    );
  });
  afterAll(() => api.close());

  const ask = async (query: object): Promise<Data[]> =>
    (
      await api.run(
        `query ($query: MetricQuery!) { metrics(query: $query) { rows { bucket dimensions { label }
          values { value n numerator previous components { component value weight points } } } } }`,
        { query: { measures: ['REPUTATION_SCORE'], ...query } },
      )
    ).metrics.rows;

  it('is worked out of what was there in the period', async () => {
    const [row] = await ask({
      dimensions: ['LOCATION'],
      range: { from: '2025-03-01', to: '2025-03-31' },
    });
    expect(row.dimensions).toEqual([{ label: 'Here' }]);
    const [{ value, n, numerator, components }] = row.values;
    const values = Object.fromEntries(components.map((each: Data) => [each.component, each.value]));
    expect([n, numerator]).toEqual([4, null]);
    expect(values.AVERAGE).toBeCloseTo((1 + 0.5 + 1 + 0) / 4, 12);
    // From 2 March to the end of the month are 29 days.
    expect(values.RECENCY).toBeCloseTo(2 ** (-29 / 30), 12);
    expect(values.SOURCE_SPREAD).toBeCloseTo(0.5, 12);
    expect(values.RESPONSE_RATE).toBe(0.25);
    expect(values.RESPONSE_SPEED).toBe(1);
    const points = components.reduce((sum: number, each: Data) => sum + each.points, 0);
    expect(value).toBeCloseTo(points, 9);
  });

  it('looks at each bucket by itself, and at the period before', async () => {
    const rows = await ask({
      range: { from: '2025-03-02', to: '2025-03-03' },
      granularity: 'DAY',
      compare: true,
    });
    expect(
      rows.map(({ bucket, values }) => [bucket, values[0].n, values[0].value === null]),
    ).toEqual([
      ['2025-03-02', 1, false],
      ['2025-03-03', 0, true],
    ]);
    expect(rows[0].values[0].previous).toBeNull();
    expect(rows[1].values[0].previous).toBeGreaterThan(0);
    expect(rows[1].values[0].components.map(({ value }: Data) => value)).toEqual(
      Array(6).fill(null),
    );
  });

  it('ends today where the period does not', async () => {
    const [row] = await ask({ range: { from: '2025-03-01', to: '9999-12-31' } });
    const recency = row.values[0].components.find(({ component }: Data) => component === 'RECENCY');
    const days = Math.floor((Date.now() - Date.UTC(2025, 2, 2)) / 86_400_000);
    expect(recency.value).toBeCloseTo(2 ** (-days / 30), 12);
  });

  it('goes by the weights of the organization', async () => {
    await api.run(
      `mutation { updateMetricSettings(input: { weights: { average: 1, volume: 0, recency: 0, sourceSpread: 0, responseRate: 0, responseSpeed: 0 } }) { userErrors { message } } }`,
    );
    const [row] = await ask({ range: { from: '2025-03-01', to: '2025-03-31' } });
    expect(row.values[0].value).toBeCloseTo(625, 9);
  });
});
