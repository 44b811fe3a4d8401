/** The columns of a batch, and their types in PostgreSQL: scalars only. */
export type RecordColumns = Readonly<Record<string, string>>;

type Cell = string | number | boolean | Date | null | undefined;

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
  rows: readonly { readonly [Name in keyof Columns]?: Cell }[],
  alias: string,
  firstPlaceholder: number,
): { sql: string; values: string[] } {
  const names = Object.keys(columns) as (keyof Columns & string)[];
  const arrays = names.map((name, i) => `$${firstPlaceholder + i}::text::${columns[name]}[]`);
  return {
    sql: `unnest(${arrays.join(', ')}) as ${alias}(${names.join(', ')})`,
    values: names.map((name) => arrayLiteral(rows, name)),
  };
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
