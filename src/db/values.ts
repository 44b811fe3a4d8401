import pg from 'pg';

/**
 * How results become JavaScript values, alike on PostgreSQL and on the embedded database:
 * timestamptz is a Date, bigint a number (a bigint where it would lose digits), numeric a string,
 * jsonb parsed, bytea a Buffer, and everything without a faithful JavaScript type (date,
 * timestamp, interval, uuid) a string. Dates without a zone stay text, because a Date would shift
 * them by the zone of this process.
 */
export type ResultParser = (text: string) => unknown;

const OID = {
  bytea: 17,
  int8: 20,
  date: 1082,
  dateArray: 1182,
  int8Array: 1016,
  interval: 1186,
  intervalArray: 1187,
  numeric: 1700,
  numericArray: 1231,
  textArray: 1009,
  timestamp: 1114,
  timestampArray: 1115,
  timestamptz: 1184,
} as const;

const asText: ResultParser = (text) => text;
const asTextArray = defaultParser(OID.textArray) as (text: string) => (string | null)[];

/** What the driver of PostgreSQL does with a value of this type. */
export function defaultParser(oid: number, format?: 'text' | 'binary'): ResultParser {
  return pg.types.getTypeParser(oid, format) as ResultParser;
}

function parseBigint(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

export const resultParsers: Readonly<Record<number, ResultParser>> = {
  [OID.bytea]: defaultParser(OID.bytea),
  [OID.int8]: parseBigint,
  [OID.int8Array]: (text) =>
    asTextArray(text).map((item) => (item === null ? null : parseBigint(item))),
  [OID.date]: asText,
  [OID.dateArray]: asTextArray,
  [OID.interval]: asText,
  [OID.intervalArray]: asTextArray,
  [OID.numeric]: asText,
  [OID.numericArray]: asTextArray,
  [OID.timestamp]: asText,
  [OID.timestampArray]: asTextArray,
  [OID.timestamptz]: defaultParser(OID.timestamptz),
};
