import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { pino } from 'pino';
import type { Database } from '../../src/db/database.ts';
import { newId } from '../../src/db/new-id.ts';
import { serverSecret } from '../../src/db/server-secret.ts';
import type { Data } from '../testkit/api.ts';
import { startTestServer, type TestServer } from '../testkit/server.ts';

const EXPORT = `mutation ($input: CreateMetricExportInput!) { createMetricExport(input: $input) { url expiresAt } }`;
const QUERY = { measures: ['REVIEW_COUNT'], range: { from: '2026-03-01', to: '2026-04-30' } };

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
}, 60_000);
afterAll(() => server.close());

async function order(input: object): Promise<Data> {
  return (await server.query(EXPORT, { input })).createMetricExport;
}

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
