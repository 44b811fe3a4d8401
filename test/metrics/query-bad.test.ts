import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MeasureName } from '../../src/modules/metrics/measures.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { seedApi } from '../testkit/seed.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await seedApi(api, { locations: 5, products: 0, reviews: 400 });
});
afterAll(() => api.close());

const ASK = `query ($query: MetricQuery!) { metrics(query: $query) { rows { bucket values { n } } } }`;
const COUNT = { measures: ['REVIEW_COUNT'], range: { from: '2025-01-01', to: '2025-01-31' } };

async function refusal(query: object): Promise<Data> {
  const { data, errors } = await api.attempt(ASK, { query });
  expect(data).toBeNull();
  expect(errors).toHaveLength(1);
  expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
  return { message: errors[0].message, ...errors[0].extensions };
}

describe('a query that cannot be answered is told why, where, and what is allowed', () => {
  const reversed = { ...COUNT, range: { from: '2025-02-01', to: '2025-01-01' } };
  it.each<[string, object, (string | number)[], RegExp]>([
    ['a range reversed', reversed, ['range'], /reversed.*2025-02-01.*earlier day as `from`/],
    [
      'no range',
      { ...COUNT, range: {} },
      ['range'],
      /missing: give `from` and `to`, or `last`, or `current`/,
    ],
    [
      'two ranges',
      { ...COUNT, range: { ...COUNT.range, current: 'MONTH' } },
      ['range'],
      /more than one way/,
    ],
    [
      'half a range',
      { ...COUNT, range: { from: '2025-01-01' } },
      ['range', 'to'],
      /`to` is missing/,
    ],
    [
      'a day before days',
      { ...COUNT, range: { from: '1969-12-31', to: '2025-01-01' } },
      ['range', 'from'],
      /from 1970-01-01 to 9999-12-31/,
    ],
    [
      'no days at all',
      { ...COUNT, range: { last: { count: 0, unit: 'DAY' } } },
      ['range', 'last', 'count'],
      /from 1 to 100000/,
    ],
    [
      'more days than there were',
      { ...COUNT, range: { last: { count: 60, unit: 'YEAR' } } },
      ['range', 'last', 'count'],
      /smaller `count`/,
    ],
    [
      'a month too many',
      { ...COUNT, range: { last: { count: 100_001, unit: 'DAY' } } },
      ['range', 'last', 'count'],
      /from 1 to 100000/,
    ],
    ['no measure', { ...COUNT, measures: [] }, ['measures'], /1 to 30 measures/],
    [
      'a measure twice',
      { ...COUNT, measures: ['REVIEW_COUNT', 'REVIEW_COUNT'] },
      ['measures', 1],
      /given twice/,
    ],
    [
      'a dimension twice',
      { ...COUNT, dimensions: ['SOURCE', 'GROUP', 'SOURCE'] },
      ['dimensions', 2],
      /given twice/,
    ],
    [
      'a dimension that a measure has not',
      {
        ...COUNT,
        measures: ['REVIEW_COUNT', 'REVIEW_NEGATIVE_SHARE'],
        dimensions: ['LOCATION', 'SENTIMENT'],
      },
      ['dimensions', 1],
      /REVIEW_NEGATIVE_SHARE cannot be split by SENTIMENT; it can by LOCATION, GROUP/,
    ],
    [
      'an average over scales',
      { ...COUNT, measures: ['REVIEW_COUNT', 'REVIEW_AVERAGE_RATING'] },
      ['measures', 1],
      /add the dimension RATING_SCALE/,
    ],
    [
      'ids of something else',
      { ...COUNT, filter: { locationIds: ['rev_01jx4k5v9re0tbq6x9a3m2f8ch'] } },
      ['filter', 'locationIds', 0],
      /Location/,
    ],
    [
      'what is no id',
      { ...COUNT, filter: { groupIds: ['nonsense'] } },
      ['filter', 'groupIds', 0],
      /not an id/,
    ],
    [
      'a list without end',
      {
        ...COUNT,
        filter: { locationExternalIds: Array.from({ length: 1_001 }, (_, i) => `${i}`) },
      },
      ['filter', 'locationExternalIds'],
      /1001 values; at most 1000 are taken/,
    ],
    [
      'too many days',
      { ...COUNT, range: { from: '1990-01-01', to: '2025-01-01' }, granularity: 'DAY' },
      [],
      /10,000 cells.*shorter range, a coarser granularity/,
    ],
  ])('%s', async (_name, query, path, message) => {
    const { message: said, path: where } = await refusal(query);
    expect(said).toMatch(message);
    expect(where).toEqual(['query', ...path]);
  });

  it('lists what is allowed', async () => {
    const split = { ...COUNT, measures: ['REPUTATION_SCORE'], dimensions: ['SOURCE'] };
    expect((await refusal(split)).allowed).toEqual(['LOCATION', 'GROUP']);
    expect((await refusal({ ...COUNT, measures: [] })).allowed).toEqual(Object.keys(MeasureName));
    expect((await refusal({ ...COUNT, range: {} })).allowed).toEqual([
      'from and to',
      'last',
      'current',
    ]);
    const long = { ...COUNT, range: { from: '1990-01-01', to: '2025-01-01' }, granularity: 'DAY' };
    expect((await refusal(long)).allowed).toEqual([10_000]);
  });

  it('more cells than the limit, which only the rows tell', async () => {
    const many = {
      measures: Object.keys(MeasureName).filter(
        (name) => name.startsWith('RESPONSE_RATE') || name.startsWith('REVIEW_STARS'),
      ),
      dimensions: ['LOCATION', 'SOURCE', 'LANGUAGE', 'RATING_SCALE'],
      range: { from: '2025-01-01', to: '2025-03-01' },
      granularity: 'DAY',
    };
    const { message, path } = await refusal(many);
    expect(message).toMatch(/rows of 8 measures; 10,000 cells/);
    expect(path).toEqual(['query']);
  });

  it('a zone that does not exist is refused where zones come in', async () => {
    const { errors } = await api.attempt(
      `mutation { importLocations(input: { locations: [{ externalId: "x", name: "X", timeZone: "Mars/Olympus", locale: "en" }] }) { rejected } }`,
    );
    expect(errors[0].message).toMatch(/Mars\/Olympus/);
    expect(errors[0].extensions.code).toMatch(/BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED/);
  });

  it('more reviews behind numbers than one request reads', async () => {
    const { errors } = await api.attempt(
      'query ($query: MetricQuery!) { metrics(query: $query) { rows { values { reviews(first: 1) { nodes { id } } } } } }',
      {
        query: {
          ...COUNT,
          range: { from: '2023-01-01', to: '2025-03-01' },
          granularity: 'DAY',
        },
      },
    );
    expect(errors[0].message).toMatch(/at most 500 values/);
    expect(errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', allowed: [500] });
  });

  it('locations and groups of nobody are not there, which is no error', async () => {
    const query = {
      ...COUNT,
      dimensions: ['LOCATION'],
      filter: { locationIds: ['loc_01jx4k5v9re0tbq6x9a3m2f8ch'] },
    };
    expect((await api.run(ASK, { query })).metrics.rows).toEqual([]);
  });

  it('the organization is not one of its locations', async () => {
    const { encodeId } = await import('../../src/graphql/ids.ts');
    const filter = {
      locationIds: [
        encodeId('Location', api.organizationId),
        encodeId('Location', '00000000-0000-0000-0000-000000000000'),
      ],
    };
    const { metrics } = await api.run(ASK, { query: { ...COUNT, filter } });
    expect(metrics.rows[0].values[0].n).toBe(0);
  });
});
