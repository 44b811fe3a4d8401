/** The columns of a batch, and their types in PostgreSQL: scalars only. */
export type RecordColumns = Readonly<Record<string, string>>;

type Cell = string | number | boolean | Date | null | undefined;

type Rows<Columns extends RecordColumns> = readonly {
  readonly [Name in keyof Columns]?: Cell;
}[];

/**
 * Many rows as a few parameters of one statement: an array for each column, taken apart by
 * `unnest`. PostgreSQL reads that four times faster than the same rows as one JSON document (7
 * against 29 µs a review). The arrays travel as text and are cast in the statement, which PGlite and
 * `pg` both send as it is.
 *
 * @param firstPlaceholder the number of the first parameter that is free
 * @returns `sql`, to stand in a `from`, and its parameters
 */
export function recordset<Columns extends RecordColumns>(
  columns: Columns,
  rows: Rows<Columns>,
  alias: string,
  firstPlaceholder: number,
): { sql: string; values: string[] } {
  return {
    sql: recordsetSql(columns, alias, firstPlaceholder),
    values: recordsetValues(columns, rows),
  };
}

/** The `sql` of {@link recordset}, for statements that are put together once. */
export function recordsetSql(
  columns: RecordColumns,
  alias: string,
  firstPlaceholder: number,
): string {
  const arrays = Object.values(columns).map(
    (type, i) => `$${firstPlaceholder + i}::text::${type}[]`,
  );
  return `unnest(${arrays.join(', ')}) as ${alias}(${Object.keys(columns).join(', ')})`;
}

/** The parameters of {@link recordset}. */
export function recordsetValues<Columns extends RecordColumns>(
  columns: Columns,
  rows: Rows<Columns>,
): string[] {
  return Object.keys(columns).map((name) => arrayLiteral(rows, name));
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function arrayLiteral<Name extends string>(
  rows: readonly { readonly [Key in Name]?: Cell }[],
  name: Name,
): string {
  let literal = '{';
  for (let i = 0; i < rows.length; i++) {
    const cell = rows[i]?.[name];
    literal += i === 0 ? '' : ',';
    literal += cell === null || cell === undefined ? 'NULL' : quoted(cell);
  }
  return `${literal}}`;
}

const SPECIAL = /["\\]/g;

function quoted(cell: NonNullable<Cell>): string {
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (cell instanceof Date) return `"${cell.toISOString()}"`;
  return cell.includes('"') || cell.includes('\\')
    ? `"${cell.replace(SPECIAL, '\\$&')}"`
    : `"${cell}"`;
}
