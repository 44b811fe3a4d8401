import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servePage } from '../../src/pages/serve.ts';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';
import { http, sse, websocket } from './transports.ts';

let server: SampleServer;
const reasons: { database: string | null | Error; migrations: string | null } = {
  database: null,
  migrations: null,
};

beforeAll(async () => {
  const page = {
    body: Buffer.from('<h1>Hello</h1>'),
    contentType: 'text/html; charset=utf-8',
    etag: '"1"',
    cacheControl: 'no-cache',
    contentSecurityPolicy: "default-src 'none'; script-src 'self'",
  };
  server = await openSampleServer({
    readiness: [
      {
        name: 'database',
        check: async () => {
          if (reasons.database instanceof Error) throw reasons.database;
          return reasons.database;
        },
      },
      { name: 'migrations', check: async () => reasons.migrations },
    ],
    pages: (request, response) => servePage(new Map([['/', page]]), request, response),
  });
});

afterAll(async () => {
  await server.close();
});

const get = (path: string) => fetch(`${server.url}${path}`);
const metrics = async () => (await get('/metrics')).text();

describe('health', () => {
  it('is asked for without a key', async () => {
    const response = await get('/healthz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('is one thing, and readiness another', async () => {
    expect((await get('/readyz')).status).toBe(200);
    reasons.migrations = '2 are not applied';
    reasons.database = new Error('password authentication failed for user x');
    const response = await get('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: 'not ready',
      reasons: ['database: no answer', 'migrations: 2 are not applied'],
    });
    expect((await get('/healthz')).status).toBe(200);
    reasons.migrations = null;
    reasons.database = null;
  });
});

describe('metrics', () => {
  it('count operations by what came of them, and errors by their codes', async () => {
    for (const transport of [http, websocket, sse]) {
      await transport.run(server, KEYS.secret, { query: '{ hello }' });
      await transport.run(server, KEYS.secret, { query: '{ refusal }' });
      await transport.run(server, KEYS.secret, { query: '{ fault }' });
      await transport.run(server, KEYS.secret, { query: '{ nothing }' });
    }
    const text = await metrics();
    for (const transport of ['http', 'websocket', 'sse']) {
      for (const outcome of ['ok', 'errors', 'fault']) {
        const labels = `transport="${transport}",type="query",outcome="${outcome}"`;
        expect(text).toContain(`antiphon_operations_total{${labels}} 1`);
      }
      const refused = `transport="${transport}",type="unknown",outcome="refused"`;
      expect(text).toContain(`antiphon_operations_total{${refused}} 1`);
      const code = `transport="${transport}",code="GRAPHQL_VALIDATION_FAILED"`;
      expect(text).toContain(`antiphon_operation_errors_total{${code}} 1`);
    }
    expect(text).toContain('antiphon_operation_seconds_bucket');
    expect(text).toContain('antiphon_feed_hub{what="members"} 0');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('have no label that a client could fill', async () => {
    await http.run(server, KEYS.secret, { query: 'query NameOfMine { hello }' });
    await get('/path-of-mine');
    const text = await metrics();
    expect(text).not.toContain('OfMine');
    expect(text).not.toContain('of-mine');
    expect(text).toContain('antiphon_http_responses_total{route="none",status="4xx"}');
  });
});

describe('pages', () => {
  it('have a policy of their own', async () => {
    const response = await get('/');
    expect(await response.text()).toBe('<h1>Hello</h1>');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  });
});

describe('the log', () => {
  it('has a line for each operation, which says who, what and how long', async () => {
    await http.run(server, KEYS.secret, { query: 'query Greeting { hello }' });
    const line = server.log.find((each) => each.includes('Greeting'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      msg: 'operation',
      transport: 'http',
      type: 'query',
      operation: 'Greeting',
      outcome: 'ok',
      cost: 0,
      audience: 'INTEGRATOR',
      organizationId: server.organizationId,
      keyId: 'key-secret',
      requestId: expect.any(String),
      ms: expect.any(Number),
    });
  });
});
