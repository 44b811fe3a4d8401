import {
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  getNamedType,
} from 'graphql';

/** A place within an argument that takes a list or a text. */
export interface InputPlace {
  /** `Query.reviews`, and the path within its arguments. */
  readonly name: string;
  readonly field: FieldPlace;
  readonly argument: GraphQLArgument;
  /** From the argument on; the first entry of a list stands for all. */
  readonly path: readonly (string | number)[];
  readonly kind: 'list' | 'text';
  /** What else the schema says of the field or argument that the place is. */
  readonly declared: GraphQLInputField | GraphQLArgument;
  /** Whether it lies within, or is, the rows of an import. */
  readonly inRows: boolean;
}

/** A field that a document can reach, and how. */
export interface FieldPlace {
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown>;
  /** The operation around what is selected of the field's type. */
  readonly document: (args: string, variables: string) => string;
}

/** A value with which nothing is wrong but what a test puts at one place. */
const LEAVES: Readonly<Record<string, unknown>> = {
  ID: 'x',
  String: 'x',
  Int: 1,
  Float: 1,
  Boolean: true,
  Date: '2026-01-01',
  DateTime: '2026-01-01T00:00:00Z',
  Locale: 'en',
  TimeZone: 'Europe/Amsterdam',
};

/** Those that take texts of any length. */
const TEXTS: ReadonlySet<string> = new Set(['ID', 'String', 'Locale']);

/** Every field that can be asked for, by one way to it. */
export function fieldPlaces(schema: GraphQLSchema): FieldPlace[] {
  const places: FieldPlace[] = [];
  const seen = new Set<string>();
  type Way = { type: string; around: (inner: string) => string; operation: string };
  const open: Way[] = [
    { operation: 'query', root: schema.getQueryType() },
    { operation: 'mutation', root: schema.getMutationType() },
    { operation: 'subscription', root: schema.getSubscriptionType() },
  ].flatMap(({ operation, root }) =>
    root ? [{ type: root.name, operation, around: (inner: string) => inner }] : [],
  );
  for (let way = open.shift(); way !== undefined; way = open.shift()) {
    const type = schema.getType(way.type);
    if (seen.has(way.type)) continue;
    seen.add(way.type);
    const { around, operation } = way;
    if (isAbstractType(type)) {
      for (const each of schema.getPossibleTypes(type)) {
        open.push({
          type: each.name,
          operation,
          around: (inner) => around(`... on ${each.name} { ${inner} }`),
        });
      }
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
      places.push({
        name: `${type.name}.${field.name}`,
        field,
        document: (args, variables) =>
          `${operation}${variables} { ${around(`${field.name}${args}${selection}`)} }`,
      });
      if (selection === '') continue;
      const required = literalArguments(field.args.filter(isRequiredArgument));
      open.push({
        type: getNamedType(field.type).name,
        operation,
        around: (inner) => around(`${field.name}${required} { ${inner} }`),
      });
    }
  }
  return places;
}

/** Every list and text in the arguments of every field. */
export function inputPlaces(schema: GraphQLSchema): InputPlace[] {
  return fieldPlaces(schema).flatMap((field) =>
    field.field.args.flatMap((argument) =>
      placesIn(argument.type, [argument.name], argument, false).map((place) => ({
        ...place,
        name: `${field.name}: ${place.path.join('.')}`,
        field,
        argument,
      })),
    ),
  );
}

function placesIn(
  type: GraphQLInputType,
  path: readonly (string | number)[],
  declared: GraphQLInputField | GraphQLArgument,
  inRows: boolean,
): Pick<InputPlace, 'path' | 'kind' | 'declared' | 'inRows'>[] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const items = placesIn(nullable.ofType, [...path, 0], declared, inRows);
    return [{ path, kind: 'list', declared, inRows }, ...items];
  }
  if (isInputObjectType(nullable)) {
    return Object.values(nullable.getFields()).flatMap((field) =>
      placesIn(
        field.type,
        [...path, field.name],
        field,
        inRows || field.extensions['rows'] === true,
      ),
    );
  }
  return TEXTS.has(getNamedType(type).name) ? [{ path, kind: 'text', declared, inRows }] : [];
}

/** A value of the type that has `filling` at the path, and otherwise as little as can be. */
export function valueWith(
  type: GraphQLInputType,
  path: readonly (string | number)[],
  filling: (type: GraphQLInputType) => unknown,
): unknown {
  if (path.length === 0) return filling(type);
  const [first, ...rest] = path;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [valueWith(nullable.ofType, rest, filling)];
  if (!isInputObjectType(nullable)) throw new Error(`There is nothing within ${String(type)}`);
  const fields = Object.values(nullable.getFields()).filter(
    (field) => field.name === first || (!nullable.isOneOf && isRequiredInputField(field)),
  );
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.name === first ? valueWith(field.type, rest, filling) : leastValue(field.type),
    ]),
  );
}

export function leastValue(type: GraphQLInputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [];
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name;
  if (isInputObjectType(nullable)) {
    const required = Object.values(nullable.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, leastValue(field.type)]));
  }
  return LEAVES[nullable.name];
}

/** So many values, as a list of the type takes them. */
export function listOf(count: number): (type: GraphQLInputType) => unknown {
  return (type) => {
    const nullable = getNullableType(type);
    if (!isListType(nullable)) throw new Error(`${String(type)} is no list`);
    return Array.from({ length: count }, () => leastValue(nullable.ofType));
  };
}

/** A text of the length that the scalar takes. */
export function textOf(length: number): (type: GraphQLInputType) => unknown {
  return (type) =>
    getNamedType(type).name === 'Locale'
      ? `en-x${'-a1234567'.repeat(length)}`.slice(0, length)
      : 'x'.repeat(length);
}

/** Arguments with as little as can be, as they are written in a document. */
export function literalArguments(args: readonly GraphQLArgument[]): string {
  const written = args.map(({ name, type }) => `${name}: ${literalOf(type, leastValue(type))}`);
  return written.length === 0 ? '' : `(${written.join(', ')})`;
}

export function literalOf(type: GraphQLInputType, value: unknown): string {
  const nullable = getNullableType(type);
  if (value === null || value === undefined) return 'null';
  if (isListType(nullable)) {
    const items = (value as unknown[]).map((each) => literalOf(nullable.ofType, each));
    return `[${items.join(' ')}]`;
  }
  if (isInputObjectType(nullable)) {
    const fields = nullable.getFields();
    const members = Object.entries(value).map(
      ([name, each]) => `${name}: ${literalOf(fields[name]!.type, each)}`,
    );
    return `{ ${members.join(' ')} }`;
  }
  return isEnumType(nullable) ? (value as string) : JSON.stringify(value);
}
