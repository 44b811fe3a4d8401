import { describe, expect, it } from '@jest/globals';
import { createAdmission } from '../../src/graphql/admission/admission.ts';
import { AdmissionError } from '../../src/graphql/admission/errors.ts';
import { DEFAULT_DOCUMENT_LIMITS } from '../../src/graphql/admission/limits.ts';
import { sampleSchemas } from '../http/sample-schema.ts';
import { callerOf } from '../testkit/api.ts';

const admission = createAdmission({
  schemas: sampleSchemas(),
  limits: DEFAULT_DOCUMENT_LIMITS,
  rateLimit: { points: 1e9, seconds: 60 },
  storefrontIntrospection: true,
  documentCacheBytes: 1e7,
});
const integrator = callerOf('00000000-0000-7000-8000-000000000000', 'INTEGRATOR');

describe('how much an argument may hold', () => {
  const ids = (count: number) => Array.from({ length: count }, () => '1');
  const refusal = async (query: string, variables: Record<string, unknown> = {}) => {
    const error: unknown = await admission
      .admit({ query, variables }, integrator)
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof AdmissionError)) throw new Error(`${query} was let in`);
    return error.errors.map(({ message, extensions, locations }) => ({
      message,
      ...extensions,
      locations,
    }));
  };

  it('is told with the place, the bound and what to do', async () => {
    const query = 'query ($ids: [String!]!) { nodes(ids: $ids) { id } }';
    expect(await refusal(query, { ids: ids(1_001) })).toEqual([
      {
        message:
          '`ids` has 1001 values; at most 1000 are taken. Send the others in further requests.',
        code: 'BAD_USER_INPUT',
        path: ['ids'],
        limit: 1_000,
        locations: [{ line: 1, column: 39 }],
      },
    ]);
    expect(await refusal(`{ hello(name: "${'x'.repeat(10_001)}") }`)).toMatchObject([
      {
        message: '`name` has 10001 characters; at most 10000 are taken. Shorten it.',
        path: ['name'],
        limit: 10_000,
      },
    ]);
  });

  it('holds for a variable wherever it stands, and for what it is when none is given', async () => {
    const text = 'x'.repeat(10_001);
    const inList = 'query ($id: String!) { nodes(ids: ["1", $id]) { id } }';
    expect(await refusal(inList, { id: text })).toMatchObject([{ path: ['ids', 1] }]);
    const inObject =
      'mutation ($name: String!) { addThings(input: { things: [{ name: $name }] }) }';
    expect(await refusal(inObject, { name: text })).toMatchObject([
      { path: ['input', 'things', 0, 'name'] },
    ]);
    const inFragment =
      'query ($name: String) { ...F } fragment F on Query { ... { hello(name: $name) } }';
    expect(await refusal(inFragment, { name: text })).toMatchObject([{ path: ['name'] }]);
    expect(await refusal(`query ($name: String = "${text}") { hello(name: $name) }`)).toMatchObject(
      [{ path: ['name'] }],
    );
    const inBlock = `{ hello(name: """${text}""") }`;
    expect(await refusal(inBlock)).toMatchObject([{ path: ['name'] }]);
    expect(await refusal(`{ node(id: ${'1'.repeat(10_001)}) { id } }`)).toMatchObject([
      { path: ['id'] },
    ]);
  });

  it('is told of each variable once, however often it is used', async () => {
    const often = Array.from({ length: 15 }, (_, i) => `a${i}: hello(name: $a)`).join(' ');
    const query = `query ($a: String, $b: String) { ${often} b: hello(name: $b) }`;
    const long = 'x'.repeat(10_001);
    expect(await refusal(query, { a: long, b: long })).toHaveLength(2);
  });

  it('is looked at only where something can be too much', async () => {
    const { operation } = await admission.admit(
      { query: 'query ($n: Int) { things(first: $n) { nodes { id } } }', variables: { n: 1 } },
      integrator,
    );
    const asked: PropertyKey[] = [];
    const variables = new Proxy({}, { get: (_target, name) => void asked.push(name) });
    expect(operation.inputs.check(variables)).toEqual([]);
    expect(asked).toEqual([]);
  });
});
