import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FAULT_SECRET } from './sample-schema.ts';
import { KEYS, openSampleServer, type SampleServer } from './sample-server.ts';
import { codesOf, TRANSPORTS } from './transports.ts';

let server: SampleServer;

beforeAll(async () => {
  server = await openSampleServer({
    documentLimits: { maxTokens: 500, maxDepth: 6, maxAliases: 10, maxCost: 500 },
    limits: { executionTimeoutMs: 300 },
  });
});

afterAll(async () => {
  await server.close();
});

describe.each(TRANSPORTS)('over $name', (transport) => {
  const run = (query: string, variables?: Record<string, unknown>, key: string = KEYS.secret) =>
    transport.run(server, key, { query, ...(variables && { variables }) });

  it('answers a query, and tells its cost', async () => {
    const answer = await run('query ($name: String) { hello(name: $name) }', { name: 'you' });
    expect(answer).toEqual({
      data: { hello: 'Hello you' },
      extensions: { cost: { requested: 0, limit: 500 } },
    });
  });

  it('runs a mutation', async () => {
    const answer = await run('mutation { act(what: "something") }');
    expect(answer.data).toEqual({ act: true });
  });

  it('refuses a document that does not parse', async () => {
    const answer = await run('{ hello');
    expect(codesOf(answer)).toEqual(['GRAPHQL_PARSE_FAILED']);
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors?.[0]?.locations).toEqual([{ line: 1, column: 8 }]);
  });

  it('tells every reason why a document is not valid', async () => {
    const answer = await run('{ nothing nowhere }');
    expect(codesOf(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED']);
    expect(answer.errors?.[1]?.locations).toEqual([{ line: 1, column: 11 }]);
  });

  it('refuses variables of the wrong type', async () => {
    const answer = await run('query ($n: Int!) { slow(ms: $n) }', { n: 'soon' });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer).not.toHaveProperty('data');
  });

  it('refuses more than an argument may hold, however often the document has run', async () => {
    const query = 'query ($ids: [String!]!) { nodes(ids: $ids) { id } }';
    for (let times = 0; times < 3; times++) {
      expect((await run(query, { ids: ['1'] })).data).toEqual({ nodes: [{ id: '1' }] });
    }
    const answer = await run(query, { ids: Array.from({ length: 1_001 }, () => '1') });
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      path: ['ids'],
      limit: 1_000,
    });
  });

  it('says which operation is missing', async () => {
    const query = 'query A { hello } query B { hello }';
    const both = await transport.run(server, KEYS.secret, { query });
    const other = await transport.run(server, KEYS.secret, { query, operationName: 'C' });
    const named = await transport.run(server, KEYS.secret, { query, operationName: 'B' });
    expect([both, other].map(codesOf)).toEqual([
      ['OPERATION_RESOLUTION_FAILURE'],
      ['OPERATION_RESOLUTION_FAILURE'],
    ]);
    expect(named.data).toEqual({ hello: 'Hello world' });
  });

  it.each([
    ['DOCUMENT_TOO_LARGE', `{ ${'hello '.repeat(600)} }`],
    ['DOCUMENT_TOO_LARGE', `{ ${'hello '.repeat(21)} }`],
    ['DOCUMENT_TOO_DEEP', `{ things { nodes ${'{ parent '.repeat(7)} { id } ${'}'.repeat(7)} } }`],
    ['TOO_MANY_ALIASES', `{ ${Array.from({ length: 11 }, (_, i) => `a${i}: hello`).join(' ')} }`],
    [
      'DOCUMENT_TOO_COSTLY',
      '{ things(first: 100) { nodes { parts(first: 10) { totalCount nodes { id } } } } }',
    ],
  ])('refuses with %s', async (code, query) => {
    const answer = await run(query);
    expect(codesOf(answer)).toEqual([code]);
    expect(answer).not.toHaveProperty('data');
  });

  it('counts the cost with the variables', async () => {
    const query = 'query ($n: Int) { things(first: $n) { nodes { parts { nodes { id } } } } }';
    expect(codesOf(await run(query, { n: 100 }))).toEqual(['DOCUMENT_TOO_COSTLY']);
    expect((await run(query, { n: 2 })).extensions).toEqual({
      cost: { requested: 45, limit: 500 },
    });
  });

  it('refuses what the key has no scope for, naming field and scope', async () => {
    const answer = await run('{ managed }');
    expect(answer.errors).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('Query.managed needs the scope keys:manage'),
        extensions: { code: 'FORBIDDEN', scope: 'keys:manage', field: 'Query.managed' },
      }),
    ]);
  });

  it('does not know for a publishable key what is not marked for it', async () => {
    const answer = await run('{ managed }', undefined, KEYS.publishable);
    expect(codesOf(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(answer.errors?.[0]?.message).toContain('Cannot query field "managed"');
    expect((await run('{ hello }', undefined, KEYS.publishable)).data).toEqual({
      hello: 'Hello world',
    });
  });

  it('masks faults, with the id of the request', async () => {
    const answer = await run('{ fault hello }');
    expect(answer.data).toEqual({ fault: null, hello: 'Hello world' });
    expect(answer.errors).toEqual([
      {
        message: 'Internal error',
        path: ['fault'],
        locations: [{ line: 1, column: 3 }],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
      },
    ]);
    const requestId = answer.errors?.[0]?.extensions?.['requestId'] as string;
    const logged = server.log.filter((line) => line.includes('A fault was masked'));
    expect(logged.find((line) => line.includes(requestId))).toContain(FAULT_SECRET);
  });

  it('masks a null where there must be none', async () => {
    const answer = await run('{ lies }');
    expect(codesOf(answer)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(answer.data).toBeNull();
  });

  it('passes on errors that are meant for the caller', async () => {
    const answer = await run('{ refusal }');
    expect(answer.errors).toEqual([
      {
        message: 'Give another one.',
        path: ['refusal'],
        locations: [{ line: 1, column: 3 }],
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });

  it('answers TIMEOUT to what takes too long', async () => {
    const answer = await run('{ slow(ms: 900) }');
    expect(codesOf(answer)).toEqual(['TIMEOUT']);
  });

  it('lets nobody in without a good key', async () => {
    for (const key of [null, 'ant_sec_nobody']) {
      const answer = await transport.run(server, key, { query: '{ hello }' });
      expect(answer.closed ?? codesOf(answer)[0]).toBe(
        transport.name === 'websocket' ? 4401 : 'UNAUTHENTICATED',
      );
    }
  });
});

describe('the log', () => {
  it('holds no key, variable or document', async () => {
    const variables = { input: 'my-private-variable' };
    const query = 'query Faulty ($input: String) { fault(input: $input) }';
    for (const transport of TRANSPORTS) {
      await transport.run(server, KEYS.secret, { query, variables });
    }
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    await fetch(`${server.url}/graphql?${search.toString()}`, {
      headers: { authorization: `Bearer ${KEYS.secret}`, 'apollo-require-preflight': 'true' },
    });
    const text = server.log.join('');
    expect(text).toContain('Faulty');
    expect(text).toContain('Cannot do');
    expect(text).not.toContain('my-private-variable');
    expect(text).not.toContain('fault(input');
    for (const key of Object.values(KEYS)) expect(text).not.toContain(key);
  });
});
