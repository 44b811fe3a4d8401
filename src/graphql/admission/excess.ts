import {
  getNullableType,
  GraphQLBoolean,
  GraphQLFloat,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  GraphQLInt,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { type ListBound, LONGEST_TEXT, MOST_VALUES } from '../input-bounds.ts';

/** What a value holds too much of, and where. */
export interface Excess {
  /** Within the value. */
  readonly path: readonly (string | number)[];
  /** `1001 values`: what there is. */
  readonly found: string;
  /** How much is taken. */
  readonly limit: number;
  /** What to do about it. */
  readonly remedy: string;
}

/** The first excess of a coerced value, if there is one. Takes no memory where there is none. */
export type Check = (value: unknown) => Excess | null;

export function excessOfList(count: number, most: number): Excess | null {
  if (count <= most) return null;
  const remedy = 'Send the others in further requests.';
  return { path: [], found: `${count} values`, limit: most, remedy };
}

export function excessOfText(length: number): Excess | null {
  if (length <= LONGEST_TEXT) return null;
  const remedy = 'Shorten it.';
  return { path: [], found: `${length} characters`, limit: LONGEST_TEXT, remedy };
}

/** What is said of the input field, which only lists and rows have something to say by. */
export function boundOf(field: GraphQLInputField): ListBound {
  return field.extensions;
}

/**
 * How values of a type are checked; null where there is nothing to check: numbers and enum values
 * are never too much.
 *
 * @param most of the outermost list
 */
export function checkOf(type: GraphQLInputType, most = MOST_VALUES): Check | null {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return listCheck(checkOf(nullable.ofType), most);
  if (isInputObjectType(nullable)) return objectCheck(nullable);
  return isEnumType(nullable) || SMALL.has(nullable) ? null : checkText;
}

const SMALL: ReadonlySet<GraphQLInputType> = new Set([GraphQLBoolean, GraphQLInt, GraphQLFloat]);

/** Times and the like are coerced to values of their own, and are as small as they can be. */
const checkText: Check = (value) => (typeof value === 'string' ? excessOfText(value.length) : null);

function listCheck(checkItem: Check | null, most: number): Check {
  return (value) => {
    if (!Array.isArray(value)) return null;
    const excess = excessOfList(value.length, most);
    if (excess || !checkItem) return excess;
    for (let index = 0; index < value.length; index++) {
      const found = checkItem(value[index]);
      if (found) return within(index, found);
    }
    return null;
  };
}

const objectChecks = new WeakMap<GraphQLInputObjectType, Check>();

function objectCheck(type: GraphQLInputObjectType): Check {
  const known = objectChecks.get(type);
  if (known) return known;
  const checks: [name: string, check: Check][] = [];
  const check: Check = (value) => {
    if (value === null || typeof value !== 'object') return null;
    for (const [name, checkField] of checks) {
      const found = checkField((value as Record<string, unknown>)[name]);
      if (found) return within(name, found);
    }
    return null;
  };
  // Known before its fields are, since an input may hold its own kind.
  objectChecks.set(type, check);
  for (const field of Object.values(type.getFields())) {
    const { most, rows } = boundOf(field);
    const checkField = rows === true ? null : checkOf(field.type, most);
    if (checkField) checks.push([field.name, checkField]);
  }
  return check;
}

function within(key: string | number, excess: Excess): Excess {
  return { ...excess, path: [key, ...excess.path] };
}
