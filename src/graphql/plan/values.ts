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
import {
  cellParser,
  type CellRow,
  type ColumnType,
  decodingParser,
  isoOfCell,
} from '../../db/read/cells.ts';
import { columnType, type FieldSource, type Noun } from '../../db/read/noun.ts';
import type { Utf8 } from '../../db/read/utf8.ts';
import type { Asking } from './asked.ts';
import type { Write } from './place.ts';
import { irregularNull, utf8Writer, valueWriter, type WriteValue } from './value-writer.ts';

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
  const isCarried = source.isCarried === true || source.convert === null;
  const present = (isCarried ? valueWriter : utf8Writer)(asking, getNullableType(type), sets);
  const [column] = source.columns;
  if (source.convert === undefined || column === undefined) {
    return computedWriter(noun, source, cell, (value) =>
      value == null ? nullWriter() : present(value),
    );
  }
  const write = cellWriter(source, columnType(noun, column), getNullableType(type), present);
  const at = cell(column);
  return (_run, rows, start) => {
    const cell = (rows[start] as CellRow)[at] as Utf8 | null;
    return cell === null ? nullWriter() : write(cell);
  };
}

/** What is not looked into is written as it came: {@link Utf8} of a text makes that of its JSON. */
function cellWriter(
  { convert = null, isPlain = false }: FieldSource,
  column: ColumnType,
  type: GraphQLOutputType,
  present: WriteValue,
): (cell: Utf8) => string {
  if (convert === null) {
    if (isLeafType(type) && column === 'timestamptz') return (cell) => `"${isoOfCell(cell)}"`;
    if (column === 'text') return isTextScalar(type) ? (cell) => JSON.stringify(cell) : present;
    const parse = cellParser(column);
    return (cell) => present(parse(cell));
  }
  if (isPlain && column === 'text') return (cell) => `"${convert(cell) as string}"`;
  const parse = decodingParser(column);
  return (cell) => {
    const value = convert(parse(cell));
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
  const parserOf = source.isCarried ? cellParser : decodingParser;
  const columns = source.columns.map((name) => ({
    at: cell(name),
    parse: parserOf(columnType(noun, name)),
  }));
  const areTexts = source.columns.every((name) => columnType(noun, name) === 'text');
  if (source.isCarried && areTexts && columns.length <= 2) {
    const [first, second = first] = columns.map(({ at }) => at) as [number, number?];
    return (run, rows, start) => {
      const cells = rows[start] as CellRow;
      return write(source.value([cells[first], cells[second]], run.reader.now));
    };
  }
  return (run, rows, start) => {
    const cells = rows[start] as CellRow;
    const values = columns.map(({ at, parse }) => {
      const text = cells[at] as Utf8 | null;
      return text === null ? null : parse(text);
    });
    return write(source.value(values, run.reader.now));
  };
}
