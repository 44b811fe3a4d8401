import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { done } from './sample-schema.ts';
import { KEYS, openSampleServer, type SampleServer, SHOP } from './sample-server.ts';
import { bearer } from './transports.ts';

const BODY_BYTES = 20_000;

let server: SampleServer;

beforeAll(async () => {
  server = await openSampleServer({ limits: { bodyBytes: BODY_BYTES } });
});

afterAll(async () => {
  await server.close();
});

beforeEach(() => {
  done.length = 0;
});

interface Options {
  readonly method?: string;
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function send({ method = 'POST', key = KEYS.secret, headers = {}, body }: Options = {}, path = '') {
  return fetch(`${server.url}/graphql${path}`, {
    method,
    headers: {
      ...bearer(key),
      ...(method === 'POST' && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
}

const query = (text: string) => ({ body: JSON.stringify({ query: text }) });
const search = (parameters: Record<string, string>) =>
  `?${new URLSearchParams(parameters).toString()}`;

async function codesIn(response: Response): Promise<unknown[]> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return errors.map(({ extensions }) => extensions.code);
}

describe('cross-site request forgery', () => {
  const forms = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'];

  it.each(forms)('cannot come as %s', async (type) => {
    const response = await send({
      headers: { 'content-type': type },
      ...query('mutation { act(what: "forged") }'),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Cross-Site Request Forgery');
    expect(done).toEqual([]);
  });

  it('cannot come as a link', async () => {
    const link = search({ query: '{ hello }' });
    expect((await send({ method: 'GET' }, link)).status).toBe(400);
    const headers = { 'apollo-require-preflight': 'true' };
    expect((await send({ method: 'GET', headers }, link)).status).toBe(200);
  });
});

describe('browsers on other origins', () => {
  const origin = { origin: SHOP };

  it('are told by a preflight what they may send', async () => {
    const response = await send({
      method: 'OPTIONS',
      key: null,
      headers: {
        ...origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('may read what a key without origins reads', async () => {
    const response = await send({ headers: origin, key: KEYS.publishable, ...query('{ hello }') });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id');
  });

  it('may read what a key reads that names them', async () => {
    const response = await send({ headers: origin, key: KEYS.bound, ...query('{ hello }') });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it.each(['https://shop.example.evil.test', 'http://shop.example', 'null'])(
    'are refused for a key that does not name them: %s',
    async (other) => {
      const response = await send({
        headers: { origin: other },
        key: KEYS.bound,
        ...query('{ hello }'),
      });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      const { errors } = (await response.json()) as { errors: { extensions: object }[] };
      expect(errors[0]?.extensions).toEqual({ code: 'FORBIDDEN', reason: 'ORIGIN_NOT_ALLOWED' });
    },
  );

  it('may read that their key is not good', async () => {
    const response = await send({ headers: origin, key: 'ant_pub_wrong', ...query('{ hello }') });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('do not matter to a key that comes without one', async () => {
    const response = await send({ key: KEYS.bound, ...query('{ hello }') });
    expect(response.status).toBe(200);
  });
});

describe('bodies', () => {
  it('larger than is taken are refused, whether they say so or not', async () => {
    const body = JSON.stringify({ query: `{ hello } # ${'x'.repeat(500 * BODY_BYTES)}` });
    const told = await send({ body });
    const streamed = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...bearer(KEYS.secret), 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    });
    for (const response of [told, streamed]) {
      expect(response.status).toBe(413);
      expect(await codesIn(response)).toEqual(['REQUEST_TOO_LARGE']);
    }
  });

  it('are not read from whoever has no key', async () => {
    const response = await send({ key: null, body: 'x'.repeat(10 * BODY_BYTES) });
    expect(response.status).toBe(401);
  });

  it.each([
    ['application/graphql', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json;charset="UTF-8"', 200],
  ])('of type %s give %i', async (type, status) => {
    const response = await send({ headers: { 'content-type': type }, ...query('{ hello }') });
    expect(response.status).toBe(status);
  });

  it('that are compressed are refused', async () => {
    const response = await send({ headers: { 'content-encoding': 'gzip' }, body: 'x' });
    expect(response.status).toBe(415);
  });

  it('with several operations in one are refused', async () => {
    const response = await send({ body: JSON.stringify([{ query: '{ hello }' }]) });
    expect(response.status).toBe(400);
  });
});

describe('answers', () => {
  it('have the status of the specification for each media type', async () => {
    const statuses = async (document: string) => {
      const types = ['application/json', 'application/graphql-response+json'];
      const send1 = (accept: string) => send({ headers: { accept }, ...query(document) });
      return (await Promise.all(types.map(send1))).map(({ status }) => status);
    };
    expect(await statuses('{ hello }')).toEqual([200, 200]);
    expect(await statuses('{ fault }')).toEqual([200, 200]);
    expect(await statuses('{ nothing }')).toEqual([200, 400]);
    expect(await statuses(`{ ${'hello '.repeat(3_000)} }`)).toEqual([200, 400]);
    expect(await statuses('{ managed }')).toEqual([403, 403]);
  });

  it('are refused before anything runs, where nobody could read them', async () => {
    const response = await send({
      headers: { accept: 'text/csv' },
      ...query('mutation { act(what: "unheard") }'),
    });
    expect(response.status).toBe(406);
    expect(done).toEqual([]);
  });

  it('of a GET are for reading only', async () => {
    const headers = { 'apollo-require-preflight': 'true' };
    const link = search({ query: 'mutation { act(what: "by a link") }' });
    const response = await send({ method: 'GET', headers }, link);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(done).toEqual([]);
  });

  it('do not come to other methods', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await send({ method: 'PUT', headers, ...query('{ hello }') });
    expect(response.status).toBe(405);
  });

  it('are no subscriptions', async () => {
    const response = await send(query('subscription { thingAdded { seq } }'));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('/graphql/stream');
  });

  it('carry the id of the request, the one that it brought where that is well-formed', async () => {
    const idOf = async (id: string) => {
      const response = await send({ headers: { 'x-request-id': id }, ...query('{ hello }') });
      return response.headers.get('x-request-id');
    };
    expect(await idOf('abc-123')).toBe('abc-123');
    expect(await idOf('no spaces')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf('x'.repeat(129))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('are protected from being framed, sniffed or kept', async () => {
    const { headers } = await send(query('{ hello }'));
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('ask for credentials in the words of HTTP', async () => {
    const response = await send({ key: null, ...query('{ hello }') });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('take an empty operation name for none', async () => {
    const response = await send({
      body: JSON.stringify({ query: '{ hello }', operationName: '' }),
    });
    expect(await response.json()).toMatchObject({ data: { hello: 'Hello world' } });
  });

  it('say where GraphQL is', async () => {
    const response = await fetch(`${server.url}/elsewhere`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('/graphql');
  });
});
