import {
  getNullableType,
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
  isScalarType,
  type SelectionSetNode,
} from 'graphql';
import { cellParser, type CellRow, type ColumnType, isoOfCell } from '../../db/read/cells.ts';
import { columnType, type FieldSource, type Noun } from '../../db/read/noun.ts';
import { LocalDate } from '../scalars.ts';
import { type Asking, askedFields, setsBelow } from './asked.ts';
import { Irregular, NotPlannable, type Write } from './place.ts';
import { plannedField } from './planned.ts';
import { type Member, unrolled } from './unrolled.ts';

type WriteValue = (value: unknown) => string;

/** Writes a value of JavaScript as the type and the selection want it. */
export function valueWriter(
  asking: Asking,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
): WriteValue {
  if (isNonNullType(type)) {
    const write = valueWriter(asking, type.ofType, sets);
    return (value) => (value == null ? irregularNull() : write(value));
  }
  const write = presentWriter(asking, type, sets);
  return (value) => (value == null ? 'null' : write(value));
}

function presentWriter(
  asking: Asking,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
): WriteValue {
  if (isListType(type)) return listWriter(valueWriter(asking, type.ofType, sets));
  if (isLeafType(type)) return leafWriter(type);
  if (isObjectType(type)) return objectValueWriter(asking, type, sets);
  throw new NotPlannable(`values of ${String(type)}`);
}

function listWriter(item: WriteValue): WriteValue {
  return (value) => {
    const items = value as readonly unknown[];
    let text = '[';
    for (let i = 0; i < items.length; i++) text += (i === 0 ? '' : ',') + item(items[i]);
    return `${text}]`;
  };
}

function objectValueWriter(
  asking: Asking,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): WriteValue {
  const members = askedFields(asking, type, sets).map((asked): Member<WriteValue> => {
    const key = `${JSON.stringify(asked.key)}:`;
    if (asked.name === '__typename') {
      return { key: key + JSON.stringify(type.name), given: null, write: irregularNull };
    }
    const field = type.getFields()[asked.name];
    if (!field || field.resolve || plannedField(field)) {
      throw new NotPlannable(`${type.name}.${asked.name}`);
    }
    const write = valueWriter(asking, field.type, setsBelow(asked));
    return { key, given: `value.${field.name}`, write };
  });
  return unrolled<WriteValue>('value', members);
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
    // `| 0` is the same number where it is a whole one of 32 bits.
    return (value) => (((value as number) | 0) === value ? String(value) : serialized(value));
  }
  if (type === GraphQLFloat) {
    return (value) => (Number.isFinite(value) ? String(value) : serialized(value));
  }
  if (type.name === LocalDate.name) {
    // A day that is text was made by the database or by us, and is not checked for each row again.
    return (value) => (typeof value === 'string' ? `"${value}"` : serialized(value));
  }
  return serialized;
}

/** Writes a field of a noun's row; `cell` gives the place of a column in the rows. */
export function sourceWriter(
  asking: Asking,
  noun: Noun,
  source: FieldSource,
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  cell: (column: string) => number,
): Write {
  const nullWriter: () => string = isNonNullType(type) ? irregularNull : () => 'null';
  const present = presentWriter(asking, getNullableType(type), sets);
  const [column] = source.columns;
  if (source.convert === undefined || column === undefined) {
    return computedWriter(noun, source, cell, (value) =>
      value == null ? nullWriter() : present(value),
    );
  }
  const write = textWriter(source, columnType(noun, column), getNullableType(type), present);
  const at = cell(column);
  return (_run, rows, start) => {
    const text = (rows[start] as CellRow)[at] as string | null;
    return text === null ? nullWriter() : write(text);
  };
}

function textWriter(
  { convert = null, isPlain = false }: FieldSource,
  column: ColumnType,
  type: GraphQLOutputType,
  present: WriteValue,
): (text: string) => string {
  if (convert === null) {
    if (isLeafType(type) && column === 'timestamptz') return (text) => `"${isoOfCell(text)}"`;
    if (column === 'text') return isTextScalar(type) ? (text) => JSON.stringify(text) : present;
    const parse = cellParser(column);
    return (text) => present(parse(text));
  }
  if (isPlain && column === 'text') return (text) => `"${convert(text) as string}"`;
  const parse = cellParser(column);
  return (text) => {
    const value = convert(parse(text));
    return value == null ? 'null' : present(value);
  };
}

/**
 * Scalars over text (Locale, TimeZone) check what comes in; what is stored has come in that way, and
 * to check it again for each row costs more than all else.
 */
function isTextScalar(type: GraphQLOutputType): boolean {
  return isScalarType(type) && type !== GraphQLFloat && type !== GraphQLInt;
}

/** A value of several columns, or of one that may be null. */
function computedWriter(
  noun: Noun,
  source: FieldSource,
  cell: (column: string) => number,
  write: WriteValue,
): Write {
  const columns = source.columns.map((name) => ({
    at: cell(name),
    parse: cellParser(columnType(noun, name)),
  }));
  const areTexts = source.columns.every((name) => columnType(noun, name) === 'text');
  if (areTexts && columns.length <= 2) {
    const [first, second = first] = columns.map(({ at }) => at) as [number, number?];
    return (run, rows, start) => {
      const cells = rows[start] as CellRow;
      return write(source.value([cells[first], cells[second]], run.reader.now));
    };
  }
  return (run, rows, start) => {
    const cells = rows[start] as CellRow;
    const values = columns.map(({ at, parse }) => {
      const text = cells[at] as string | null;
      return text === null ? null : parse(text);
    });
    return write(source.value(values, run.reader.now));
  };
}

export function irregularNull(): never {
  throw new Irregular('null where the schema promises a value');
}
