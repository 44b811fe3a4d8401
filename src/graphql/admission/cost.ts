import {
  type ArgumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { addTerms, evaluate, multiplyTerms, type Term, type Variables } from './cost-term.ts';

/**
 * What a field's `extensions.cost` may say where the general rule does not fit.
 * `multiplier`: how often what is below happens: a number, or the name of an argument (a number, or
 * a list whose length counts), or a function of all arguments, which are as they were written or
 * coerced, and not checked. `complexity`: the points of each object that it gives.
 */
export interface FieldCost {
  readonly multiplier?: number | string | ((args: Readonly<Record<string, unknown>>) => number);
  readonly complexity?: number;
}

/** Points of an operation with these (coerced) variables. */
export type CostPlan = (variables: Variables) => number;

const DEFAULT_LIST_SIZE = 20;
const MAX_LIST_SIZE = 100;
/** A mutation pays one point for each so many rows of its input. */
const ROWS_PER_POINT = 100;

/**
 * Works out what an operation costs, once for all variables.
 *
 * Each object of the answer costs one point; scalars are free. A list has as many as its size says:
 * the `first` or `last` of the field or of the connection around it (20 where neither is given; 100
 * at most, since no page is longer). Lists of rows in a mutation's input cost a point per hundred.
 * Introspection costs one point: validation bounds it.
 *
 * @param operation validated against the schema; otherwise fields are missed
 */
export function planCost(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): CostPlan {
  const root = schema.getRootType(operation.operation);
  if (!root) return () => 0;
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  const planner = new CostPlanner(schema, fragments, isMutation);
  const total = wholeOf(planner.selection(operation.selectionSet, root));
  // What an object costs may be a fraction.
  return (variables) => Math.ceil(evaluate(total, variables));
}

/** `perItem` is what lists without a size of their own hold: the connection around them knows it. */
interface SelectionCost {
  readonly fixed: Term;
  readonly perItem: Term;
}

const NOTHING: SelectionCost = { fixed: 0, perItem: 0 };

function wholeOf(cost: SelectionCost, size: Term = DEFAULT_LIST_SIZE): Term {
  return addTerms(cost.fixed, multiplyTerms(size, cost.perItem));
}

class CostPlanner {
  readonly #schema: GraphQLSchema;
  readonly #definitions: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #isMutation: boolean;
  readonly #fragments = new Map<string, SelectionCost>();

  constructor(
    schema: GraphQLSchema,
    definitions: ReadonlyMap<string, FragmentDefinitionNode>,
    isMutation: boolean,
  ) {
    this.#schema = schema;
    this.#definitions = definitions;
    this.#isMutation = isMutation;
  }

  selection(set: SelectionSetNode, parent: GraphQLNamedType): SelectionCost {
    let { fixed, perItem } = NOTHING;
    for (const selection of set.selections) {
      const part = this.#part(selection, parent);
      fixed = addTerms(fixed, part.fixed);
      perItem = addTerms(perItem, part.perItem);
    }
    return { fixed, perItem };
  }

  #part(node: SelectionSetNode['selections'][number], parent: GraphQLNamedType): SelectionCost {
    if (node.kind === Kind.FIELD) return this.#field(node, parent);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(node.name.value);
    return this.selection(
      node.selectionSet,
      this.#narrowed(node.typeCondition?.name.value, parent),
    );
  }

  #fragment(name: string): SelectionCost {
    const known = this.#fragments.get(name);
    if (known) return known;
    const definition = this.#definitions.get(name);
    const type = definition && this.#schema.getType(definition.typeCondition.name.value);
    const cost = definition && type ? this.selection(definition.selectionSet, type) : NOTHING;
    this.#fragments.set(name, cost);
    return cost;
  }

  #narrowed(condition: string | undefined, parent: GraphQLNamedType): GraphQLNamedType {
    return (condition && this.#schema.getType(condition)) || parent;
  }

  #field(node: FieldNode, parent: GraphQLNamedType): SelectionCost {
    if (node.name.value.startsWith('__')) return { fixed: node.selectionSet ? 1 : 0, perItem: 0 };
    const field = fieldOf(parent, node.name.value);
    if (!field) return NOTHING;
    const type = getNamedType(field.type);
    const declared = field.extensions['cost'] as FieldCost | undefined;
    const own = addTerms(
      declared?.complexity ?? (isCompositeType(type) ? 1 : 0),
      this.#isMutation ? rowsOf(node) : 0,
    );
    if (!node.selectionSet) return { fixed: own, perItem: 0 };
    const below = this.selection(node.selectionSet, type);
    const size = sizeOf(node, field, declared);
    if (!isListType(getNullableType(field.type))) {
      return { fixed: addTerms(own, wholeOf(below, size)), perItem: 0 };
    }
    const item = addTerms(own, wholeOf(below));
    return size === undefined
      ? { fixed: 0, perItem: item }
      : { fixed: multiplyTerms(size, item), perItem: 0 };
  }
}

function fieldOf(
  parent: GraphQLNamedType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

/** What the field says of its size; undefined where it says nothing. */
function sizeOf(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  declared: FieldCost | undefined,
): Term | undefined {
  if (typeof declared?.multiplier === 'number') return declared.multiplier;
  if (typeof declared?.multiplier === 'string') {
    return argumentTerm(node, declared.multiplier, (value) => lengthOf(value) ?? DEFAULT_LIST_SIZE);
  }
  const multiplier = declared?.multiplier;
  if (typeof multiplier === 'function') return (variables) => multiplier(valuesOf(node, variables));
  if (!field.args.some(({ name }) => name === 'first' || name === 'last')) return undefined;
  const page = (value: unknown) =>
    typeof value === 'number' ? Math.min(Math.max(value, 1), MAX_LIST_SIZE) : undefined;
  const last = argumentTerm(node, 'last', (value) => page(value) ?? DEFAULT_LIST_SIZE);
  if (!argumentOf(node, 'first')) return last;
  return (variables) => page(valueOf(node, 'first', variables)) ?? evaluate(last, variables);
}

function lengthOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? Math.max(value, 1) : undefined;
}

/** A point per hundred rows of the longest list that the arguments hold, themselves or one level down. */
function rowsOf(node: FieldNode): Term {
  if (!node.arguments?.length) return 0;
  const names = node.arguments.map((argument) => argument.name.value);
  return (variables) => {
    let rows = 0;
    for (const name of names) {
      const value = valueOf(node, name, variables);
      rows = Math.max(rows, lengthOfList(value));
      if (value === null || typeof value !== 'object') continue;
      for (const each of Object.values(value)) rows = Math.max(rows, lengthOfList(each));
    }
    return Math.ceil(rows / ROWS_PER_POINT);
  };
}

function lengthOfList(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function argumentOf(node: FieldNode, name: string): ArgumentNode | undefined {
  return node.arguments?.find((argument) => argument.name.value === name);
}

function valueOf(node: FieldNode, name: string, variables: Variables): unknown {
  const argument = argumentOf(node, name);
  return argument && valueFromASTUntyped(argument.value, variables);
}

function valuesOf(node: FieldNode, variables: Variables): Record<string, unknown> {
  const given = (node.arguments ?? []).map(({ name, value }) => {
    return [name.value, valueFromASTUntyped(value, variables)] as const;
  });
  return Object.fromEntries(given);
}

/** A constant where the argument is a literal or absent. */
function argumentTerm(node: FieldNode, name: string, points: (value: unknown) => number): Term {
  const kind = argumentOf(node, name)?.value.kind;
  if (kind === undefined || kind === Kind.INT || kind === Kind.NULL) {
    return points(valueOf(node, name, {}));
  }
  return (variables) => points(valueOf(node, name, variables));
}
