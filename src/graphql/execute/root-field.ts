import {
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  type GraphQLField,
  type GraphQLResolveInfo,
  Kind,
  type SelectionNode,
} from 'graphql';
import type { AdmittedOperation } from '../admission/admission.ts';
import type { PreparedOperation } from '../admission/prepared-document.ts';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** The root field of a subscription, as a resolver of it would be called. */
export interface RootField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly info: GraphQLResolveInfo;
  /** @throws GraphQLError where the variables leave out what an argument needs */
  args(): Record<string, unknown>;
}

export function subscriptionRootField({ operation, variables }: AdmittedOperation): RootField {
  const { schema, node } = operation;
  const fragments = Object.fromEntries(operation.fragments);
  const fieldNode = firstField(node.selectionSet.selections, fragments);
  const parentType = schema.getSubscriptionType();
  const field = fieldNode && parentType?.getFields()[fieldNode.name.value];
  if (!field || !parentType) throw new Error('The subscription has no root field');
  const info: GraphQLResolveInfo = {
    fieldName: field.name,
    fieldNodes: [fieldNode],
    returnType: field.type,
    parentType,
    path: {
      prev: undefined,
      key: fieldNode.alias?.value ?? field.name,
      typename: parentType.name,
    },
    schema,
    fragments,
    rootValue: undefined,
    operation: node,
    variableValues: { ...variables },
  };
  return { field, info, args: () => getArgumentValues(field, fieldNode, variables) };
}

/**
 * The variable that only says where a subscriber begins (`after` of the root field). It differs from
 * one subscriber to the next, who receive the same events from then on.
 */
export function positionVariable(operation: PreparedOperation, { info }: RootField): string | null {
  const argument = info.fieldNodes[0]?.arguments?.find(({ name }) => name.value === 'after');
  if (argument?.value.kind !== Kind.VARIABLE) return null;
  const name = argument.value.name.value;
  const uses = operation.text.match(new RegExp(`\\$${name}\\b`, 'g'))?.length ?? 0;
  // Its definition, and this argument: used elsewhere it could change what is answered.
  return uses === 2 ? name : null;
}

/** Validation has made sure that there is exactly one, maybe inside of fragments. */
function firstField(
  selections: readonly SelectionNode[],
  fragments: Fragments,
): FieldNode | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) return selection;
    const set =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments[selection.name.value]?.selectionSet;
    const found = set && firstField(set.selections, fragments);
    if (found) return found;
  }
  return undefined;
}
