import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { seedApi } from '../testkit/seed.ts';

/**
 * Each document is asked for one parent and for a hundred: the statements have to be the same. The
 * number is what resolvers send; the planner sends one for each field of Query.
 */
const DOCUMENTS: [string, number, string][] = [
  ['a flat list', 1, 'query ($first: Int) { reviews(first: $first) { nodes { id text rating } } }'],
  [
    'a list with its total',
    2,
    'query ($first: Int) { reviews(first: $first) { totalCount nodes { id } } }',
  ],
  [
    'parents of rows',
    3,
    'query ($first: Int) { reviews(first: $first) { nodes { location { name } product { name } } } }',
  ],
  [
    'lists in lists',
    5,
    `query ($first: Int) { locations(first: $first) { nodes {
      reviewSummary { count distribution { count } }
      reviews(first: 5) { totalCount nodes { id responses { body } } }
    } } }`,
  ],
  [
    'the same list twice with other arguments',
    3,
    `query ($first: Int) { locations(first: $first) { nodes {
      good: reviews(first: 3, filter: { sentiments: [POSITIVE] }) { nodes { id } }
      bad: reviews(first: 3, filter: { sentiments: [NEGATIVE] }) { nodes { id } }
    } } }`,
  ],
  [
    'versions, groups and back again',
    7,
    `query ($first: Int) { reviews(first: $first) { nodes {
      earlierVersions { rating } responses { review { id } }
      location { group { name parent { name } } }
    } } }`,
  ],
];

describe.each(['planner', 'graphql-jit'] as const)('the number of statements of %s', (engine) => {
  let api: TestApi;

  beforeAll(async () => {
    api = await openTestApi({ engine });
    await seedApi(api, { locations: 100, products: 5, reviews: 1_000 });
  });
  afterAll(() => api.close());

  it.each(DOCUMENTS)(
    'is the same for one parent and for a hundred: %s',
    async (_name, ofResolvers, document) => {
      const count = engine === 'planner' ? 1 : ofResolvers;
      const one = await api.statements(() => api.run(document, { first: 1 }));
      const hundred = await api.statements(() => api.run(document, { first: 100 }));
      expect(hundred).toHaveLength(count);
      // One parent may have nothing below it, and then nothing is read there.
      expect(one.length).toBeLessThanOrEqual(count);
    },
  );

  it('selects only the columns that the query asks for', async () => {
    const [sql] = await api.statements(() => api.run('{ reviews(first: 1) { nodes { rating } } }'));
    expect(sql).toContain('r.rating');
    expect(sql).not.toContain('r.text');
    expect(sql).not.toContain('r.translated_text');
  });

  it('is none for a total of nothing asked, and one for the total alone', async () => {
    const total = await api.statements(() => api.run('{ reviews { totalCount } }'));
    expect(total).toHaveLength(1);
    expect(total[0]).toContain('count(*)');
  });
});
