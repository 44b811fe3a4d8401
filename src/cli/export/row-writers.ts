import type { ExportFormat, ExportKind } from '../commands/export.ts';
import { ROW_FIELDS } from '../import/row-fields.ts';
import { isRow } from '../import/source-row.ts';
import type { Row } from '../import/source-row.ts';

/** Rows as text. */
export interface RowWriter {
  /** What stands before the first row. */
  readonly head: string;
  write(row: Row): string;
}

/** A spreadsheet computes what begins so, and reviews are written by strangers. */
const COMPUTED = /^[=+\-@\t\r]/;

/** @param spreadsheetSafe puts an apostrophe before cells that a spreadsheet would compute */
export function rowWriter(
  format: ExportFormat,
  kind: ExportKind,
  spreadsheetSafe: boolean,
): RowWriter {
  if (format === 'ndjson') return { head: '', write: (row) => `${JSON.stringify(row)}\n` };
  const paths = Object.keys(ROW_FIELDS[kind]);
  const line = (cells: readonly string[]) => `${cells.map(quoted).join(',')}\r\n`;
  const safe = (cell: string) => (spreadsheetSafe && COMPUTED.test(cell) ? `'${cell}` : cell);
  return {
    head: line(paths),
    write: (row) => line(paths.map((path) => safe(cellOf(row, path)))),
  };
}

function cellOf(row: Row, path: string): string {
  const [outer = path, inner] = path.split('.');
  const object = row[outer];
  const value = inner === undefined ? object : isRow(object) ? object[inner] : undefined;
  if (Array.isArray(value)) return value.join(path === 'groupPath' ? ' > ' : ';');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
