import 'reflect-metadata';
import { getDirective, MapperKind, mapSchema, pruneSchema } from '@graphql-tools/utils';
import {
  type GraphQLFieldConfig,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  type GraphQLSchema,
  getNullableType,
  isListType,
  isObjectType,
  lexicographicSortSchema,
  specifiedDirectives,
} from 'graphql';
import { buildSchema } from 'type-graphql';
import { type FieldAccess, scopeDirective, storefrontDirective } from './access.ts';
import { type Scope, SCOPES } from './caller.ts';
import { type ListBound, MOST_VALUES } from './input-bounds.ts';
import { withPlainInput } from './plain-input.ts';
import { DateTime } from './scalars.ts';

/** The schema as members and integrators see it, and the part that a publishable key can reach. */
export interface Schemas {
  readonly full: GraphQLSchema;
  readonly storefront: GraphQLSchema;
}

export type ResolverClass = abstract new (...args: never[]) => object;

/** TypeGraphQL asks for a way to deliver events; ours is the feed, for a whole cohort at once. */
export function executedByHub(): never {
  throw new Error('subscriptions are executed by the hub of the feed, not by the schema');
}

/** Builds both schemas from the resolver classes of the modules. */
export async function assembleSchemas(
  resolvers: readonly [ResolverClass, ...ResolverClass[]],
): Promise<Schemas> {
  const built = await buildSchema({
    resolvers: resolvers,
    directives: [...specifiedDirectives, storefrontDirective, scopeDirective],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    // Inputs are checked by the services, whose errors say what to do; the types are checked by GraphQL.
    validate: false,
    pubSub: { publish: executedByHub, subscribe: executedByHub },
  });
  const full = withAccess(built);
  return { full, storefront: storefrontPart(full) };
}

/** Puts what the directives say where admission reads it, so that a field knows its type's scope too. */
function withAccess(schema: GraphQLSchema): GraphQLSchema {
  return lexicographicSortSchema(
    mapSchema(schema, {
      [MapperKind.OBJECT_FIELD]: (config, _name, typeName) => {
        const type = schema.getType(typeName);
        const ofType = isObjectType(type) ? scopeOf(schema, type) : null;
        const access: FieldAccess = {
          storefront: getDirective(schema, config, 'storefront') !== undefined,
          scope: scopeOf(schema, config) ?? ofType,
        };
        return withPlainInput({ ...config, extensions: { ...config.extensions, access } });
      },
      // TypeGraphQL resolves interfaces asynchronously, which compiled operations do not wait for.
      [MapperKind.INTERFACE_TYPE]: (type) =>
        new GraphQLInterfaceType({
          ...type.toConfig(),
          resolveType: (value: { __typename: string }) => value.__typename,
        }),
      [MapperKind.INPUT_OBJECT_TYPE]: sayingItsBounds,
    }),
  );
}

/** The bound that admission holds lists to is said once for all of a type. */
function sayingItsBounds(type: GraphQLInputObjectType): GraphQLInputObjectType {
  const hasLists = Object.values(type.getFields()).some(
    (field) => isListType(getNullableType(field.type)) && !(field.extensions as ListBound).rows,
  );
  if (!hasLists) return type;
  const bound = `A list has at most ${MOST_VALUES.toLocaleString('en')} values, where it does not say less.`;
  const description = type.description ? `${type.description} ${bound}` : bound;
  return new GraphQLInputObjectType({ ...type.toConfig(), description });
}

function scopeOf(schema: GraphQLSchema, node: Parameters<typeof getDirective>[1]): Scope | null {
  const scope = getDirective(schema, node, 'scope')?.[0]?.['requires'] as Scope | undefined;
  if (scope === undefined) return null;
  if (!SCOPES.includes(scope)) throw new Error(`The schema names an unknown scope: ${scope}`);
  return scope;
}

function storefrontPart(full: GraphQLSchema): GraphQLSchema {
  const isMarked = (config: GraphQLFieldConfig<unknown, unknown>): boolean =>
    getDirective(full, config, 'storefront') !== undefined;
  const marked = mapSchema(full, {
    [MapperKind.OBJECT_FIELD]: (config) => (isMarked(config) ? config : null),
    [MapperKind.INTERFACE_FIELD]: (config) => (isMarked(config) ? config : null),
    [MapperKind.INPUT_OBJECT_FIELD]: (config) =>
      config.extensions?.['internal'] === true ? null : config,
  });
  // Every node inherits a marked `id`: one with nothing else to show is not for storefronts.
  const reachable = mapSchema(marked, {
    [MapperKind.OBJECT_TYPE]: (type) =>
      type.getInterfaces().length > 0 && Object.keys(type.getFields()).join() === 'id'
        ? null
        : type,
  });
  return lexicographicSortSchema(pruneSchema(reachable));
}
