import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
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
import type { Random } from './random.ts';

/** A valid document over a schema, and values for its variables. */
export interface RandomQuery {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Other values for the same variables. */
  readonly otherVariables: Readonly<Record<string, unknown>>;
}

/**
 * A value for an argument or input field; undefined: a scalar is left out, and an input object is
 * made of its fields.
 */
export type ScalarValue = (name: string, type: string, path: readonly string[]) => unknown;

const DEEPEST = 6;

/**
 * Makes random valid queries over a whole schema: aliases of one field with different arguments,
 * fragments on objects and interfaces, conditions, variables with and without defaults, null and
 * absent arguments. What the scalars of arguments are is the caller's to say.
 *
 * @param roots names of fields of Query that are taken mostly
 */
export function randomQuery(
  schema: GraphQLSchema,
  random: Random,
  scalarValue: ScalarValue,
  roots: readonly string[],
): RandomQuery {
  return new Writer(schema, random, scalarValue, roots).query();
}

/** Names of fields whose types differ between objects that can stand at the same place: nodes. */
function ambiguousFields(schema: GraphQLSchema): ReadonlySet<string> {
  const types = new Map<string, Set<string>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.getInterfaces().length === 0) continue;
    for (const field of Object.values(type.getFields())) {
      types.set(field.name, (types.get(field.name) ?? new Set()).add(String(field.type)));
    }
  }
  return new Set([...types].flatMap(([name, { size }]) => (size > 1 ? [name] : [])));
}

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #scalarValue: ScalarValue;
  readonly #roots: readonly string[];
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #otherVariables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  readonly #ambiguous: ReadonlySet<string>;
  #names = 0;

  constructor(
    schema: GraphQLSchema,
    random: Random,
    scalarValue: ScalarValue,
    roots: readonly string[],
  ) {
    this.#roots = roots;
    this.#schema = schema;
    this.#random = random;
    this.#scalarValue = scalarValue;
    this.#ambiguous = ambiguousFields(schema);
  }

  query(): RandomQuery {
    const root = this.#schema.getQueryType() as GraphQLObjectType;
    const selection = this.#selection(root, 0, []);
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    const text = [`query Random${declared} ${selection}`, ...this.#fragments].join('\n');
    return { text, variables: this.#variables, otherVariables: this.#otherVariables };
  }

  #selection(type: GraphQLNamedType, depth: number, path: readonly string[]): string {
    const count = depth === 0 ? 1 + this.#random.below(2) : 1 + this.#random.below(4);
    const parts: string[] = [];
    for (let i = 0; i < count; i++) parts.push(this.#part(type, depth, path));
    return `{ ${parts.join(' ')} }`;
  }

  #part(type: GraphQLNamedType, depth: number, path: readonly string[]): string {
    const choice = this.#random.next();
    if (choice < 0.06) return `${this.#alias(0.3)}__typename${this.#condition()}`;
    if (depth > 0 && choice < 0.2) return this.#fragment(type, depth, path);
    if (isAbstractType(type) && choice < 0.8) return this.#fragment(type, depth, path);
    const fields = this.#fieldsOf(type, depth);
    return fields.length === 0
      ? '__typename'
      : this.#field(this.#random.pick(fields), depth, [...path, type.name]);
  }

  #fieldsOf(type: GraphQLNamedType, depth: number): GraphQLField<unknown, unknown>[] {
    if (!isObjectType(type) && !isAbstractType(type)) return [];
    const all = 'getFields' in type ? Object.values(type.getFields()) : [];
    const isMostly = depth === 0 && this.#random.chance(0.85);
    const fields = isMostly ? all.filter(({ name }) => this.#roots.includes(name)) : all;
    return fields.filter(
      (field) => isLeafType(getNamedType(field.type)) || depth < DEEPEST - (depth === 0 ? 0 : 1),
    );
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, path: readonly string[]): string {
    const args = this.#arguments(field, [...path, field.name]);
    const type = getNamedType(field.type);
    const below = isLeafType(type) ? '' : ` ${this.#selection(type, depth + 1, path)}`;
    // One key has one meaning: a field with arguments has an alias of its own, and so has one that
    // gives something else on another type.
    const isAliased = field.args.length > 0 || this.#ambiguous.has(field.name);
    const alias = this.#alias(isAliased ? 1 : 0.2);
    return `${alias}${field.name}${args}${this.#condition()}${below}`;
  }

  #alias(probability: number): string {
    return this.#random.chance(probability) ? `a${this.#names++}: ` : '';
  }

  #fragment(type: GraphQLNamedType, depth: number, path: readonly string[]): string {
    const on = this.#random.pick(this.#overlapping(type));
    // Fragments in fragments would make documents of thousands of fields.
    const body = this.#selection(on, depth + 1, path);
    const condition = this.#condition();
    const shape = this.#random.next();
    if (shape < 0.4) return `... on ${on.name}${condition} ${body}`;
    if (shape < 0.5 && on === type) return `...${condition} ${body}`;
    const name = `F${this.#names++}`;
    this.#fragments.push(`fragment ${name} on ${on.name} ${body}`);
    return this.#random.chance(0.2)
      ? `...${name}${condition} ...${name}`
      : `...${name}${condition}`;
  }

  /** Types that can be what an object of `type` is. */
  #overlapping(type: GraphQLNamedType): GraphQLNamedType[] {
    if (isAbstractType(type)) return [...this.#schema.getPossibleTypes(type), type];
    if (!isObjectType(type)) return [type];
    return [type, ...type.getInterfaces()];
  }

  #condition(): string {
    if (!this.#random.chance(0.12)) return '';
    const name = this.#random.pick(['skip', 'include']);
    const value = this.#random.chance(0.3)
      ? String(this.#random.chance(0.5))
      : this.#variable('Boolean!', () => this.#random.chance(0.5));
    return ` @${name}(if: ${value})`;
  }

  #arguments(field: GraphQLField<unknown, unknown>, path: readonly string[]): string {
    const left = this.#pageArgumentsLeftOut();
    const given = field.args
      .filter(({ name }) => !left.includes(name))
      .flatMap((argument) => this.#argument(argument, path));
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  /** A page is read forward or backward; both at once is refused, which is seldom of interest. */
  #pageArgumentsLeftOut(): string[] {
    if (this.#random.chance(0.05)) return [];
    if (this.#random.chance(0.6)) return ['last', 'before'];
    return this.#random.chance(0.5) ? ['first', 'after'] : ['first', 'after', 'before'];
  }

  #argument({ name, type }: GraphQLArgument, path: readonly string[]): string[] {
    if (!isNonNullType(type) && this.#random.chance(0.6)) return [];
    const make = () => this.#value(name, type, [...path, name]);
    const value = make();
    if (value === undefined) return [];
    const written = this.#random.chance(0.6)
      ? this.#variable(String(type), make)
      : literal(value, type);
    return [`${name}: ${written}`];
  }

  #variable(type: string, make: () => unknown): string {
    const name = `v${this.#names++}`;
    const value = make();
    const isDefault = value !== undefined && !type.endsWith('!') && this.#random.chance(0.2);
    const inner = this.#schema.getType(type.replace(/[[\]!]/g, ''));
    if (isDefault && isLeafType(inner) && !type.startsWith('[') && value !== null) {
      const text = isEnumType(inner) ? (value as string) : JSON.stringify(value);
      this.#declared.push(`$${name}: ${type} = ${text}`);
    } else {
      this.#declared.push(`$${name}: ${type}`);
      this.#variables[name] = value;
      this.#otherVariables[name] = make();
    }
    return `$${name}`;
  }

  #value(name: string, type: GraphQLInputType, path: readonly string[]): unknown {
    if (isNonNullType(type)) return this.#present(name, type.ofType, path);
    return this.#random.chance(0.08) ? null : this.#present(name, type, path);
  }

  #present(name: string, type: GraphQLInputType, path: readonly string[]): unknown {
    if (isListType(type)) {
      const length = this.#random.below(4);
      const items = Array.from({ length }, () => this.#value(name, type.ofType, path));
      return items.filter((item) => item != null);
    }
    if (isEnumType(type)) return this.#random.pick(type.getValues()).name;
    const whole = this.#scalarValue(name, String(type), path);
    if (!isInputObjectType(type) || whole !== undefined) return whole;
    const value: Record<string, unknown> = {};
    for (const field of Object.values(type.getFields())) {
      if (!isNonNullType(field.type) && this.#random.chance(0.75)) continue;
      const given = this.#value(field.name, field.type, [...path, field.name]);
      if (given !== undefined) value[field.name] = given;
    }
    return value;
  }
}

/** A value as GraphQL writes it: enums without quotes, keys without quotes. */
function literal(value: unknown, type: GraphQLInputType): string {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (value === null) return 'null';
  if (Array.isArray(value) && isListType(nullable)) {
    return `[${value.map((item) => literal(item, nullable.ofType)).join(', ')}]`;
  }
  if (isEnumType(nullable)) return value as string;
  if (!isInputObjectType(nullable)) return JSON.stringify(value);
  const fields = nullable.getFields();
  const members = Object.entries(value as object).map(
    ([name, member]) => `${name}: ${literal(member, (fields[name] as GraphQLArgument).type)}`,
  );
  return `{ ${members.join(', ')} }`;
}
