import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** Values for arguments and input fields, by what they are; undefined leaves an optional one out. */
export type ValueOf = (name: string, type: GraphQLInputType, path: readonly string[]) => unknown;

/** A document that asks for every field of one object type, on the shortest way to it from the root. */
export interface ProbeDocument {
  readonly type: string;
  /** `Type.field` of each field that it selects directly on the type. */
  readonly covers: readonly string[];
  readonly text: string;
}

interface Step {
  readonly field: GraphQLField<unknown, unknown>;
  /** Set where the field gives an interface: the fragment that goes on from there. */
  readonly fragmentOn: string | null;
}

type Way = readonly Step[];

/**
 * Documents that together ask for every field of a schema's query type and of all that is below
 * it, generated from the schema, so that a new field is covered without a word.
 */
export function probeDocuments(schema: GraphQLSchema, valueOf: ValueOf): ProbeDocument[] {
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no queries');
  const ways = waysTo(schema, query);
  const documents: ProbeDocument[] = [];
  for (const [type, typeWays] of ways) {
    for (const way of typeWays) {
      for (const fields of chunks(Object.values(type.getFields()), 12)) {
        const selected = fields.map((field) => print(schema, field, valueOf)).join(' ');
        documents.push({
          type: type.name,
          covers: fields.map((field) => `${type.name}.${field.name}`),
          text: `{ ${wrap(way, selected, valueOf)} }`,
        });
      }
    }
  }
  return documents;
}

/** So many steps a way may be longer than the shortest one to the same type. */
const DETOUR = 2;

/**
 * For each object type, the shortest way to it from each root field that leads there without much of
 * a detour: all ways would be as many as there are root fields for each type, the longest of them
 * through lists in lists in lists.
 */
function waysTo(schema: GraphQLSchema, query: GraphQLObjectType): Map<GraphQLObjectType, Way[]> {
  const all = everyWayTo(schema, query);
  return new Map(
    [...all].map(([type, ways]) => {
      const shortest = Math.min(...ways.map((way) => way.length));
      return [type, ways.filter((way) => way.length <= shortest + DETOUR)];
    }),
  );
}

/** For each object type, the shortest way to it from each root field that leads there. */
function everyWayTo(
  schema: GraphQLSchema,
  query: GraphQLObjectType,
): Map<GraphQLObjectType, Way[]> {
  const ways = new Map<GraphQLObjectType, Way[]>([[query, [[]]]]);
  for (const root of Object.values(query.getFields())) {
    if (root.name.startsWith('__')) continue;
    const seen = new Set<GraphQLObjectType>();
    const queue: Way[] = [[{ field: root, fragmentOn: null }]];
    for (let way = queue.shift(); way !== undefined; way = queue.shift()) {
      const last = way.at(-1) as Step;
      for (const type of concreteTypes(schema, getNamedType(last.field.type))) {
        if (seen.has(type)) continue;
        seen.add(type);
        const abstract = isAbstractType(getNamedType(last.field.type));
        const here = [...way.slice(0, -1), { ...last, fragmentOn: abstract ? type.name : null }];
        ways.set(type, [...(ways.get(type) ?? []), here]);
        for (const field of Object.values(type.getFields())) {
          if (!isLeafType(getNamedType(field.type)))
            queue.push([...here, { field, fragmentOn: null }]);
        }
      }
    }
  }
  return ways;
}

function concreteTypes(
  schema: GraphQLSchema,
  type: GraphQLNamedOutputType,
): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}

function wrap(way: Way, selected: string, valueOf: ValueOf): string {
  return way.reduceRight((inner, { field, fragmentOn }) => {
    const body = fragmentOn === null ? inner : `__typename ... on ${fragmentOn} { ${inner} }`;
    return `${field.name}${printArguments(field.args, valueOf)} { ${body} }`;
  }, selected);
}

/** A field with, below it, its leaves; the fields below those have documents of their own. */
function print(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  valueOf: ValueOf,
): string {
  const called = `${field.name}${printArguments(field.args, valueOf)}`;
  const type = getNamedType(field.type);
  if (isLeafType(type)) return called;
  const leaves = concreteTypes(schema, type)
    .slice(0, 1)
    .flatMap((concrete) =>
      Object.values(concrete.getFields()).filter((below) => isLeafType(getNamedType(below.type))),
    );
  const names = isAbstractType(type) ? [] : leaves.map((leaf) => leaf.name);
  return `${called} { ${['__typename', ...names].join(' ')} }`;
}

function printArguments(args: readonly GraphQLArgument[], valueOf: ValueOf): string {
  const printed = args.flatMap((arg) => {
    const value = inputValue(arg.name, arg.type, valueOf, []);
    return value === undefined ? [] : [`${arg.name}: ${printValue(value, arg.type)}`];
  });
  return printed.length === 0 ? '' : `(${printed.join(', ')})`;
}

/** A value for an input: the one given, or the smallest that fits where it is required. */
export function inputValue(
  name: string,
  type: GraphQLInputType,
  valueOf: ValueOf,
  path: readonly string[],
): unknown {
  const given = valueOf(name, type, path);
  if (given !== undefined || !isNonNullType(type)) return given;
  const inner = type.ofType;
  if (isListType(inner)) {
    return [
      inputValue(name, isNonNullType(inner.ofType) ? inner.ofType : inner.ofType, valueOf, path),
    ];
  }
  const named = getNamedType(inner);
  if (isInputObjectType(named)) return inputObject(named, valueOf, [...path, name]);
  if (isEnumType(named)) return named.getValues()[0]?.name;
  return `${name} probe`;
}

/** An input object with all that is required and all that `valueOf` has a value for. */
export function inputObject(
  type: GraphQLInputObjectType,
  valueOf: ValueOf,
  path: readonly string[],
): Record<string, unknown> {
  const entries = Object.values(type.getFields()).map(
    (field) => [field.name, inputValue(field.name, field.type, valueOf, path)] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function printValue(value: unknown, type: GraphQLInputType): string {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isListType(bare)) {
    const items = value as unknown[];
    return `[${items.map((item) => printValue(item, bare.ofType)).join(', ')}]`;
  }
  if (isInputObjectType(bare)) {
    const fields = bare.getFields();
    const printed = Object.entries(value as object).map(([name, inner]) => {
      const field = fields[name];
      if (!field) throw new Error(`no input field ${bare.name}.${name}`);
      return `${name}: ${printValue(inner, field.type)}`;
    });
    return `{ ${printed.join(', ')} }`;
  }
  return isEnumType(bare) ? String(value) : JSON.stringify(value);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let i = 0; i < items.length; i += size) result.push(items.slice(i, i + size));
  return result;
}
