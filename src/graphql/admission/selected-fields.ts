import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

export interface SelectedField {
  readonly node: FieldNode;
  readonly parent: GraphQLNamedType;
  /** Undefined for what every type has: `__typename`, `__schema`, `__type`. */
  readonly field: GraphQLField<unknown, unknown> | undefined;
}

/** Every field that a validated operation selects; those of a fragment once, however often it is spread. */
export function* selectedFields(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Generator<SelectedField> {
  const visited = new Set<string>();
  const typeNamed = (name: string | undefined, parent: GraphQLNamedType): GraphQLNamedType =>
    (name && schema.getType(name)) || parent;

  function* within(set: SelectionSetNode, parent: GraphQLNamedType): Generator<SelectedField> {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const field =
          isObjectType(parent) || isInterfaceType(parent)
            ? parent.getFields()[node.name.value]
            : undefined;
        yield { node, parent, field };
        if (field && node.selectionSet) yield* within(node.selectionSet, getNamedType(field.type));
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        yield* within(node.selectionSet, typeNamed(node.typeCondition?.name.value, parent));
      } else if (!visited.has(node.name.value)) {
        visited.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (!fragment) continue;
        yield* within(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value, parent));
      }
    }
  }

  const root = schema.getRootType(operation.operation);
  if (root) yield* within(operation.selectionSet, root);
}
