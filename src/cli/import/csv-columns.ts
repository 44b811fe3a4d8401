import { usageError } from '../exit-codes.ts';
import { REQUIRED_FIELDS, ROW_FIELDS, cellValue } from './row-fields.ts';
import type { RowKind } from './row-fields.ts';
import type { Row } from './source-row.ts';

/** Which field of a row each column of a file becomes. */
export interface ColumnPlan {
  readonly kind: RowKind;
  readonly header: readonly string[];
  /** The field of each column, as a path such as `response.body`; null for a column that is not used. */
  readonly fields: ReadonlyArray<string | null>;
}

/**
 * Assigns columns to fields: first as `mapping` says, then by known names.
 *
 * @param mapping column name → field path; an empty field leaves the column out
 * @param given fields that options give for all rows, so that no column is needed for them
 * @throws CommandError (usage) for an unknown column or field, a field mapped twice, or a missing one
 */
export function planColumns(
  kind: RowKind,
  header: readonly string[],
  mapping: ReadonlyMap<string, string>,
  given: readonly string[],
): ColumnPlan {
  checkMapping(kind, header, mapping);
  const taken = new Set([...mapping.values()].filter((field) => field !== ''));
  const fields = header.map((column) => {
    const mapped = mapping.get(column);
    if (mapped !== undefined) return mapped || null;
    const known = knownField(kind, column);
    if (known === null || taken.has(known)) return null;
    taken.add(known);
    return known;
  });
  const missing = REQUIRED_FIELDS[kind].filter((it) => !taken.has(it) && !given.includes(it));
  if (missing.length > 0) {
    throw usageError(
      `No column was found for ${missing.join(', ')}. The columns are: ${header.join(', ')}. Name the right one by --map, such as --map "${header[0] ?? 'Column'}=${missing[0]}"${missing.includes('source') ? ', or give --source for all rows' : ''}.`,
    );
  }
  return { kind, header, fields };
}

/** A record as a row of the API. Cells that are empty are left out. */
export function toRow({ kind, fields }: ColumnPlan, cells: readonly string[]): Row {
  const row: Record<string, unknown> = {};
  fields.forEach((path, column) => {
    const field = path === null ? undefined : ROW_FIELDS[kind][path];
    if (path === null || field === undefined) return;
    const value = cellValue(field.form, cells[column] ?? '');
    if (value !== null) put(row, path, value);
  });
  // A row is on five stars unless it says otherwise, and those cannot be without a rating.
  if (fields.includes('rating') && row.rating === undefined && row.ratingScale === undefined) {
    row.ratingScale = 'TEXT_ONLY';
  }
  return row;
}

/** A record by the names of its columns, for the file of rejected rows. */
export function toOriginal({ header }: ColumnPlan, cells: readonly string[]): Row {
  return Object.fromEntries(header.map((column, at) => [column, cells[at] ?? '']));
}

function put(row: Record<string, unknown>, path: string, value: unknown): void {
  const [outer = path, inner] = path.split('.');
  if (inner === undefined) row[outer] = value;
  else row[outer] = { ...(row[outer] as Row | undefined), [inner]: value };
}

function knownField(kind: RowKind, column: string): string | null {
  const name = column.toLowerCase().replace(/[^a-z0-9]/g, '');
  const found = Object.entries(ROW_FIELDS[kind]).find(([, { columns }]) => columns.includes(name));
  return found?.[0] ?? null;
}

function checkMapping(
  kind: RowKind,
  header: readonly string[],
  mapping: ReadonlyMap<string, string>,
): void {
  const seen = new Set<string>();
  for (const [column, field] of mapping) {
    if (!header.includes(column)) {
      throw usageError(
        `--map names the column "${column}", which the file does not have. It has: ${header.join(', ')}.`,
      );
    }
    if (field === '') continue;
    if (!(field in ROW_FIELDS[kind])) {
      const fields = Object.keys(ROW_FIELDS[kind]).join(', ');
      throw usageError(`--map names the field "${field}"; the fields of ${kind} are: ${fields}.`);
    }
    if (seen.has(field)) throw usageError(`--map gives the field "${field}" to two columns.`);
    seen.add(field);
  }
}
