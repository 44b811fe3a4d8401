import {
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getArgumentValues,
  isInputObjectType,
  isNonNullType,
  Kind,
  type ObjectValueNode,
  type ValueNode,
  valueFromAST,
} from 'graphql';
import type { Variables } from '../admission/cost-term.ts';
import type { AskedField } from './asked.ts';

/** A value for the variables of a request; undefined where there is none that its type allows. */
type ValueOf = (variables: Variables) => unknown;

/**
 * What graphql-js's `getArgumentValues` gives, with all that does not hang on variables worked out
 * once: it is the same object in each answer then, which nobody may write to.
 * @throws GraphQLError (the returned function) for arguments that cannot be
 */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  asked: AskedField,
): (variables: Variables) => object {
  const [node] = asked.nodes;
  const inFull = (variables: Variables) => getArgumentValues(field, node, variables);
  const nodes = node.arguments ?? [];
  if (!nodes.some(({ value }) => hasVariables(value))) {
    // Not before it is asked for: wrong arguments are an error of the request.
    let constant: object | undefined;
    return () => (constant ??= inFull({}));
  }
  const given = new Map(nodes.map(({ name, value }) => [name.value, value]));
  const members = membersOf(field.args, given);
  // It says what is wrong with arguments that cannot be.
  return (variables) => (objectOf(members, variables) as object | undefined) ?? inFull(variables);
}

interface Member {
  readonly name: string;
  readonly type: GraphQLInputType;
  /** Undefined for what is not given. */
  readonly given: ValueOf | undefined;
  /** The variable that it is, if it is one: then it may be not given all the same. */
  readonly variable: string | null;
  readonly defaultValue: unknown;
}

function membersOf(
  declared: readonly {
    readonly name: string;
    readonly type: GraphQLInputType;
    readonly defaultValue?: unknown;
  }[],
  given: ReadonlyMap<string, ValueNode>,
): Member[] {
  return declared.map(({ name, type, defaultValue }) => {
    const node = given.get(name);
    const variable = node?.kind === Kind.VARIABLE ? node.name.value : null;
    return { name, type, defaultValue, variable, given: node && valueOf(node, type) };
  });
}

/** By https://spec.graphql.org/draft/#sec-Input-Objects.Input-Coercion */
function objectOf(members: readonly Member[], variables: Variables): unknown {
  const object = Object.create(null) as Record<string, unknown>;
  for (const { name, type, given, variable, defaultValue } of members) {
    if (given === undefined || (variable !== null && variables[variable] === undefined)) {
      if (defaultValue !== undefined) object[name] = defaultValue;
      else if (isNonNullType(type)) return undefined;
      continue;
    }
    const value = given(variables);
    if (value === undefined) return undefined;
    object[name] = value;
  }
  return object;
}

function valueOf(node: ValueNode, type: GraphQLInputType): ValueOf {
  if (node.kind === Kind.VARIABLE) {
    const { value: name } = node.name;
    // Whether a variable fits its place has been validated, but for null in a place with a default.
    if (!isNonNullType(type)) return (variables) => variables[name];
    return (variables) => variables[name] ?? undefined;
  }
  if (!hasVariables(node)) {
    const constant = valueFromAST(node, type);
    return () => constant;
  }
  const present = isNonNullType(type) ? type.ofType : type;
  if (isInputObjectType(present) && !present.isOneOf && node.kind === Kind.OBJECT) {
    return inputObject(node, present);
  }
  return (variables) => valueFromAST(node, type, variables);
}

function inputObject({ fields }: ObjectValueNode, type: GraphQLInputObjectType): ValueOf {
  const given = new Map(fields.map(({ name, value }) => [name.value, value]));
  const members = membersOf(Object.values(type.getFields()), given);
  return (variables) => objectOf(members, variables);
}

/** Whether a value is a variable, or a part of it is. */
function hasVariables(node: ValueNode): boolean {
  if (node.kind === Kind.VARIABLE) return true;
  if (node.kind === Kind.LIST) return node.values.some(hasVariables);
  return node.kind === Kind.OBJECT && node.fields.some(({ value }) => hasVariables(value));
}
