import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { buildSchema, isObjectType, parse, visit } from 'graphql';
import { QUERY_OF_VIEW } from '../../src/cli/export/export-metrics.ts';

const schema = buildSchema(
  readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'),
);

it('the export of a view asks for all of its query: what it left out would not be filtered by', () => {
  const asked = new Set<string>();
  visit(parse(QUERY_OF_VIEW), { Field: ({ name }) => void asked.add(name.value) });
  for (const name of ['MetricViewQuery', 'MetricViewFilter', 'MetricViewRange']) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is not in the schema`);
    expect(Object.keys(type.getFields()).filter((field) => !asked.has(field))).toEqual([]);
  }
});
