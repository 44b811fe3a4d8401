import type { ResultParser } from './values.ts';

/** A statement as it is sent: the empty name stands for one that is not kept. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A column of a statement, and how its cells become values. */
export interface Column {
  readonly name: string;
  readonly parse: ResultParser;
}

/** The columns as PostgreSQL describes them. */
export function columnsOf(
  fields: readonly { readonly name: string; readonly dataTypeID: number }[],
  parserOf: (oid: number) => ResultParser,
): Column[] {
  return fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
}

/** A row as an object, by the names of its columns. @throws what a parser throws */
export function rowOf(columns: readonly Column[], cells: readonly (string | null)[]): object {
  const row: Record<string, unknown> = {};
  for (let i = 0; i < columns.length; i++) {
    const { name, parse } = columns[i] as Column;
    const cell = cells[i] as string | null;
    row[name] = cell === null ? null : parse(cell);
  }
  return row;
}
