import type { FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { FieldAccess } from '../access.ts';
import type { Scope } from '../caller.ts';
import { selectedFields } from './selected-fields.ts';

/** What an operation reaches: asked once for each document, and held against each caller. */
export interface Reach {
  /** Scope → the first field that needs it, such as `Query.reviews`. */
  readonly scopes: ReadonlyMap<Scope, string>;
  /** Whether it selects `__schema` or `__type`. */
  readonly introspection: boolean;
}

/** Works out what a validated operation reaches. */
export function reachOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Reach {
  const scopes = new Map<Scope, string>();
  let introspection = false;
  for (const { node, parent, field } of selectedFields(schema, operation, fragments)) {
    const name = node.name.value;
    if (name === '__schema' || name === '__type') introspection = true;
    const scope = (field?.extensions['access'] as FieldAccess | undefined)?.scope;
    if (scope && !scopes.has(scope)) scopes.set(scope, `${parent.name}.${name}`);
  }
  return { scopes, introspection };
}
