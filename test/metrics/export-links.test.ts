import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import { newId } from '../../src/db/new-id.ts';
import { encodeId } from '../../src/graphql/ids.ts';
import { createKey } from '../../src/modules/accounts/index.ts';
import type { Scope } from '../../src/graphql/caller.ts';
import type { Data } from '../testkit/api.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';

const EXPORT = `mutation ($input: CreateMetricExportInput!) { createMetricExport(input: $input) { url expiresAt userErrors { code message path } } }`;
const ASK = `query ($query: MetricQuery!) { metrics(query: $query) { rows { bucket dimensions { dimension value label } values { measure value n previous } } } }`;
const IMPORT = `mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { created } }`;

const QUERY = {
  measures: ['REVIEW_COUNT', 'RESPONSE_RATE'],
  dimensions: ['LOCATION', 'SOURCE'],
  filter: { sources: ['GOOGLE', 'YELP'] },
  range: { from: '2026-03-01', to: '2026-04-30' },
  granularity: 'MONTH',
  compare: true,
};

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({}, { isCompared: false });
  const reviews = Array.from({ length: 40 }, (_, i) => ({
    source: (['GOOGLE', 'YELP', 'FACEBOOK'] as const)[i % 3],
    externalId: `export-${i}`,
    rating: 1 + (i % 5),
    text: i % 2 === 0 ? '=HYPERLINK("http://evil.example","Good")' : 'Fine,\n"really"',
    locationExternalId: `loc-${i % 2}`,
    locationName: i % 2 === 0 ? 'Plain' : '@SUM(A1)',
    authoredAt: new Date(Date.UTC(2026, 2, 1 + i)).toISOString(),
    ...(i % 4 === 0 && { response: { body: 'Thanks', publishedAt: '2026-05-01T00:00:00Z' } }),
  }));
  await server.query(IMPORT, { input: { reviews } });
}, 60_000);
afterAll(() => server.close());

async function order(input: object, key = server.keys.integrator): Promise<Data> {
  return (await server.query(EXPORT, { input }, key)).createMetricExport;
}

async function link(input: object): Promise<string> {
  const { url, userErrors } = await order(input);
  expect(userErrors).toEqual([]);
  return server.url + url;
}

async function fetched(input: object): Promise<{ text: string; response: Response }> {
  const response = await fetch(await link(input));
  return { response, text: await response.text() };
}

const csvOf = (text: string): Record<string, string>[] => parseCsv(text, { columns: true });
const linesOf = (text: string): Data[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a file of numbers', () => {
  it('holds what the query answers, as CSV', async () => {
    const { text, response } = await fetched({ query: QUERY, format: 'CSV' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const day = new Date().toISOString().slice(0, 10);
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="metrics-numbers-${day}.csv"`,
    );
    const { metrics } = await server.query(ASK, { query: QUERY });
    const rows = csvOf(text);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      'bucket',
      'LOCATION',
      'LOCATION.label',
      'SOURCE',
      'SOURCE.label',
      'REVIEW_COUNT',
      'REVIEW_COUNT.n',
      'REVIEW_COUNT.previous',
      'RESPONSE_RATE',
      'RESPONSE_RATE.n',
      'RESPONSE_RATE.previous',
      'asOf',
    ]);
    const told = (value: number | null) => (value === null ? '' : String(value));
    expect(metrics.rows.length).toBeGreaterThan(4);
    expect(rows.map(({ asOf: _, ...row }) => Object.values(row))).toEqual(
      metrics.rows.map((row: Data) => [
        row.bucket,
        ...row.dimensions.flatMap(({ value, label }: Data) => [
          value,
          label.startsWith('@') ? `'${label}` : label,
        ]),
        ...row.values.flatMap(({ value, n, previous }: Data) => [value, n, previous].map(told)),
      ]),
    );
  });

  it('and as NDJSON', async () => {
    const { text, response } = await fetched({ query: QUERY, format: 'NDJSON' });
    expect(response.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    const { metrics } = await server.query(ASK, { query: QUERY });
    expect(linesOf(text)).toEqual(
      metrics.rows.map((row: Data) => ({
        bucket: row.bucket,
        dimensions: Object.fromEntries(
          row.dimensions.map(({ dimension, value, label }: Data) => [dimension, { value, label }]),
        ),
        values: Object.fromEntries(row.values.map(({ measure, ...rest }: Data) => [measure, rest])),
        asOf: expect.stringMatching(/^\d{4}-.*Z$/),
      })),
    );
  });

  it('is of a view, as it is when the file is fetched', async () => {
    const { metricView } = await server.query('{ metricView(key: "overview") { id } }');
    const { text, response } = await fetched({ viewId: metricView.id, format: 'CSV' });
    expect(response.headers.get('content-disposition')).toMatch(/"overview-numbers-/);
    expect(csvOf(text)).toHaveLength(30);
  });
});

describe('a file of reviews', () => {
  const input = { query: QUERY, rows: 'REVIEWS' };

  it('holds the reviews that the numbers are about, and no others', async () => {
    const { text } = await fetched({ ...input, format: 'NDJSON' });
    const { metrics } = await server.query(ASK, {
      query: { ...QUERY, dimensions: [], granularity: null },
    });
    const reviews = linesOf(text);
    expect(reviews).toHaveLength(metrics.rows[0].values[0].n);
    expect(reviews.length).toBeGreaterThan(20);
    expect(new Set(reviews.map(({ source }: Data) => source))).toEqual(new Set(['GOOGLE', 'YELP']));
    expect(reviews[0]).toMatchObject({ locationName: 'Plain', response: { body: 'Thanks' } });
  });

  it('as CSV has no cell that a spreadsheet would compute', async () => {
    const { text } = await fetched({ ...input, format: 'CSV' });
    const rows = csvOf(text);
    expect(rows.length).toBeGreaterThan(20);
    const dangerous = rows.flatMap((row) => Object.values(row)).filter((c) => /^[=+@-]/.test(c));
    expect(dangerous).toEqual([]);
    expect(rows[0]?.['text']).toBe(`'=HYPERLINK("http://evil.example","Good")`);
  });

  it('is refused where the numbers are not over reviews', async () => {
    const { metricView } = await server.query('{ metricView(key: "customer-feedback") { id } }');
    const { response, text } = await fetched({
      viewId: metricView.id,
      rows: 'REVIEWS',
      format: 'CSV',
    });
    expect(response.status).toBe(422);
    expect(text).toContain('NPS is over surveys: no review stands behind it.');
    const cells = await fetched({ viewId: metricView.id, format: 'CSV' });
    expect(Object.keys(csvOf(cells.text)[0] ?? {})).toContain('NPS.previous');
  });

  it('needs the rights to read all that is in it', async () => {
    const { token } = await server.db.unitOfWork(server.organizationId, (uow) =>
      createKey(uow, secretKey(['metrics:read', 'reviews:read']), 'OPERATOR'),
    );
    const { url, userErrors } = await order({ ...input, format: 'CSV' }, token);
    expect({ url, userErrors }).toMatchObject({
      url: null,
      userErrors: [{ code: 'PERMISSION_DENIED', path: ['rows'] }],
    });
    expect((await order({ query: QUERY, format: 'CSV' }, token)).userErrors).toEqual([]);
  });
});

const secretKey = (scopes: Scope[]) => ({
  kind: 'SECRET' as const,
  name: 'some rights',
  scopes,
  origins: null,
  memberId: null,
  expiresAt: null,
});

describe('what is asked for', () => {
  it.each([
    ['nothing', {}, 'INVALID_VALUE', []],
    ['two things', { query: QUERY, viewId: encodeId('MetricView', newId()) }, 'INVALID_VALUE', []],
    ['a view that is none', { viewId: encodeId('MetricView', newId()) }, 'NOT_FOUND', ['viewId']],
    ['an id of a review', { viewId: encodeId('Review', newId()) }, 'INVALID_ID', ['viewId']],
    ['no measure', { query: { ...QUERY, measures: [] } }, 'INVALID_VALUE', ['query', 'measures']],
    [
      'more than a link holds',
      {
        query: {
          ...QUERY,
          filter: { locationExternalIds: Array.from({ length: 100 }, () => 'x'.repeat(90)) },
        },
      },
      'LIMIT_EXCEEDED',
      ['query'],
    ],
  ])('%s is refused', async (_name, input, code, path) => {
    const { url, userErrors } = await order({ ...input, format: 'CSV' });
    expect({ url, userErrors }).toMatchObject({ url: null, userErrors: [{ code, path }] });
  });

  it('with the same idempotency key gives the same link, which is kept nowhere', async () => {
    const input = { query: QUERY, format: 'CSV', idempotencyKey: 'export-once' };
    const first = await order(input);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await order(input)).toEqual(first);
    const token = String(first.url).slice('/exports/'.length);
    const [kept] = await server.db.system<{ text: string }>(
      `select string_agg(r::text, ' ') as text from idempotency_record r`,
    );
    expect(kept?.text).toContain('export-once');
    expect(kept?.text).not.toContain(token.split('.')[2]);
  });
});
