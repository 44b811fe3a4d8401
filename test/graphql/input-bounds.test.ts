import { beforeAll, describe, expect, it } from '@jest/globals';
import { isRequiredArgument, type GraphQLSchema } from 'graphql';
import { type Admission, createAdmission } from '../../src/graphql/admission/admission.ts';
import { AdmissionError } from '../../src/graphql/admission/errors.ts';
import { LONGEST_TEXT, MOST_VALUES } from '../../src/graphql/input-bounds.ts';
import type { Audience } from '../../src/graphql/caller.ts';
import { assembleSchemas, type Schemas } from '../../src/graphql/schema.ts';
import { resolvers } from '../../src/modules/resolvers.ts';
import { callerOf } from '../testkit/api.ts';
import {
  fieldPlaces,
  type InputPlace,
  inputPlaces,
  listOf,
  literalArguments,
  literalOf,
  textOf,
  valueWith,
} from './input-places.ts';

const ORGANIZATION = '00000000-0000-7000-8000-000000000000';

let schemas: Schemas;
let admission: Admission;

beforeAll(async () => {
  schemas = await assembleSchemas(resolvers);
  const boundless = { maxTokens: 1e6, maxDepth: 1e6, maxAliases: 1e6, maxRootFields: 1e6 };
  admission = createAdmission({
    schemas,
    // So that nothing but the bound of the input can refuse.
    limits: { ...boundless, maxFields: 1e6, maxCost: 1e9 },
    rateLimit: { points: 1e15, seconds: 1 },
    storefrontIntrospection: true,
    documentCacheBytes: 1e6,
  });
});

/** What is wrong with the document, as clients are told; nothing where it may run. */
async function refusals(audience: Audience, query: string, variables: Record<string, unknown>) {
  try {
    await admission.admit({ query, variables }, callerOf(ORGANIZATION, audience));
    return [];
  } catch (error) {
    if (!(error instanceof AdmissionError)) throw error;
    return error.errors.map(({ message, extensions, locations }) => {
      expect(message).toMatch(/at most \d+ are taken/);
      expect(locations).toHaveLength(1);
      return extensions;
    });
  }
}

/** As a literal a thousand values take long to validate: once for each field of an input is enough. */
const writtenOut = new Map<InputPlace['declared'], InputPlace>();

/** The value at the place as a literal, and as a variable. */
function bothWays(place: InputPlace, filling: ReturnType<typeof listOf>) {
  const { field, argument, path, declared } = place;
  if (!writtenOut.has(declared)) writtenOut.set(declared, place);
  const value = valueWith(argument.type, path.slice(1), filling);
  const others = field.field.args.filter(
    (other) => other !== argument && isRequiredArgument(other),
  );
  const args = (own: string) =>
    [`(${argument.name}: ${own}`, literalArguments(others).slice(1) || ')'].join(' ');
  const literal = () => field.document(args(literalOf(argument.type, value)), '');
  return [
    {
      query: field.document(args('$value'), `($value: ${String(argument.type)})`),
      variables: { value },
    },
    ...(writtenOut.get(declared) === place ? [{ query: literal(), variables: {} }] : []),
  ];
}

function mostAt({ declared, field, path }: InputPlace): number {
  const ofArguments = field.field.extensions['most'] as Record<string, number> | undefined;
  const own = path.length === 1 ? ofArguments?.[declared.name] : declared.extensions['most'];
  return typeof own === 'number' ? own : MOST_VALUES;
}

describe.each<[Audience, keyof Schemas]>([
  ['INTEGRATOR', 'full'],
  ['STOREFRONT', 'storefront'],
])('what %s may send', (audience, name) => {
  let schema: GraphQLSchema;
  let places: InputPlace[];
  beforeAll(() => {
    schema = schemas[name];
    places = inputPlaces(schema).filter(({ inRows }) => !inRows);
  });

  it('is looked for in every field that takes arguments', () => {
    const reached = new Set(fieldPlaces(schema).map((field) => field.name));
    const declared = Object.values(schema.getTypeMap()).flatMap((type) =>
      'getFields' in type && !type.name.startsWith('__')
        ? Object.values(type.getFields()).flatMap((field) =>
            'args' in field && field.args.length > 0 ? [`${type.name}.${field.name}`] : [],
          )
        : [],
    );
    expect(declared.filter((each) => !reached.has(each))).toEqual([]);
    expect(places.length).toBeGreaterThan(30);
  });

  it('has a bound in every list', async () => {
    for (const place of places.filter(({ kind }) => kind === 'list')) {
      const most = mostAt(place);
      for (const { query, variables } of bothWays(place, listOf(most + 1))) {
        const told = { code: 'BAD_USER_INPUT', path: place.path, limit: most };
        expect([place.name, await refusals(audience, query, variables)]).toEqual([
          place.name,
          [told],
        ]);
      }
      for (const { query, variables } of bothWays(place, listOf(most))) {
        expect([place.name, await refusals(audience, query, variables)]).toEqual([place.name, []]);
      }
    }
  });

  it('has a bound in every text', async () => {
    for (const place of places.filter(({ kind }) => kind === 'text')) {
      for (const { query, variables } of bothWays(place, textOf(LONGEST_TEXT + 1))) {
        const told = { code: 'BAD_USER_INPUT', path: place.path, limit: LONGEST_TEXT };
        expect([place.name, await refusals(audience, query, variables)]).toEqual([
          place.name,
          [told],
        ]);
      }
      for (const { query, variables } of bothWays(place, textOf(LONGEST_TEXT))) {
        expect([place.name, await refusals(audience, query, variables)]).toEqual([place.name, []]);
      }
    }
  });
});

describe('the schema', () => {
  it('says the bound of every list where it is read', () => {
    const silent = inputPlaces(schemas.full).flatMap((place) => {
      if (place.kind !== 'list' || place.inRows) return [];
      const bound = `at most ${mostAt(place).toLocaleString('en')}`;
      const around = Object.values(schemas.full.getTypeMap()).find(
        (type) => 'getFields' in type && Object.values(type.getFields()).includes(place.declared),
      );
      const texts = [place.declared.description, around?.description];
      return texts.some((text) => text?.toLowerCase().includes(bound)) ? [] : [place.name];
    });
    expect(silent).toEqual([]);
  });
});
