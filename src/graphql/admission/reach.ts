import {
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { FieldAccess } from '../access.ts';
import type { Scope } from '../caller.ts';

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
  const visited = new Set<string>();
  let introspection = false;

  const visit = (set: SelectionSetNode, parent: GraphQLNamedType): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const name = node.name.value;
        if (name === '__schema' || name === '__type') introspection = true;
        const field =
          isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
        if (!field) continue;
        const scope = (field.extensions['access'] as FieldAccess | undefined)?.scope;
        if (scope && !scopes.has(scope)) scopes.set(scope, `${parent.name}.${name}`);
        if (node.selectionSet) visit(node.selectionSet, getNamedType(field.type));
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        visit(node.selectionSet, typeNamed(node.typeCondition?.name.value, parent));
      } else if (!visited.has(node.name.value)) {
        visited.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) {
          visit(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value, parent));
        }
      }
    }
  };
  const typeNamed = (name: string | undefined, parent: GraphQLNamedType): GraphQLNamedType =>
    (name && schema.getType(name)) || parent;

  const root = schema.getRootType(operation.operation);
  if (root) visit(operation.selectionSet, root);
  return { scopes, introspection };
}
