import {
  getNamedType,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLString,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { type Utf8, utf8Of } from '../../db/read/utf8.ts';
import { LocalDate } from '../scalars.ts';
import { type Asking, askedFields, setsBelow } from './asked.ts';
import { numberText } from './number-text.ts';
import { Irregular, NotPlannable } from './place.ts';
import { plannedField } from './planned.ts';

export type WriteValue = (value: unknown) => string;

/**
 * Writes a value of JavaScript as the type and the selection want it, as one function that is made
 * as code: the rows of an answer are thousands of values, and closures within closures would be
 * called with ever other functions and objects, so that the engine could foresee none of them.
 */
export function valueWriter(
  asking: Asking,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
): WriteValue {
  // Of one value there is nothing to foresee.
  if (isLeafType(type)) {
    const write = leafWriter(type);
    return (value) => (value == null ? 'null' : write(value));
  }
  return new ValueCode(asking).writer(type, sets);
}

/** The same as UTF-8, of a value whose texts are text. */
export function utf8Writer(
  asking: Asking,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
): (value: unknown) => Utf8 {
  const write = valueWriter(asking, type, sets);
  if (isOfAscii(asking, type, sets)) return write as (value: unknown) => Utf8;
  return (value) => utf8Of(write(value));
}

/** Scalars that are written without a character beyond ASCII, whatever their value. */
const OF_ASCII: ReadonlySet<string> = new Set(
  [GraphQLBoolean, GraphQLFloat, GraphQLInt, LocalDate].map(({ name }) => name),
);

/** Whether nothing in what is written of such values can be beyond ASCII: it is long where it is of numbers. */
function isOfAscii(
  asking: Asking,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
): boolean {
  const named = getNamedType(type);
  if (isLeafType(named)) return isEnumType(named) || OF_ASCII.has(named.name);
  if (!isObjectType(named)) return false;
  return askedFields(asking, named, sets).every((asked) => {
    const field = named.getFields()[asked.name];
    return (
      asked.name === '__typename' || (field && isOfAscii(asking, field.type, setsBelow(asked)))
    );
  });
}

export function irregularNull(): never {
  throw new Irregular('null where the schema promises a value');
}

/** Where what a literal is written as goes by what is before it: code for a text, of the literal. */
interface Behind {
  /** Whether it is there, as code. */
  readonly test: string;
  readonly written: (literal: string) => string;
  readonly otherwise: (literal: string) => string;
}

/**
 * Code that appends to `text`, as much as it can at once: each piece that a text is put together of
 * is an object, until the text is sent. Names are of our own making, or GraphQL's, which are JavaScript's as
 * well; all else is put in as literals of JSON or handed over beside the code.
 */
class ValueCode {
  readonly #asking: Asking;
  readonly #given: unknown[] = [irregularNull];
  #code = '';
  /** Literals that are known only when what is before them has been written. */
  #constants = '';
  /** What is to be appended next, and not in the code yet. */
  #terms: string[] = [];
  /** Behind the terms: literals beside each other become one. */
  #literal = '';
  /** What the literal is behind, where that depends. */
  #behind: Behind | null = null;
  #names = 0;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  writer(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): WriteValue {
    this.#value('value', type, sets);
    this.#flush();
    const names = this.#given.map((_, index) => `given${index}`);
    const code = `${this.#constants} return (value) => { let text = ''; ${this.#code} return text; }`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const make = new Function(...names, code) as (...given: unknown[]) => WriteValue;
    return make(...this.#given);
  }

  #value(name: string, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): void {
    const isPromised = isNonNullType(type);
    const present = isPromised ? type.ofType : type;
    const none = isPromised ? 'given0()' : `'null'`;
    if (isLeafType(present)) {
      if (isDay(present)) this.#day(name, none, present);
      else this.#append(`(${name} == null ? ${none} : ${this.#leaf(name, present)})`);
      return;
    }
    if (isPromised) {
      this.#code += `if (${name} == null) ${none};`;
      this.#composite(name, present, sets);
      return;
    }
    this.#flush();
    this.#code += `if (${name} == null) text += ${none}; else {`;
    this.#composite(name, present, sets);
    this.#flush();
    this.#code += '}';
  }

  #composite(name: string, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): void {
    if (isListType(type)) this.#list(name, type.ofType, sets);
    else if (isObjectType(type)) this.#object(name, type, sets);
    else throw new NotPlannable(`values of ${String(type)}`);
  }

  /**
   * The end of an item is appended with the beginning of the next, or with the end of the list, and
   * what is before the list with the first item.
   */
  #list(name: string, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): void {
    const [index, item, isInTurn] = [this.#name(), this.#name(), this.#name()];
    const begun = this.#takeLiteral('[');
    const betweens: { readonly name: string; readonly head: string }[] = [];
    const separated = (head: string) => {
      const between = { name: this.#name(), head };
      betweens.push(between);
      return between.name;
    };
    this.#flush();
    this.#code += `const ${isInTurn} = typeof ${name}.inTurn === 'function';`;
    this.#code += `for (let ${index} = 0; ${index} < ${name}.length; ${index}++) {`;
    this.#code += `const ${item} = ${isInTurn} ? ${name}.inTurn(${index}) : ${name}[${index}];`;
    this.#behind = { test: `${index} > 0`, written: separated, otherwise: begun };
    this.#value(item, type, sets);
    // Of what depends on the last value of the item, or of an item that is nothing but a literal.
    if (this.#behind !== null) this.#endLiteral();
    const end = this.#literal;
    this.#literal = '';
    this.#flush();
    this.#code += '}';
    for (const between of betweens) {
      this.#constants += `const ${between.name} = ${JSON.stringify(`${end},${between.head}`)};`;
    }
    const ended = (literal: string) => JSON.stringify(`${end}${literal}`);
    this.#behind = { test: `${name}.length > 0`, written: ended, otherwise: begun };
    this.#literal = ']';
  }

  #object(name: string, type: GraphQLObjectType, sets: readonly SelectionSetNode[]): void {
    this.#literal += '{';
    for (const [index, asked] of askedFields(this.#asking, type, sets).entries()) {
      this.#literal += `${index === 0 ? '' : ','}${JSON.stringify(asked.key)}:`;
      if (asked.name === '__typename') {
        this.#literal += JSON.stringify(type.name);
        continue;
      }
      const field = type.getFields()[asked.name];
      if (!field || field.resolve || plannedField(field)) {
        throw new NotPlannable(`${type.name}.${asked.name}`);
      }
      const member = this.#name();
      this.#code += `const ${member} = ${name}.${field.name};`;
      this.#value(member, field.type, setsBelow(asked));
    }
    this.#literal += '}';
  }

  /** The usual values as code, all others as {@link leafWriter} has them. */
  #leaf(name: string, type: GraphQLLeafType): string {
    const write = `${this.#give(leafWriter(type))}(${name})`;
    // `| 0` is the same number where it is a whole one of 32 bits.
    if (type === GraphQLInt) return `(${name} | 0) === ${name} ? ${name} : ${write}`;
    if (type === GraphQLFloat) {
      // Whole numbers have a place of their own in the engine's memory of texts.
      const fraction = `${this.#give(numberText)}(${name})`;
      return `(${name} | 0) === ${name} ? ${name} : Number.isFinite(${name}) ? ${fraction} : ${write}`;
    }
    return write;
  }

  /** The quotes of a text that is a day already are appended with what is before it and behind it. */
  #day(name: string, none: string, type: GraphQLLeafType): void {
    const before = this.#takeLiteral('');
    const write = `${this.#give(leafWriter(type))}(${name})`;
    const isText = `typeof ${name} === 'string'`;
    this.#terms.push(
      `(${isText} ? ${before('"')} + ${name} : ${before('')} + (${name} == null ? ${none} : ${write}))`,
    );
    this.#behind = {
      test: isText,
      written: (literal) => JSON.stringify(`"${literal}`),
      otherwise: (literal) => JSON.stringify(literal),
    };
  }

  #append(expression: string): void {
    this.#endLiteral();
    this.#terms.push(expression);
  }

  #flush(): void {
    this.#endLiteral();
    if (this.#terms.length > 0) this.#code += `text += ${this.#terms.join(' + ')};`;
    this.#terms = [];
  }

  #endLiteral(): void {
    if (this.#behind !== null || this.#literal !== '') this.#terms.push(this.#takeLiteral('')(''));
  }

  /** Code of the literal that is next to be appended, and of what will stand behind it. */
  #takeLiteral(last: string): (more: string) => string {
    const literal = `${this.#literal}${last}`;
    const behind = this.#behind;
    this.#literal = '';
    this.#behind = null;
    if (behind === null) return (more) => JSON.stringify(`${literal}${more}`);
    const { test, written, otherwise } = behind;
    return (more) =>
      `(${test} ? ${written(`${literal}${more}`)} : ${otherwise(`${literal}${more}`)})`;
  }

  #name(): string {
    return `value${this.#names++}`;
  }

  #give(value: unknown): string {
    return `given${this.#given.push(value) - 1}`;
  }
}

/** Like graphql-js's own serialization, which is taken for all that is not the usual. */
function leafWriter(type: GraphQLLeafType): WriteValue {
  const serialized: WriteValue = (value) => JSON.stringify(type.serialize(value));
  if (isEnumType(type)) {
    const names = new Map(
      type.getValues().map(({ name, value }) => [value as unknown, `"${name}"`]),
    );
    return (value) => names.get(value) ?? serialized(value);
  }
  if (type === GraphQLString || type === GraphQLID) {
    return (value) => (typeof value === 'string' ? JSON.stringify(value) : serialized(value));
  }
  if (type === GraphQLInt) {
    return (value) => (((value as number) | 0) === value ? String(value) : serialized(value));
  }
  if (type === GraphQLFloat) {
    return (value) => (Number.isFinite(value) ? String(value) : serialized(value));
  }
  if (isDay(type)) {
    // A day that is text was made by the database or by us, and is not checked for each row again.
    return (value) => (typeof value === 'string' ? `"${value}"` : serialized(value));
  }
  return serialized;
}

function isDay(type: GraphQLLeafType): boolean {
  return type.name === LocalDate.name;
}
