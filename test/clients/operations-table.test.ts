/** The table of operations in the README of the internal client, against its documents and the schema. */
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type ASTNode,
  buildSchema,
  type ConstDirectiveNode,
  concatAST,
  type DocumentNode,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const PROJECT = resolve(import.meta.dirname, '../..');
const CLIENT = join(PROJECT, 'clients/internal');

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

const schema = buildSchema(read(PROJECT, 'schema/schema.graphql'));
const documents: DocumentNode = concatAST(
  readdirSync(join(CLIENT, 'documents')).map((file) => parse(read(CLIENT, 'documents', file))),
);

function scopeOf(
  node: { directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined,
) {
  const value = node?.directives?.find(({ name }) => name.value === 'scope')?.arguments?.[0]?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** What a field needs, or else each field of its type; of all fields, fragments included. */
function scopesOf(node: ASTNode, found = new Set<string>()): Set<string> {
  const info = new TypeInfo(schema);
  const fields = visitWithTypeInfo(info, {
    Field() {
      const scope = scopeOf(info.getFieldDef()?.astNode) ?? scopeOf(info.getParentType()?.astNode);
      if (scope !== undefined) found.add(scope);
    },
    FragmentSpread({ name }) {
      for (const definition of documents.definitions) {
        if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name.value) {
          scopesOf(definition, found);
        }
      }
    },
  });
  visit(node, fields);
  return found;
}

describe('the README of @antiphon/internal', () => {
  it('lists every operation with the scopes that it needs', () => {
    const [, section = ''] = read(CLIENT, 'README.md').split('## Operations');
    const [table = ''] = section.split('What they ask for');
    const rows = [...table.matchAll(/^\| `(\w+)` +\|[^|]*\|([^|]*)\|$/gm)];
    const listed = rows.map(([, name, scopes]) => [
      name,
      [...(scopes ?? '').matchAll(/`([^`]+)`/g)].map(([, scope]) => scope),
    ]);
    const operations = documents.definitions.filter(
      ({ kind }) => kind === Kind.OPERATION_DEFINITION,
    );
    const needed = operations.map((operation) => {
      const name = ('name' in operation && operation.name?.value) || '';
      return [name.charAt(0).toLowerCase() + name.slice(1), [...scopesOf(operation)].sort()];
    });
    expect(new Map(listed as [string, string[]][])).toEqual(
      new Map([
        ...(needed as [string, string[]][]),
        // Hand-written, over listAwaitingResponse.
        ['eachAwaitingResponse', ['locations:read', 'reviews:read']],
      ]),
    );
  });
});
