/** The core that sends documents, against a server that fails in every way that servers fail. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RequestDocument } from '../../clients/core/src/document.ts';
import {
  AntiphonError,
  GraphQLRequestError,
  HttpError,
  NetworkError,
  RateLimitedError,
  TimeoutError,
} from '../../clients/core/src/errors.ts';
import {
  createRequestClient,
  type RequestClientOptions,
} from '../../clients/core/src/request-client.ts';
import {
  answers,
  answersPage,
  cuts,
  refuses,
  type ScriptedServer,
  startScriptedServer,
  staysSilent,
} from './scripted-server.ts';

const query: RequestDocument<{ total: number }, { first?: number }> = {
  kind: 'query',
  name: 'Total',
  hash: '',
  text: 'query Total($first:Int){total(first:$first)}',
};
const mutation: RequestDocument<{ done: boolean }, { input: { idempotencyKey?: string } }> = {
  kind: 'mutation',
  name: 'Do',
  hash: '',
  text: 'mutation Do($input:DoInput!){done(input:$input)}',
};
const total = answers({ data: { total: 3 } });
const done = answers({ data: { done: true } });

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

function client(options: Partial<RequestClientOptions> = {}) {
  const retry = { firstPauseMs: 1 };
  return createRequestClient({ url: server.url, key: 'ant_pub_1', retry, ...options });
}

async function failure(request: Promise<unknown>): Promise<unknown> {
  return request.then(
    (answer) => {
      throw new Error(`It did not fail: ${JSON.stringify(answer)}`);
    },
    (error: unknown) => error,
  );
}

describe('a request', () => {
  it('posts the document with its name, its variables and the key, and gives the data', async () => {
    server.script(total);
    expect(await client().request(query, { first: 2 })).toEqual({ total: 3 });
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        url: { pathname: '/graphql' },
        headers: { authorization: 'Bearer ant_pub_1', 'content-type': 'application/json' },
        body: { query: query.text, operationName: 'Total', variables: { first: 2 } },
      },
    ]);
  });

  it('gets queries where it is told to, in a way that no page can forge, and posts mutations', async () => {
    server.script(total, done);
    const byGet = client({ method: 'GET' });
    await byGet.request(query, { first: 2 });
    await byGet.request(mutation, { input: {} });
    const [got, posted] = server.requests;
    expect(got).toMatchObject({ method: 'GET', headers: { 'apollo-require-preflight': 'true' } });
    expect(Object.fromEntries(got?.url.searchParams ?? [])).toEqual({
      query: query.text,
      operationName: 'Total',
      variables: '{"first":2}',
    });
    expect(posted).toMatchObject({ method: 'POST' });
  });

  it.each(['/', '/graphql', ''])(
    'finds the endpoint of an address that ends in "%s"',
    async (end) => {
      server.script(total);
      await client({ url: server.url + end }).request(query, {});
      expect(server.requests[0]?.url.pathname).toBe('/graphql');
    },
  );

  it('keeps the path that the server is below', async () => {
    server.script(total);
    await client({ url: `${server.url}/reviews/` }).request(query, {});
    expect(server.requests[0]?.url.pathname).toBe('/reviews/graphql');
  });

  it('asks a key function before each attempt', async () => {
    let asked = 0;
    server.script(cuts, total);
    await client({ key: async () => `token-${++asked}` }).request(query, {});
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('sends the headers of the client, and uses its fetch', async () => {
    server.script(total);
    const sent: string[] = [];
    const own: typeof fetch = (input, init) => {
      sent.push(String(init?.method));
      return fetch(input, init);
    };
    await client({ headers: { 'antiphon-organization': 'demo' }, fetch: own }).request(query, {});
    expect(sent).toEqual(['POST']);
    expect(server.requests[0]?.headers['antiphon-organization']).toBe('demo');
  });
});

describe('an error', () => {
  it('of GraphQL says its code, its data and the request', async () => {
    const errors = [{ message: 'No scope.', extensions: { code: 'FORBIDDEN' } }];
    server.script(
      answers({ errors, data: { total: null } }, { headers: { 'x-request-id': 'req-7' } }),
    );
    const error = await failure(client().request(query, {}));
    expect(error).toBeInstanceOf(GraphQLRequestError);
    expect(error).toBeInstanceOf(AntiphonError);
    expect(error).toMatchObject({
      name: 'GraphQLRequestError',
      code: 'FORBIDDEN',
      errors,
      data: { total: null },
      requestId: 'req-7',
      message: 'No scope. (request req-7)',
    });
  });

  it('names the request by its extensions where no header does', async () => {
    server.script(refuses('INTERNAL_SERVER_ERROR', { requestId: 'req-8' }));
    expect(await failure(client().request(query, {}))).toMatchObject({ requestId: 'req-8' });
  });

  it('of something that speaks no GraphQL says the status', async () => {
    server.script(answersPage(404, { 'x-request-id': 'req-9' }));
    const error = await failure(client().request(query, {}));
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status: 404, requestId: 'req-9' });
  });

  it('of the network keeps its cause', async () => {
    server.script(cuts);
    const error = await failure(client().request(query, {}));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ requestId: null });
    expect((error as NetworkError).cause).toHaveProperty('name', 'TypeError');
  });

  it('comes in time where the server does not', async () => {
    server.script(staysSilent);
    let attempts = 0;
    const counting: typeof fetch = (input, init) => {
      attempts += 1;
      return fetch(input, init);
    };
    const error = await failure(client({ timeoutMs: 50, fetch: counting }).request(query, {}));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toBeInstanceOf(NetworkError);
    expect(attempts).toBe(3);
  });

  it('comes in time where the answer stops half-way', async () => {
    server.script((response) => void response.writeHead(200).write('{"data":'));
    const options = { timeoutMs: 50, retry: { attempts: 1 } };
    expect(await failure(client().request(query, {}, options))).toBeInstanceOf(TimeoutError);
  });

  it('is the reason of the signal where that ended it, and nothing is sent again', async () => {
    const reason = new Error('no longer needed');
    const ended = new AbortController();
    server.script(() => ended.abort(reason));
    const options = { signal: ended.signal };
    expect(await failure(client().request(query, {}, options))).toBe(reason);
    expect(server.requests).toHaveLength(1);
    expect(await failure(client().request(mutation, { input: {} }, options))).toBe(reason);
  });

  it('is the reason of the signal also in a pause between two attempts', async () => {
    server.script(cuts);
    const reason = new Error('no longer needed');
    const ended = new AbortController();
    setTimeout(() => ended.abort(reason), 50);
    const options = { signal: ended.signal, retry: { firstPauseMs: 5_000 } };
    const started = performance.now();
    expect(await failure(client().request(query, {}, options))).toBe(reason);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('a failed attempt', () => {
  it.each([
    ['a cut connection', cuts],
    ['a bad gateway', answersPage(502)],
    ['a server that is going', refuses('SHUTTING_DOWN')],
    ['too many requests', refuses('RATE_LIMITED', { retryAfter: 0.01 })],
    ['too many requests, says a proxy', answersPage(429, { 'retry-after': '0' })],
  ])('is made again for a query: %s', async (_, reaction) => {
    server.script(reaction, reaction, total);
    expect(await client().request(query, {})).toEqual({ total: 3 });
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    ['a refused key', refuses('UNAUTHENTICATED')],
    ['a wrong document', refuses('GRAPHQL_VALIDATION_FAILED')],
    ['a fault of the server', refuses('INTERNAL_SERVER_ERROR')],
    ['a wrong address', answersPage(404)],
  ])('is not made again where it would fail again: %s', async (_, reaction) => {
    server.script(reaction, total);
    expect(await failure(client().request(query, {}))).toBeInstanceOf(AntiphonError);
    expect(server.requests).toHaveLength(1);
  });

  it('is made as often as the client, or the request, says', async () => {
    server.script(cuts);
    await failure(client({ retry: { attempts: 2, firstPauseMs: 1 } }).request(query, {}));
    expect(server.requests).toHaveLength(2);
    server.script(cuts);
    await failure(client().request(query, {}, { retry: { attempts: 1 } }));
    expect(server.requests).toHaveLength(1);
  });

  it('of a mutation is made again only with an idempotency key, which makes twice once', async () => {
    server.script(cuts, done);
    expect(await failure(client().request(mutation, { input: {} }))).toBeInstanceOf(NetworkError);
    expect(server.requests).toHaveLength(1);
    server.script(cuts, done);
    const input = { idempotencyKey: 'once' };
    expect(await client().request(mutation, { input })).toEqual({ done: true });
    expect(server.requests.map(({ body }) => body?.variables)).toEqual([{ input }, { input }]);
  });

  it('waits as long as the server wants to be left alone', async () => {
    server.script(refuses('RATE_LIMITED', { retryAfter: 0.2 }), total);
    const started = performance.now();
    await client().request(query, {});
    expect(performance.now() - started).toBeGreaterThanOrEqual(190);
  });

  it('understands a date in Retry-After', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    server.script(answersPage(503, { 'retry-after': date }));
    const error = await failure(client().request(query, {}));
    expect((error as HttpError).retryAfter).toBeGreaterThan(50);
    expect(server.requests).toHaveLength(1);
  });

  it('is told at once where the server wants to be left alone for too long', async () => {
    server.script(refuses('RATE_LIMITED', { retryAfter: 60 }));
    const error = await failure(client().request(query, {}));
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ retryAfter: 60 });
    expect(server.requests).toHaveLength(1);
  });
});
