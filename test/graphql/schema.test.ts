import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  isObjectType,
  isScalarType,
} from 'graphql';
import { printSdl } from '../../src/graphql/print.ts';
import { assembleSchemas, type Schemas } from '../../src/graphql/schema.ts';
import { resolvers } from '../../src/modules/resolvers.ts';

let schemas: Schemas;
beforeAll(async () => {
  schemas = await assembleSchemas(resolvers);
});

const file = (name: string) => readFile(new URL(`../../schema/${name}`, import.meta.url), 'utf8');

describe('the emitted SDL', () => {
  it('is what the code declares: else run `npm run schema`', async () => {
    expect(await file('schema.graphql')).toBe(printSdl(schemas.full));
    expect(await file('storefront.graphql')).toBe(printSdl(schemas.storefront));
  });

  it('keeps names and shapes of the public contract', async () => {
    const contract = buildSchema(
      await readFile(new URL('contract.graphql', import.meta.url), 'utf8'),
    );
    const breaking = findBreakingChanges(contract, schemas.full).map(
      ({ description }) => description,
    );
    expect(breaking).toEqual([]);
  });

  it('is a part of the whole for storefronts', () => {
    const missing = findBreakingChanges(schemas.storefront, schemas.full);
    expect(missing.map(({ description }) => description)).toEqual([]);
    const mutations = schemas.storefront.getMutationType()?.getFields() ?? {};
    expect(Object.keys(mutations)).toEqual(['submitSurveyResponse']);
    expect(schemas.storefront.getSubscriptionType()).toBeUndefined();
    expect(schemas.storefront.getType('ApiKey')).toBeUndefined();
    expect(schemas.storefront.getType('Member')).toBeUndefined();
  });
});

describe('the schema', () => {
  it('describes every field whose name does not say all', () => {
    const bare = undescribed(schemas.full);
    // These say in their names what they are; a new field is described or added here on purpose.
    const obvious =
      /\.(id|name|body|count|code|status|source|title|text|rating|ratingScale|userErrors|nodes|edges|node|email|createdAt|updatedAt|street|postalCode|city|outcome|created|updated|unchanged|rejected|authoredAt|sentiment|translatedText|location|product|publishedAt|tags|address|pageInfo|kind|scopes|role|slug|locale|timeZone|revision|expiresAt|revokedAt|state|audience|organization)$/;
    expect(bare.filter((name) => !obvious.test(name))).toEqual([]);
  });
});

function undescribed(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || isScalarType(type) || type.name.startsWith('__')) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.description ? [] : [`${type.name}.${field.name}`],
    );
  });
}
