/**
 * What PostgreSQL reads for a year of days, in its own counts. A plan that is made while the table is
 * new is kept for hours: nothing may hang on what is known of it by then.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { packDays } from '../../src/modules/reviews/index.ts';
import { watchedDatabase } from '../performance/watched-database.ts';
import { openTestApi, type TestApi } from '../testkit/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const MONTHS = Array.from({ length: 24 }, (_, i) => new Date(Date.UTC(2023, i, 10, 12)));
const IMPORT = `mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { created } }`;
const ASK = `query ($query: MetricQuery!) { metrics(query: $query) { rows { bucket values { n } } } }`;

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

function rowsOf(table: string, node: PlanNode): number {
  const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  const below = (node.Plans ?? []).map((each) => rowsOf(table, each));
  return below.reduce((sum, each) => sum + each, node['Relation Name'] === table ? rows : 0);
}

it('reads each packed month of the range once, where nothing is known of the table yet', async () => {
  const reviews = MONTHS.map((authoredAt, i) => ({
    source: 'GOOGLE',
    externalId: `review-${i}`,
    rating: 4,
    authoredAt,
  }));
  expect((await api.run(IMPORT, { input: { reviews } })).importReviews.created).toBe(24);
  for await (const _ of packDays(api.db, api.organizationId, new Date()));
  const query = {
    measures: ['REVIEW_COUNT'],
    range: { from: '2023-04-15', to: '2024-04-14' },
    granularity: 'DAY',
  };
  const { reads } = await watchedDatabase(api.db).watch(async () => {
    const { metrics } = await api.run(ASK, { query });
    const days = metrics.rows.filter(({ values }: { values: { n: number }[] }) => values[0]?.n);
    expect(days).toHaveLength(12);
  });
  const [{ sql, values }] = reads as [(typeof reads)[0]];
  expect(sql).toContain('packed_days');
  const [row] = await api.db.system<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, format json) ${sql}`,
    values,
  );
  const plan = row!['QUERY PLAN'][0].Plan;
  // April to April.
  expect(rowsOf('packed_days', plan)).toBe(13);
  expect(rowsOf('review_total', plan)).toBe(13);
});
