import { beforeEach, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { createAdmission, type Admission } from '../../src/graphql/admission/admission.ts';
import { AdmissionError } from '../../src/graphql/admission/errors.ts';
import { DEFAULT_DOCUMENT_LIMITS } from '../../src/graphql/admission/limits.ts';
import type { Audience, Caller, Scope } from '../../src/graphql/caller.ts';
import { sampleSchemas } from '../http/sample-schema.ts';

const schemas = sampleSchemas();
let admission: Admission;

beforeEach(() => {
  admission = admissionOf({});
});

function admissionOf(options: Partial<Parameters<typeof createAdmission>[0]>): Admission {
  return createAdmission({
    schemas,
    limits: DEFAULT_DOCUMENT_LIMITS,
    rateLimit: { points: 1e9, seconds: 60 },
    storefrontIntrospection: true,
    documentCacheBytes: 1e7,
    ...options,
  });
}

const callerOf = (audience: Audience, scopes: readonly Scope[] = []): Caller => ({
  audience,
  organizationId: '00000000-0000-7000-8000-000000000000',
  scopes: new Set(scopes),
  keyId: 'key',
  memberId: null,
  role: null,
  origins: null,
  expiresAt: null,
});

const integrator = callerOf('INTEGRATOR', ['reviews:read', 'feed:read']);
const storefront = callerOf('STOREFRONT');

async function codesOf(query: string, caller = integrator): Promise<unknown[]> {
  try {
    await admission.admit({ query }, caller);
    return [];
  } catch (error) {
    if (!(error instanceof AdmissionError)) throw error;
    return error.errors.map(({ extensions }) => extensions['code']);
  }
}

async function costOf(query: string, variables?: Record<string, unknown>): Promise<number> {
  return (await admission.admit({ query, variables }, integrator)).cost;
}

/** The answer, and how many milliseconds it took. */
async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { result, ms: performance.now() - startedAt };
}

const repeat = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

describe('a document made to hurt', () => {
  const bombs: [string, string][] = [
    [
      'fragments that double forty times',
      `{ things { nodes { ...F40 } } } fragment F0 on Thing { id } ${repeat(40, (i) => `fragment F${i + 1} on Thing { parent { ...F${i} } b: parent { ...F${i} } }`)}`,
    ],
    [
      'fragments that double without nesting',
      `{ things { nodes { ...F40 } } } fragment F0 on Thing { id } ${repeat(40, (i) => `fragment F${i + 1} on Thing { ...F${i} ...F${i} ...F${i} }`)}`,
    ],
    ['a thousand aliases', `{ ${repeat(1_000, (i) => `a${i}: hello`)} }`],
    ['one field a thousand times', `{ things { nodes { ${'id '.repeat(3_000)} } } }`],
    [
      'objects that are merged again and again',
      `{ things { nodes { ${repeat(300, () => 'parent { parent { id } }')} } } }`,
    ],
    ['brackets and nothing else', `{ hello(name: ${'['.repeat(100_000)}`],
    ['nested braces', `{ things ${'{ nodes '.repeat(50_000)}`],
    [
      'a fragment that spreads itself',
      '{ things { nodes { ...F } } } fragment F on Thing { id ...F }',
    ],
    [
      'fragments that spread each other',
      '{ things { nodes { ...F } } } fragment F on Thing { parent { ...G } } fragment G on Thing { parent { ...F } }',
    ],
    [
      'introspection that goes round',
      `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} } '.repeat(8)} } } }`,
    ],
    ['a thousand directives', `{ hello ${'@skip(if: false) '.repeat(500)} }`],
    ['a long string', `{ hello(name: "${'x'.repeat(5_000_000)}) }`],
  ];

  it.each(bombs)('is refused soon: %s', async (_name, query) => {
    const { result, ms } = await timed(() => codesOf(query));
    expect(result.length).toBeGreaterThan(0);
    expect(result).not.toContain('INTERNAL_SERVER_ERROR');
    expect(ms).toBeLessThan(1_500);
  });

  it('is refused soon also where it is just within the limits', async () => {
    const documents = [
      `{ things { nodes { ${'id '.repeat(490)} } } }`,
      `{ things { nodes { ${repeat(60, () => 'parent { parts { nodes { id name } } }')} } } }`,
      `{ things { nodes { ${repeat(90, (i) => `...F${i}`)} } } } ${repeat(90, (i) => `fragment F${i} on Thing { parent { id name } }`)}`,
      `{ ${repeat(49, (i) => `a${i}: hello`)} }`,
    ];
    for (const query of documents) {
      const { ms } = await timed(() => codesOf(query));
      expect(ms).toBeLessThan(1_000);
    }
  });

  it('is told what is wrong with it, where it is only wrong', async () => {
    const itself = '{ things { nodes { ...F } } } fragment F on Thing { id ...F }';
    expect(await codesOf(itself)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const many = `{ nodes(ids: [${'1 '.repeat(5_000)}]) { id } }`;
    expect(await codesOf(many)).toEqual(['DOCUMENT_TOO_LARGE']);
  });

  it('is refused before it is validated', async () => {
    const query = `{ ${repeat(1_000, (i) => `a${i}: nothing`)} }`;
    expect(await codesOf(query)).toEqual(['DOCUMENT_TOO_LARGE']);
  });
});

describe('depth', () => {
  const nested = (levels: number) => `${'{ parent '.repeat(levels)} { id } ${'}'.repeat(levels)}`;

  it('counts levels of fields, through fragments and without them', async () => {
    admission = admissionOf({ limits: { ...DEFAULT_DOCUMENT_LIMITS, maxDepth: 6 } });
    expect(await codesOf(`{ things { nodes ${nested(3)} } }`)).toEqual([]);
    expect(await codesOf(`{ things { nodes ${nested(4)} } }`)).toEqual(['DOCUMENT_TOO_DEEP']);
    const inFragment = `{ things { nodes { ... on Thing { ...F } } } } fragment F on Thing ${nested(4)}`;
    expect(await codesOf(inFragment)).toEqual(['DOCUMENT_TOO_DEEP']);
  });

  it('does not count introspection', async () => {
    admission = admissionOf({ limits: { ...DEFAULT_DOCUMENT_LIMITS, maxDepth: 3 } });
    expect(await codesOf(getIntrospectionQuery())).toEqual([]);
  });
});

describe('aliases', () => {
  it('in a fragment count each time that it is spread', async () => {
    admission = admissionOf({ limits: { ...DEFAULT_DOCUMENT_LIMITS, maxAliases: 5 } });
    const query = (times: number) =>
      `{ ${repeat(times, () => 'things { nodes { ...F } }')} } fragment F on Thing { a: id b: id }`;
    expect(await codesOf(query(2))).toEqual([]);
    expect(await codesOf(query(3))).toEqual(['TOO_MANY_ALIASES']);
  });
});

describe('cost', () => {
  it.each<[number, string, Record<string, unknown>]>([
    [0, '{ hello }', {}],
    [1, '{ node(id: "1") { id } }', {}],
    [11, '{ things(first: 10) { nodes { id name } totalCount } }', {}],
    [11, '{ things(last: 10) { nodes { id } } }', {}],
    [21, '{ things { nodes { id } } }', {}],
    [101, '{ things(first: 5000) { nodes { id } } }', {}],
    [2, '{ things(first: -1) { nodes { id } } }', {}],
    [
      1 + 10 * (1 + 1 + 5),
      '{ things(first: 10) { nodes { parts(first: 5) { nodes { id } } } } }',
      {},
    ],
    [8, 'query ($n: Int) { things(first: $n) { nodes { id } } }', { n: 7 }],
    [21, 'query ($n: Int) { things(first: $n) { nodes { id } } }', { n: null }],
    [21, 'query ($n: Int) { things(first: $n) { nodes { id } } }', {}],
    [6, 'query ($n: Int = 5) { things(first: $n) { nodes { id } } }', {}],
    [4, 'query ($n: Int) { things(last: $n) { nodes { id } } }', { n: 3 }],
    [3, '{ nodes(ids: ["1", "2", "3"]) { id } }', {}],
    [2, 'query ($ids: [String!]!) { nodes(ids: $ids) { id } }', { ids: ['1', '2'] }],
    [
      12,
      '{ ...Q } fragment Q on Query { things(first: 10) { ...C } node(id: 1) { id } } fragment C on ThingConnection { nodes { id } }',
      {},
    ],
    [
      22,
      '{ a: things(first: 10) { nodes { id } } b: things(first: 10) { ... { nodes { id } } } }',
      {},
    ],
    [1, '{ __schema { types { fields { name } } } }', {}],
  ])('is %i for %s', async (cost, query, variables) => {
    expect(await costOf(query, variables)).toBe(cost);
  });

  it('of a mutation counts the rows of its input', async () => {
    const query = 'mutation ($input: AddThingsInput!) { addThings(input: $input) }';
    const things = (count: number) => Array.from({ length: count }, () => ({ name: 'x' }));
    expect(await costOf(query, { input: { things: things(1_000) } })).toBe(10);
    expect(await costOf(query, { input: { things: things(1) } })).toBe(1);
    expect(await costOf('mutation { addThings(input: { things: [{ name: "x" }] }) }')).toBe(1);
  });

  it('takes no longer for fragments that are spread again and again', async () => {
    const query = `query ($n: Int) { things(first: $n) { ...F10 } } fragment F0 on ThingConnection { nodes { id } } ${repeat(10, (i) => `fragment F${i + 1} on ThingConnection { ...F${i} ...F${i} }`)}`;
    admission = admissionOf({
      limits: { ...DEFAULT_DOCUMENT_LIMITS, maxCost: 1e9, maxFields: 1e9 },
    });
    const { result, ms } = await timed(() => costOf(query, { n: 1 }));
    expect(result).toBe(1 + 2 ** 10);
    expect(ms).toBeLessThan(1_000);
  });
});

describe('rights', () => {
  it('are asked of every field, also in fragments, and told by name', async () => {
    const poor = callerOf('INTEGRATOR');
    const query = '{ ...F managed } fragment F on Query { hello things { totalCount } }';
    await expect(admission.admit({ query }, poor)).rejects.toMatchObject({
      errors: [
        { extensions: { code: 'FORBIDDEN', scope: 'reviews:read', field: 'Query.hello' } },
        { extensions: { code: 'FORBIDDEN', scope: 'keys:manage', field: 'Query.managed' } },
      ],
    });
  });

  it('of an operation that is not run do not count', async () => {
    const query = 'query A { hello } query B { managed }';
    const admit = (operationName: string) => admission.admit({ query, operationName }, integrator);
    expect((await admit('A')).operation.name).toBe('A');
    await expect(admit('B')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('of publishable keys are the schema that they see', async () => {
    expect(await codesOf('{ hello }', storefront)).toEqual([]);
    expect(await codesOf('{ node(id: 1) { id } }', storefront)).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    const { operation } = await admission.admit({ query: '{ hello }' }, storefront);
    expect(operation.schema).toBe(schemas.storefront);
  });

  it('one document is prepared for each schema by itself', async () => {
    expect(await codesOf('{ managed }', callerOf('MEMBER', ['keys:manage']))).toEqual([]);
    expect(await codesOf('{ managed }', storefront)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });
});

describe('introspection', () => {
  const query = '{ __type(name: "Query") { name } }';

  it('is off for publishable keys where it is told to be', async () => {
    expect(await codesOf(query, storefront)).toEqual([]);
    admission = admissionOf({ storefrontIntrospection: false });
    expect(await codesOf(query, storefront)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(
      await codesOf('{ ...F } fragment F on Query { __schema { queryType { name } } }', storefront),
    ).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(await codesOf('{ __typename }', storefront)).toEqual([]);
    expect(await codesOf(query)).toEqual([]);
  });
});

describe('documents that are kept', () => {
  it('are prepared once', async () => {
    const admit = () => admission.admit({ query: '{ hello }' }, integrator);
    expect((await admit()).operation).toBe((await admit()).operation);
  });

  it('take a bounded amount of memory', async () => {
    admission = admissionOf({ documentCacheBytes: 100_000 });
    const text = (index: number) => `{ hello } # ${index} ${'x'.repeat(500)}`;
    const first = (await admission.admit({ query: text(0) }, integrator)).operation;
    for (let i = 1; i < 10; i++) await admission.admit({ query: text(i) }, integrator);
    expect((await admission.admit({ query: text(0) }, integrator)).operation).not.toBe(first);
    const last = (await admission.admit({ query: text(9) }, integrator)).operation;
    expect((await admission.admit({ query: text(9) }, integrator)).operation).toBe(last);
  });
});

describe('variables', () => {
  it('are coerced, and every one that does not fit is told', async () => {
    const query = 'query ($at: DateTime!, $ms: Int!) { dayAfter(at: $at) slow(ms: $ms) }';
    const good = await admission.admit(
      { query, variables: { at: '2026-01-01T00:00:00Z', ms: 1 } },
      integrator,
    );
    expect(good.variables).toEqual({ at: new Date('2026-01-01T00:00:00Z'), ms: 1 });
    const bad = { query, variables: { at: 'yesterday', ms: 1.5 } };
    await expect(admission.admit(bad, integrator)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      errors: [
        { message: expect.stringContaining('$at'), extensions: { code: 'BAD_USER_INPUT' } },
        { message: expect.stringContaining('$ms'), extensions: { code: 'BAD_USER_INPUT' } },
      ],
    });
  });
});
