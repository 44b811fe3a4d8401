import {
  getNullableType,
  GraphQLFloat,
  GraphQLInt,
  type GraphQLOutputType,
  isLeafType,
  isNonNullType,
  isScalarType,
  type SelectionSetNode,
} from 'graphql';
import { cellParser, type CellRow, type ColumnType, isoOfCell } from '../../db/read/cells.ts';
import { columnType, type FieldSource, type Noun } from '../../db/read/noun.ts';
import type { Asking } from './asked.ts';
import type { Write } from './place.ts';
import { irregularNull, valueWriter, type WriteValue } from './value-writer.ts';

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
  const present = valueWriter(asking, getNullableType(type), sets);
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
