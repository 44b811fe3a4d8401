import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import type { Variables } from './cost-term.ts';

/** A value as its type has it; undefined for one that the type does not take. */
type Coerce = (value: unknown) => unknown;

/** Variables as their types have them; null where graphql-js has to tell what is wrong with one. */
export type CoerceVariables = (inputs: Readonly<Record<string, unknown>>) => Variables | null;

interface Declared {
  readonly name: string;
  readonly coerce: Coerce;
  /** Undefined without one. */
  readonly defaultValue: unknown;
  readonly isRequired: boolean;
}

/**
 * What graphql-js's `getVariableValues` gives, without its path to each value, which is made for an
 * error that there seldom is: https://spec.graphql.org/draft/#sec-Coercing-Variable-Values
 */
export function variableCoercer(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): CoerceVariables {
  const declared = definitions.map((definition): Declared | null => {
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) return null;
    const { defaultValue: node } = definition;
    return {
      name: definition.variable.name.value,
      coerce: coercerOf(type),
      defaultValue: node && valueFromAST(node, type),
      isRequired: isNonNullType(type),
    };
  });
  return (inputs) => {
    const variables = Object.create(null) as Record<string, unknown>;
    for (const variable of declared) {
      if (variable === null) return null;
      const { name, coerce, defaultValue, isRequired } = variable;
      if (Object.hasOwn(inputs, name)) {
        const value = coerce(inputs[name]);
        if (value === undefined) return null;
        variables[name] = value;
      } else if (defaultValue !== undefined) variables[name] = defaultValue;
      else if (isRequired) return null;
    }
    return variables;
  };
}

const coercers = new WeakMap<GraphQLInputType, Coerce>();

function coercerOf(type: GraphQLInputType): Coerce {
  let coerce = coercers.get(type);
  if (!coerce) coercers.set(type, (coerce = makeCoercer(type)));
  return coerce;
}

function makeCoercer(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const present = coercerOf(type.ofType);
    return (value) => (value == null ? undefined : present(value));
  }
  let present: Coerce;
  if (isListType(type)) present = listOf(coercerOf(type.ofType));
  else if (isInputObjectType(type)) present = inputObject(type);
  else present = leaf(type);
  return (value) => (value == null ? null : present(value));
}

function listOf(coerce: Coerce): Coerce {
  return (value) => {
    if (!Array.isArray(value)) {
      // Anything else that could be gone through does not come from JSON.
      if (typeof value === 'object' && Symbol.iterator in (value as object)) return undefined;
      const only = coerce(value);
      return only === undefined ? undefined : [only];
    }
    const items = new Array<unknown>(value.length);
    for (let i = 0; i < items.length; i++) {
      const item = coerce(value[i]);
      if (item === undefined) return undefined;
      items[i] = item;
    }
    return items;
  };
}

function inputObject(type: GraphQLInputObjectType): Coerce {
  // There is no type of this kind here, and its rule is graphql-js's to know.
  if (type.isOneOf) return () => undefined;
  // Not before a value comes: a type may have itself in its fields.
  let fields: readonly Declared[] | undefined;
  return (value) => {
    if (typeof value !== 'object' || Array.isArray(value)) return undefined;
    const given = value as Readonly<Record<string, unknown>>;
    fields ??= fieldsOf(type);
    // Without a prototype as graphql-js's, an object would be a table of hashes, which is slow to read.
    const coerced: Record<string, unknown> = {};
    let known = 0;
    for (const { name, coerce, defaultValue, isRequired } of fields) {
      const own = given[name];
      if (own !== undefined) {
        const member = coerce(own);
        if (member === undefined) return undefined;
        coerced[name] = member;
        known++;
      } else if (defaultValue !== undefined) coerced[name] = defaultValue;
      else if (isRequired) return undefined;
    }
    return Object.keys(given).length === known ? coerced : undefined;
  };
}

function fieldsOf(type: GraphQLInputObjectType): Declared[] {
  return Object.values(type.getFields()).map(({ name, type: of, defaultValue }) => ({
    ...{ name, defaultValue },
    coerce: coercerOf(of),
    isRequired: isNonNullType(of),
  }));
}

function leaf(type: GraphQLLeafType): Coerce {
  return (value) => {
    try {
      return type.parseValue(value) as unknown;
    } catch {
      return undefined;
    }
  };
}
