import {
  type FieldNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from '../admission/cost-term.ts';

/** A field of an answer's object: all selections with its key, merged. */
export interface AskedField {
  /** The alias, or else the name. */
  readonly key: string;
  readonly name: string;
  /** At least one. Where there are more, validation has seen that their arguments are equal. */
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
}

/** What a document asks, with its conditions decided. */
export interface Asking {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** At least those that `@skip` and `@include` name. */
  readonly variables: Variables;
}

/**
 * The fields of an object of this type in the order of the answer:
 * https://spec.graphql.org/draft/#CollectFields()
 */
export function askedFields(
  asking: Asking,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): AskedField[] {
  const fields = new Map<string, [FieldNode, ...FieldNode[]]>();
  const visited = new Set<string>();
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (!isIncluded(selection, asking.variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const known = fields.get(key);
        if (known) known.push(selection);
        else fields.set(key, [selection]);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? asking.fragments.get(selection.name.value)
          : selection;
      if (fragment && applies(asking.schema, fragment.typeCondition?.name.value, type)) {
        collect(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) collect(set);
  return [...fields].map(([key, nodes]) => ({ key, name: nodes[0].name.value, nodes }));
}

/** What is selected below a field, over all its selections. */
export function setsBelow({ nodes }: AskedField): SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
}

function isIncluded(selection: SelectionNode, variables: Variables): boolean {
  if (!selection.directives?.length) return true;
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] !== false;
}

function applies(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: GraphQLObjectType,
): boolean {
  if (condition === undefined || condition === type.name) return true;
  const abstract = schema.getType(condition);
  return isAbstractType(abstract) && schema.isSubType(abstract, type);
}
