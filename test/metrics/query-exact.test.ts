import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeId } from '../../src/graphql/ids.ts';
import { REVIEW_DIMENSIONS } from '../../src/modules/metrics/dimensions.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { countedAnew, day, differences } from './counted-anew.ts';
import { measuresFor } from './measures-for.ts';
import { type RawReview, readRawReviews } from './raw-reviews.ts';
import { variedReviews } from './varied-reviews.ts';

let api: TestApi;
let reviews: RawReview[];
let groups: Map<string, string | null>;

beforeAll(async () => {
  api = await openTestApi({ references: ['graphql-js'] });
  await variedReviews(api);
  reviews = (await readRawReviews(api.db, api.organizationId)).map((review) => ({
    ...review,
    location: review.location && encodeId('Location', review.location),
    group: review.group && encodeId('LocationGroup', review.group),
  }));
  const rows = await api.db.read<{ id: string; parent_id: string | null }>(
    api.organizationId,
    'select id, parent_id from location_group where organization_id = $1',
  );
  groups = new Map(
    rows.map(({ id, parent_id }) => [
      encodeId('LocationGroup', id),
      parent_id && encodeId('LocationGroup', parent_id),
    ]),
  );
});
afterAll(() => api.close());

const GRANULARITIES = [null, 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];

interface Range {
  readonly from: string;
  readonly to: string;
}

/** With whole months inside, without any, of whole months, and of one with a day on each side. */
const RANGES: readonly Range[] = [
  { from: '2025-01-17', to: '2025-03-20' },
  { from: '2025-02-03', to: '2025-02-19' },
  { from: '2025-01-01', to: '2025-03-31' },
  { from: '2025-01-31', to: '2025-03-01' },
];

async function rowsOf(query: object): Promise<{ rows: Data[]; asOf: Date }> {
  const { metrics } = await api.run(
    `query ($query: MetricQuery!) { metrics(query: $query) { asOf rows { bucket
      dimensions { value } values { measure value n } } } }`,
    { query },
  );
  return { rows: metrics.rows, asOf: new Date(metrics.asOf) };
}

async function expectExact(
  measures: readonly string[],
  dimensions: readonly string[],
  granularity: string | null,
  range: Range,
): Promise<void> {
  const { rows, asOf } = await rowsOf({ measures, dimensions, granularity, range });
  const counting = { measures, dimensions, granularity, ...range, now: asOf, groups };
  expect(differences(rows, countedAnew(reviews, counting))).toEqual([]);
}

describe('every measure equals a count over the rows of the reviews', () => {
  const combinations = [
    [],
    ...REVIEW_DIMENSIONS.map(({ name }) => [name]),
    ['LOCATION', 'SOURCE'],
    ['GROUP', 'RATING_SCALE', 'LANGUAGE'],
  ];
  it.each(combinations.map((dimensions) => ({ dimensions })))(
    'by $dimensions, with every granularity',
    async ({ dimensions }) => {
      for (const granularity of GRANULARITIES) {
        for (const range of RANGES) {
          const measures = measuresFor(dimensions);
          const to = day(range.from).plus({ days: 14 }).toISODate() as string;
          const days = granularity === 'DAY' ? { ...range, to } : range;
          // All at once would be more cells than an answer may have.
          for (let i = 0; i < measures.length; i += 7) {
            const some = measures.slice(i, i + 7);
            await expectExact(some, dimensions, granularity, days);
          }
        }
      }
    },
    60_000,
  );

  // One measure alone may take rows as they are, where several add them up.
  it.each(measuresFor([]))('%s alone', async (measure) => {
    const [uneven, , whole] = RANGES as [Range, Range, Range];
    await expectExact([measure], [], 'DAY', uneven);
    await expectExact([measure], [], 'MONTH', whole);
    await expectExact([measure], ['LOCATION'], 'MONTH', whole);
    await expectExact([measure], [], null, uneven);
  });

  it('counts where there is nothing at all', async () => {
    const range = { from: '2019-01-01', to: '2019-01-03' };
    await expectExact(measuresFor([]), [], 'DAY', range);
    await expectExact(measuresFor(['LOCATION']), ['LOCATION'], 'DAY', range);
    const { rows } = await rowsOf({ measures: ['REVIEW_COUNT'], range });
    expect(rows).toEqual([
      { bucket: null, dimensions: [], values: [{ measure: 'REVIEW_COUNT', value: 0, n: 0 }] },
    ]);
  });
});

describe('the period before', () => {
  it.each(['DAY', 'WEEK', 'MONTH', null])(
    'is told by index of its buckets, by %s',
    async (granularity) => {
      const measures = measuresFor([]);
      for (const [range, before] of [
        [RANGES[1], { from: '2025-01-17', to: '2025-02-02' }],
        [
          { from: '2025-03-01', to: '2025-03-31' },
          { from: '2025-02-01', to: '2025-02-28' },
        ],
      ]) {
        const query = { measures, granularity, range };
        const { metrics } = await api.run(
          `query ($query: MetricQuery!) { metrics(query: $query) { rows { values { value previous } } } }`,
          { query: { ...query, compare: true } },
        );
        const { rows: own } = await rowsOf(query);
        const { rows: earlier } = await rowsOf({ ...query, range: before });
        metrics.rows.forEach(({ values }: Data, index: number) => {
          expect(values.map(({ value }: Data) => value)).toEqual(
            own[index].values.map(({ value }: Data) => value),
          );
          const there = earlier[index]?.values ?? values.map(() => ({ value: null }));
          expect(values.map(({ previous }: Data) => previous)).toEqual(
            there.map(({ value }: Data) => value),
          );
        });
      }
    },
  );

  it('shows what was there before and is not any more', async () => {
    const { metrics } = await api.run(
      `query ($query: MetricQuery!) { metrics(query: $query) { rows { dimensions { label } values { value n previous } } } }`,
      {
        query: {
          measures: ['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE'],
          dimensions: ['LOCATION'],
          range: { from: '2025-04-10', to: '2025-07-31' },
          compare: true,
        },
      },
    );
    expect(metrics.rows).toHaveLength(6);
    for (const { values } of metrics.rows) {
      expect(values[0]).toMatchObject({ value: 0, n: 0 });
      expect(values[0].previous).toBeGreaterThan(0);
      expect(values[1].value).toBeNull();
    }
  });
});

describe('a filter', () => {
  it('counts what it lets through', async () => {
    const filters: [object, (review: RawReview) => boolean][] = [
      [{ sources: ['GOOGLE'] }, ({ source }) => source === 'GOOGLE'],
      [{ languages: ['und', 'nl'] }, ({ language }) => language !== 'en'],
      [{ sentiments: ['NEGATIVE'] }, ({ sentiment }) => sentiment === 'NEGATIVE'],
      [
        { ratingScales: ['THUMBS', 'TEXT_ONLY'] },
        ({ scale }) => /T/.test(scale) && scale !== 'STARS_5',
      ],
      [{ locationExternalIds: ['lima'] }, ({ location }) => location === locationId('lima')],
      [{ locationIds: [locationId('lima')] }, ({ location }) => location === locationId('lima')],
      [{ sources: [] }, () => false],
      [{ locationIds: [] }, () => false],
    ];
    const measures = measuresFor([]);
    for (const [filter, isIn] of filters) {
      for (const dimensions of [[], ['LOCATION'], ['GROUP']]) {
        for (const granularity of [null, 'DAY', 'MONTH']) {
          const range = { from: '2025-01-20', to: '2025-03-05' };
          const { rows, asOf } = await rowsOf({ measures, dimensions, granularity, range, filter });
          const counting = { measures, dimensions, granularity, ...range, now: asOf, groups };
          const expected = countedAnew(reviews.filter(isIn), counting);
          expect([filter, dimensions, granularity, differences(rows, expected)]).toEqual([
            filter,
            dimensions,
            granularity,
            [],
          ]);
        }
      }
    }
  }, 60_000);
});

const ids = new Map<string, string>();
beforeAll(async () => {
  const { locations } = await api.run('{ locations { nodes { id externalId } } }');
  for (const { id, externalId } of locations.nodes) ids.set(externalId, id);
});
const locationId = (externalId: string) => ids.get(externalId) ?? '';
