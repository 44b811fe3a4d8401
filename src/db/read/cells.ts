import { defaultParser, type ResultParser, resultParsers } from '../values.ts';
import { textOf, type Utf8 } from './utf8.ts';

/** A row as PostgreSQL wrote it: the text of each value, as UTF-8, in the order of the select list. */
export type CellRow = readonly (Utf8 | null)[];

/** The types that the nouns' columns have, by their names in PostgreSQL, with their OIDs. */
export const COLUMN_TYPES = {
  bool: 16,
  float8: 701,
  int4: 23,
  'int4[]': 1007,
  int8: 20,
  json: 114,
  jsonb: 3802,
  numeric: 1700,
  text: 25,
  'text[]': 1009,
  timestamptz: 1184,
  uuid: 2950,
} as const;
export type ColumnType = keyof typeof COLUMN_TYPES;

/** The types whose values may hold characters beyond ASCII. */
const OF_TEXT: ReadonlySet<ColumnType> = new Set(['json', 'jsonb', 'text', 'text[]']);

/** How a cell becomes the same value that a row of objects has, but that texts stay as they came. */
export function cellParser(type: ColumnType): ResultParser {
  const oid = COLUMN_TYPES[type];
  // Cells of a nested list come by way of a cast to text, which writes booleans in full.
  if (type === 'bool') return (text) => text === 't' || text === 'true';
  return resultParsers[oid] ?? defaultParser(oid);
}

/** The same with texts as they are read. */
export function decodingParser(type: ColumnType): (cell: Utf8) => unknown {
  const parse = cellParser(type);
  return OF_TEXT.has(type) ? (cell) => parse(textOf(cell)) : parse;
}

const parseTime = cellParser('timestamptz') as (text: string) => Date;

/** `2025-03-03 13:42:36`, and the whole of a time without a fraction of a second. */
const TO_SECONDS = 19;
const WHOLE_SECONDS = 22;

/** `2025-03-03 13:42:36.5+00` → `2025-03-03T13:42:36.500Z`, as a Date says it, without making one. */
export function isoOfCell(text: string): string {
  const isUtc = text.endsWith('+00') && text.charCodeAt(10) === SPACE;
  if (!isUtc) return parseTime(text).toISOString();
  const seconds = `${text.slice(0, 10)}T${text.slice(11, TO_SECONDS)}`;
  if (text.length === WHOLE_SECONDS) return `${seconds}.000Z`;
  return `${seconds}.${text
    .slice(TO_SECONDS + 1, -3)
    .slice(0, 3)
    .padEnd(3, '0')}Z`;
}

const SPACE = 32;
