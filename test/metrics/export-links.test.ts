import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { pino } from 'pino';
import type { Database } from '../../src/db/database.ts';
import { newId } from '../../src/db/new-id.ts';
import { serverSecret } from '../../src/db/server-secret.ts';
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
let log = '';

beforeAll(async () => {
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  const logger = pino({ level: 'debug' }, destination);
  server = await startTestServer({}, { isCompared: false, logger });
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

describe('a link', () => {
  const problem = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${server.url}/exports/${path}`, init);
    const type = response.headers.get('content-type');
    return { status: response.status, type, body: (await response.json()) as Data };
  };
  const tokenOf = async () => (await order({ query: QUERY, format: 'CSV' })).url.slice(9) as string;
  const signed = async (change: (claims: Data) => Data, secret?: Uint8Array) => {
    const claims = change(decodeJwt(await tokenOf()));
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(secret ?? (await serverSecret(server.db, 'export-links')));
  };

  it('ends after 15 minutes', async () => {
    const { url, expiresAt } = await order({ query: QUERY, format: 'CSV' });
    const { exp, iat, aud } = decodeJwt(String(url).slice('/exports/'.length));
    expect({ seconds: (exp ?? 0) - (iat ?? 0), aud }).toEqual({
      seconds: 900,
      aud: 'antiphon:exports',
    });
    expect(Date.parse(expiresAt)).toBe((exp ?? 0) * 1000);
    const old = await signed((claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 1 }));
    expect(await problem(old)).toEqual({
      status: 410,
      type: 'application/problem+json; charset=utf-8',
      body: {
        type: 'about:blank',
        title: expect.any(String),
        status: 410,
        code: 'EXPORT_LINK_EXPIRED',
        detail: expect.stringContaining('createMetricExport'),
        requestId: expect.any(String),
      },
    });
  });

  it.each([
    ['signed by another server', () => signed((claims) => claims, new Uint8Array(32).fill(7))],
    ['for another purpose', () => signed((claims) => ({ ...claims, aud: 'antiphon:else' }))],
    ['without an end', () => signed(({ exp: _, ...claims }) => claims)],
    [
      'not signed at all',
      async () =>
        new UnsecuredJWT(decodeJwt(await tokenOf())).setAudience('antiphon:exports').encode(),
    ],
    [
      'of another organization, with the signature of ours',
      async () => {
        const [head, , signature] = (await tokenOf()).split('.');
        const claims = { ...decodeJwt(await tokenOf()), org: newId() };
        const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
        return `${head}.${body}.${signature}`;
      },
    ],
    ['cut short', async () => (await tokenOf()).slice(0, -3)],
    ['nonsense', async () => 'nonsense'],
    ['empty', async () => ''],
  ])('%s opens nothing', async (_name, make) => {
    const { status, body } = await problem(await make());
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'EXPORT_LINK_INVALID' });
    // As it is, the same way works.
    expect((await fetch(`${server.url}/exports/${await tokenOf()}`)).status).toBe(200);
  });

  it('to a view that was deleted since opens nothing any more', async () => {
    const { createMetricView } = await server.query(
      `mutation ($input: CreateMetricViewInput!) { createMetricView(input: $input) { metricView { id } } }`,
      { input: { key: 'short-lived', name: 'Short', query: QUERY } },
    );
    const { id } = createMetricView.metricView;
    const { url } = await order({ viewId: id, format: 'CSV' });
    await server.query(
      'mutation ($input: DeleteMetricViewInput!) { deleteMetricView(input: $input) { deletedId } }',
      { input: { id } },
    );
    const { status, body } = await problem(String(url).slice('/exports/'.length));
    expect({ status, code: body.code }).toEqual({ status: 410, code: 'EXPORT_GONE' });
  });

  it('to a question that cannot be answered says why', async () => {
    const { createMetricView } = await server.query(
      `mutation ($input: CreateMetricViewInput!) { createMetricView(input: $input) { metricView { id } } }`,
      { input: { key: 'of-another-version', name: 'Newer', query: QUERY } },
    );
    const { url } = await order({ viewId: createMetricView.metricView.id, format: 'CSV' });
    await server.db.system(
      `update metric_view set query = jsonb_set(query, '{measures}', '["NOT_KNOWN_HERE"]')
       where key = 'of-another-version'`,
    );
    const { status, body } = await problem(String(url).slice('/exports/'.length));
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'EXPORT_NOT_POSSIBLE' });
    expect(body.detail).toContain('NOT_KNOWN_HERE');
  });

  it('is fetched by GET alone', async () => {
    const token = await tokenOf();
    const { status, body } = await problem(token, { method: 'POST' });
    expect({ status, code: body.code }).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
  });

  it('is in no log', async () => {
    const token = await tokenOf();
    await (await fetch(`${server.url}/exports/${token}`)).text();
    await problem(`${token}x`);
    expect(log).toContain('/exports/…');
    for (const part of token.split('.')) expect(log).not.toContain(part);
  });
});

describe('the secret', () => {
  it('is one, whoever makes it first', async () => {
    // Each is a process of its own to `serverSecret`, which remembers by database object.
    const processes = Array.from(
      { length: 8 },
      () => ({ system: (sql, values) => server.db.system(sql, values) }) as Database,
    );
    const secrets = await Promise.all(processes.map((db) => serverSecret(db, 'made-by-rivals')));
    expect(new Set(secrets.map((secret) => Buffer.from(secret).toString('hex'))).size).toBe(1);
    expect(secrets[0]).toHaveLength(32);
  });

  it('cannot be read by a unit of work', async () => {
    const reading = server.db.unitOfWork(server.organizationId, (uow) =>
      uow.execute('select * from server_secret'),
    );
    await expect(reading).rejects.toMatchObject({ code: '42501' });
  });
});
