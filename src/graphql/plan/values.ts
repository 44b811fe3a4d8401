import {
  getNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { cellParser, type CellRow, type ColumnType, isoOfCell } from '../../db/read/cells.ts';
import { columnType, type FieldSource, type Noun } from '../../db/read/noun.ts';
import { type Asking, askedFields, setsBelow } from './asked.ts';
import { Irregular, NotPlannable, type Write } from './place.ts';
import { plannedField } from './planned.ts';

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
  if (isListType(type)) {
    const item = valueWriter(asking, type.ofType, sets);
    return (value) => `[${(value as unknown[]).map(item).join(',')}]`;
  }
  if (isLeafType(type)) return (value) => JSON.stringify(type.serialize(value));
  if (isObjectType(type)) return objectValueWriter(asking, type, sets);
  throw new NotPlannable(`values of ${String(type)}`);
}

function objectValueWriter(
  asking: Asking,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): WriteValue {
  const members = askedFields(asking, type, sets).map((asked) => {
    const key = `${JSON.stringify(asked.key)}:`;
    if (asked.name === '__typename') {
      const whole = key + JSON.stringify(type.name);
      return () => whole;
    }
    const field = type.getFields()[asked.name];
    if (!field || field.resolve || plannedField(field)) {
      throw new NotPlannable(`${type.name}.${asked.name}`);
    }
    const write = valueWriter(asking, field.type, setsBelow(asked));
    return (value: Readonly<Record<string, unknown>>) => key + write(value[field.name]);
  });
  return (value) => `{${members.map((write) => write(value as never)).join(',')}}`;
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
  const write = textWriter(columnType(noun, column), source.convert, type, present);
  const at = cell(column);
  return (_run, rows, start) => {
    const text = (rows[start] as CellRow)[at] as string | null;
    return text === null ? nullWriter() : write(text);
  };
}

function textWriter(
  column: ColumnType,
  convert: ((value: unknown) => unknown) | null,
  type: GraphQLOutputType,
  present: WriteValue,
): (text: string) => string {
  const isLeaf = isLeafType(getNullableType(type));
  if (convert === null && isLeaf && column === 'text') return (text) => JSON.stringify(text);
  if (convert === null && isLeaf && column === 'timestamptz') {
    return (text) => `"${isoOfCell(text)}"`;
  }
  const parse = cellParser(column);
  return convert === null
    ? (text) => present(parse(text))
    : (text) => {
        const value = convert(parse(text));
        return value == null ? 'null' : present(value);
      };
}

/** A value of several columns gets them as a row of objects has them. */
function computedWriter(
  noun: Noun,
  source: FieldSource,
  cell: (column: string) => number,
  write: WriteValue,
): Write {
  const columns = source.columns.map((name) => ({
    name,
    at: cell(name),
    parse: cellParser(columnType(noun, name)),
  }));
  return (run, rows, start) => {
    const cells = rows[start] as CellRow;
    const row: Record<string, unknown> = {};
    for (const { name, at, parse } of columns) {
      const text = cells[at] as string | null;
      row[name] = text === null ? null : parse(text);
    }
    return write(source.value(row, run.reader.now));
  };
}

export function irregularNull(): never {
  throw new Irregular('null where the schema promises a value');
}
