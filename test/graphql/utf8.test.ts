/** Texts from PostgreSQL to the answer: bytes that nobody looks into stay bytes, all others are decoded and encoded. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLInt, GraphQLList, GraphQLSchema, GraphQLString } from 'graphql';
import {
  carried,
  column,
  computed,
  converted,
  type FieldSource,
  Noun,
} from '../../src/db/read/noun.ts';
import { textOf, type Utf8, utf8Of } from '../../src/db/read/utf8.ts';
import type { Run } from '../../src/graphql/plan/place.ts';
import { sourceWriter } from '../../src/graphql/plan/values.ts';
import { openTestApi, type TestApi } from '../testkit/api.ts';

const TEXTS = ['plain', '', 'Zoë', '“é” ’', '😀 \\ "\n', 'ÿ\u2028'];

describe('UTF-8', () => {
  it.each(TEXTS)('of %j is decoded to the same', (text) => {
    const utf8 = utf8Of(text);
    expect(Buffer.from(utf8, 'latin1')).toEqual(Buffer.from(text));
    expect(textOf(utf8)).toBe(text);
  });
});

const noun = new Noun({
  type: 'Thing',
  table: 'thing',
  alias: 't',
  types: { document: 'jsonb', words: 'text[]' },
  fields: {},
});

/** What is written of a row of these columns. */
function written(
  source: FieldSource,
  row: Readonly<Record<string, string>>,
  type: Parameters<typeof sourceWriter>[3] = GraphQLString,
): unknown {
  const asking = { schema: new GraphQLSchema({}), fragments: new Map(), variables: {} };
  const names = Object.keys(row);
  const write = sourceWriter(asking, noun, source, type, [], (name) => names.indexOf(name));
  const cells = Object.values(row).map(utf8Of);
  const run = { reader: { now: new Date() } } as unknown as Run;
  return JSON.parse(textOf(write(run, [cells], 0, 1) as Utf8));
}

describe.each(TEXTS)('a field made of %j is written', (text) => {
  const words = new GraphQLList(GraphQLString);
  it('where it is a column', () => {
    expect(written(column('name'), { name: text })).toBe(text);
    expect(written(column('document'), { document: JSON.stringify(text) })).toBe(text);
    const literal = `{${JSON.stringify(text).replaceAll('\\n', '\n')},b}`;
    expect(written(column('words'), { words: literal }, words)).toEqual([text, 'b']);
  });

  it('where it is converted: of the text, not of its bytes', () => {
    const length = converted<string>('name', (name) => name.length);
    expect(written(length, { name: text }, GraphQLInt)).toBe(text.length);
    const marked = converted<string>('document', (value) => `“${value}”`);
    expect(written(marked, { document: JSON.stringify(text) })).toBe(`“${text}”`);
  });

  it('where it is worked out from several columns', () => {
    const both = computed(['name', 'other'], ([name, other]) => `’${String(name)}${String(other)}`);
    expect(written(both, { name: text, other: 'é' })).toBe(`’${text}é`);
    const three = computed(['a', 'b', 'c'], (all) => all.join('–'));
    expect(written(three, { a: text, b: 'b', c: text })).toBe(`${text}–b–${text}`);
  });

  it('where it is carried', () => {
    const either = carried(['name', 'other'], ([name, other]) => name ?? other);
    expect(written(either, { name: text, other: 'é' })).toBe(text);
    const last = carried(['a', 'b', 'c'], (all) => all[2]);
    expect(written(last, { a: 'a', b: 'b', c: text })).toBe(text);
  });
});

describe('a value that PostgreSQL puts together', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());

  it('has its texts as they were written', async () => {
    const IMPORT = `mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { rejected } }`;
    for (const text of ['“é” 😀', 'later']) {
      const review = {
        source: 'GOOGLE',
        externalId: 'r',
        text,
        authoredAt: '2025-01-01T00:00:00Z',
      };
      await api.run(IMPORT, { input: { reviews: [{ ...review, rating: 4 }] } });
    }
    const before = api.answered.get('planner') ?? 0;
    const { reviews } = await api.run('{ reviews { nodes { text earlierVersions { text } } } }');
    expect(reviews.nodes).toEqual([{ text: 'later', earlierVersions: [{ text: '“é” 😀' }] }]);
    expect(api.answered.get('planner') ?? 0).toBe(before + 1);
  });
});
