import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/**
 * What a query asks of one place in its answer: look-ahead, so that a read selects only that.
 * Directives (`@skip`, `@include`) are not evaluated: a column more is read at worst, and the
 * selection of a document stays the same for all its variables, so that it can be kept.
 */
export class Selection {
  readonly #sets: readonly SelectionSetNode[];
  readonly #fragments: Fragments;
  readonly #schema: GraphQLSchema;
  readonly #byType = new Map<string, ReadonlyMap<string, readonly FieldNode[]>>();
  readonly #children = new Map<string, Selection>();

  constructor(sets: readonly SelectionSetNode[], fragments: Fragments, schema: GraphQLSchema) {
    this.#sets = sets;
    this.#fragments = fragments;
    this.#schema = schema;
  }

  /** The names of the fields asked of an object of this type. */
  fields(typeName: string): readonly string[] {
    return [...this.#fieldsOf(typeName).keys()];
  }

  has(typeName: string, field: string): boolean {
    return this.#fieldsOf(typeName).has(field);
  }

  /** What is asked below a field, over all its aliases together. */
  child(typeName: string, field: string): Selection {
    const key = `${typeName}.${field}`;
    let child = this.#children.get(key);
    if (child === undefined) {
      const nodes = this.#fieldsOf(typeName).get(field) ?? [];
      child = new Selection(setsOf(nodes), this.#fragments, this.#schema);
      this.#children.set(key, child);
    }
    return child;
  }

  /** Two selections as one: `nodes` and `edges { node }` of a connection read the same rows. */
  union(other: Selection): Selection {
    return new Selection([...this.#sets, ...other.#sets], this.#fragments, this.#schema);
  }

  #fieldsOf(typeName: string): ReadonlyMap<string, readonly FieldNode[]> {
    let fields = this.#byType.get(typeName);
    if (fields === undefined) {
      const collected = new Map<string, FieldNode[]>();
      const visited = new Set<string>();
      for (const set of this.#sets) this.#collect(set, typeName, collected, visited);
      fields = collected;
      this.#byType.set(typeName, fields);
    }
    return fields;
  }

  #collect(
    set: SelectionSetNode,
    typeName: string,
    into: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const nodes = into.get(name);
        if (nodes) nodes.push(selection);
        else into.set(name, [selection]);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments[selection.name.value] : selection;
      if (fragment === undefined || !this.#applies(fragment.typeCondition?.name.value, typeName)) {
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
      }
      this.#collect(fragment.selectionSet, typeName, into, visited);
    }
  }

  #applies(condition: string | undefined, typeName: string): boolean {
    if (condition === undefined || condition === typeName) return true;
    const abstract = this.#schema.getType(condition);
    const concrete = this.#schema.getType(typeName);
    return isAbstractType(abstract) && isObjectType(concrete)
      ? this.#schema.isSubType(abstract, concrete)
      : false;
  }
}

function setsOf(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []));
}

/** Documents are kept parsed, so a selection is worked out once for each place in a document. */
const known = new WeakMap<FieldNode, { rest: readonly FieldNode[]; selection: Selection }>();

/** What the query asks below the field that is being resolved. */
export function selectionOf(
  info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'schema'>,
): Selection {
  const [first, ...rest] = info.fieldNodes;
  if (first === undefined) return new Selection([], info.fragments, info.schema);
  const hit = known.get(first);
  if (hit?.rest.length === rest.length && hit.rest.every((node, i) => node === rest[i])) {
    return hit.selection;
  }
  const selection = new Selection(setsOf(info.fieldNodes), info.fragments, info.schema);
  known.set(first, { rest, selection });
  return selection;
}
