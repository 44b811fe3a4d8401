import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isScalarType } from 'graphql';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { seedApi } from '../testkit/seed.ts';
import { MEASURES, REVIEW_MEASURES } from '../../src/modules/metrics/measures.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ engine: 'planner' });
  await seedApi(api, { locations: 60, products: 0, reviews: 600 });
});
afterAll(() => api.close());

const ASK = `query ($query: MetricQuery!) { metrics(query: $query) { asOf feedPosition
  rows { bucket dimensions { label } values { measure value n } } } }`;
const RANGE = { from: '2025-01-01', to: '2025-02-28' };
const ALL = REVIEW_MEASURES.map(({ name }) => name).filter(
  (name) => name !== 'REVIEW_AVERAGE_RATING',
);

const sent = (source: string, variables: object) =>
  api.statements(() => api.run(source, variables));

describe('the statements of a query', () => {
  it('are one, over rows of rollups, where the numbers are in rollups', async () => {
    for (const query of [
      { measures: ['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE'], range: RANGE, granularity: 'DAY' },
      { measures: ['RESPONSE_TIME_P90', 'REVIEW_COUNT'], range: RANGE, compare: true },
      { measures: ['RESPONSE_RATE'], dimensions: ['SOURCE', 'SENTIMENT'], range: RANGE },
    ]) {
      const statements = await sent(ASK, { query });
      expect(statements).toHaveLength(1);
      expect(statements[0]).not.toMatch(/from review r/);
    }
  });

  it('reads the rows of months for whole months, and those of days around them', async () => {
    const query = { measures: ['REVIEW_COUNT'], range: { from: '2025-01-15', to: '2025-12-31' } };
    const [sql] = await sent(ASK, { query });
    expect(sql?.match(/span = '(DAY|MONTH)'/g)).toEqual([`span = 'DAY'`, `span = 'MONTH'`]);
    const [daily] = await sent(ASK, { query: { ...query, granularity: 'WEEK' } });
    expect(daily?.match(/span = '(DAY|MONTH)'/g)).toEqual([`span = 'DAY'`]);
  });

  it('adds up nothing where each row is one of the answer', async () => {
    const query = { measures: ['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE'], range: RANGE };
    const { location } = await api.run('{ location(externalId: "loc-1") { id } }');
    for (const each of [
      { ...query, granularity: 'DAY' },
      { ...query, granularity: 'DAY', filter: { locationIds: [location.id] } },
      { ...query, granularity: 'MONTH', dimensions: ['LOCATION'] },
    ]) {
      const [sql] = await sent(ASK, { query: each });
      expect(sql).not.toMatch(/group by|sum\(/);
    }
  });

  it('are as many for all measures, dimensions and any range', async () => {
    const query = { measures: ALL, range: { last: { count: 2, unit: 'YEAR' } } };
    // What day it is, the settings, and the numbers.
    expect(await sent(ASK, { query })).toHaveLength(3);
    const dimensions = ['LOCATION', 'GROUP'];
    // The names of the locations and groups as well.
    const split = { measures: ALL, dimensions, range: { from: '2019-01-01', to: '2025-12-31' } };
    expect(await sent(ASK, { query: split })).toHaveLength(4);
  });

  it('have one text for one kind of query, whatever is asked for', async () => {
    const texts = new Set<string>();
    for (const from of ['2024-11-03', '2025-01-01', '2025-01-17']) {
      const query = { measures: ALL, range: { from, to: '2025-02-20' }, granularity: 'WEEK' };
      const filter = { sources: [from < '2025' ? 'GOOGLE' : 'YELP'] };
      texts.add((await sent(ASK, { query: { ...query, filter } })).sort()[1] ?? '');
    }
    expect(texts.size).toBe(1);
  });

  it('do not grow with the number of locations that are asked', async () => {
    const ask = `query ($first: Int, $query: MetricQuery!) { locations(first: $first) { nodes {
      name metrics(query: $query) { feedPosition rows { bucket values { value n } } } } } }`;
    const query = { measures: ALL, range: RANGE, granularity: 'MONTH' };
    const one = await sent(ask, { first: 1, query });
    const many = await sent(ask, { first: 60, query });
    expect(many).toHaveLength(one.length);
    const { locations } = await api.run(ask, { first: 60, query });
    const { metrics } = await api.run(ASK, {
      query: { ...query, measures: ALL, dimensions: ['LOCATION'] },
    });
    const split = new Map(
      metrics.rows.map((row: Data) => [
        `${row.dimensions[0].label} ${row.bucket}`,
        row.values.map(({ value, n }: Data) => ({ value, n })),
      ]),
    );
    for (const { name, metrics: own } of locations.nodes) {
      for (const { bucket, values } of own.rows) {
        expect(values).toEqual(split.get(`${name} ${bucket}`) ?? values);
      }
    }
  });
});

describe('the planner', () => {
  it('writes the answer itself, and leaves what is below a value to the resolvers', async () => {
    const query = { measures: ['REPUTATION_SCORE', 'REVIEW_COUNT'], range: RANGE };
    const before = api.answered.get('planner') ?? 0;
    await api.run(ASK, { query });
    await api.run('{ measures { name key unit direction formula dimensions } }');
    expect(api.answered.get('planner')).toBe(before + 2);
    await api.run(
      `query ($query: MetricQuery!) { metrics(query: $query) { rows { values { reviews { totalCount } } } } }`,
      { query },
    );
    expect(api.answered.get('planner')).toBe(before + 2);
  });
});

describe('the place in the feed', () => {
  it('is where the feed stands, and moves with what is written', async () => {
    const query = { measures: ['REVIEW_COUNT'], range: RANGE };
    const ask = `query ($query: MetricQuery!) { feedPosition metrics(query: $query) { feedPosition } }`;
    const before = await api.run(ask, { query });
    expect(before.metrics.feedPosition).toBe(before.feedPosition);
    await api.run(
      `mutation { importReviews(input: { reviews: [{ source: YELP, externalId: "new", rating: 3, authoredAt: "2025-01-05T00:00:00Z" }] }) { created } }`,
    );
    const after = await api.run(ask, { query });
    expect(after.metrics.feedPosition).toBe(after.feedPosition);
    expect(after.feedPosition).not.toBe(before.feedPosition);
  });
});

describe('who may ask', () => {
  it('has the scope; reviews behind a number need theirs', async () => {
    const query = { measures: ['REVIEW_COUNT'], range: RANGE };
    const without = (scope: string) => {
      const caller = callerOf(api.organizationId, 'INTEGRATOR');
      return { ...caller, scopes: new Set([...caller.scopes].filter((each) => each !== scope)) };
    };
    const reader = {
      ...callerOf(api.organizationId, 'MEMBER'),
      scopes: new Set(['metrics:read'] as const),
    };
    expect((await api.run(ASK, { query }, reader)).metrics.rows).toHaveLength(1);
    const { errors } = await api.attempt(ASK, { query }, without('metrics:read'));
    expect(errors[0].extensions.code).toBe('FORBIDDEN');
    const drill = `query ($query: MetricQuery!) { metrics(query: $query) { rows { values { reviews { totalCount } } } } }`;
    const refused = await api.attempt(drill, { query }, without('reviews:read'));
    expect(refused.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('is not a storefront, which cannot filter by what it may not see either', async () => {
    const { storefront } = api.schemas;
    expect(storefront.getQueryType()?.getFields()['metrics']).toBeUndefined();
    expect(storefront.getType('MetricQuery')).toBeUndefined();
    const filter = storefront.getType('ReviewFilter');
    const fields = filter && 'getFields' in filter ? Object.keys(filter.getFields()) : [];
    expect(fields).toContain('authoredFrom');
    for (const hidden of ['slaStates', 'revisedUpward', 'hasResponseTime', 'hasGroup']) {
      expect(fields).not.toContain(hidden);
    }
    expect(isScalarType(storefront.getType('Date'))).toBe(true);
  });

  it('counts nothing of another organization', async () => {
    const theirs = await api.organization('theirs');
    const caller = callerOf(theirs, 'INTEGRATOR');
    const { location } = await api.run('{ location(externalId: "loc-1") { id } }');
    for (const query of [
      { measures: ALL, range: RANGE },
      { measures: ALL, range: RANGE, dimensions: ['LOCATION', 'GROUP'] },
      { measures: ['REVIEW_COUNT'], range: RANGE, filter: { locationIds: [location.id] } },
      { measures: ['REVIEW_COUNT'], range: RANGE, filter: { locationExternalIds: ['loc-1'] } },
    ]) {
      const { metrics } = await api.run(ASK, { query }, caller);
      const counts = metrics.rows.flatMap(({ values }: Data) => values.map(({ n }: Data) => n));
      expect(new Set([0, ...counts])).toEqual(new Set([0]));
    }
  });
});

describe('the catalogue', () => {
  it('says of each measure what it is', async () => {
    const { measures } = await api.run(
      '{ measures { name key title subject unit direction formula reason dimensions } }',
    );
    expect(measures.map(({ name }: Data) => name)).toEqual(MEASURES.map(({ name }) => name));
    expect(new Set(measures.map(({ key }: Data) => key)).size).toBe(MEASURES.length);
    for (const each of measures) {
      expect(each.key).toMatch(/^[a-z]+(\.[a-zA-Z0-9]+)*$/);
      expect(each.formula.length).toBeGreaterThan(20);
      expect(each.dimensions.includes('LOCATION')).toBe(each.subject !== 'CUSTOMERS');
    }
  });
});
