import { csvLine, spreadsheetSafe } from '../../modules/csv.ts';
import type { ExportFormat, RowExport } from '../commands/export.ts';
import { ROW_FIELDS } from '../import/row-fields.ts';
import { isRow } from '../import/source-row.ts';
import type { Row } from '../import/source-row.ts';

/** Rows as text. */
export interface RowWriter {
  /** What stands before the first row. */
  readonly head: string;
  write(row: Row): string;
}

/** @param isSafe puts an apostrophe before cells that a spreadsheet would compute */
export function rowWriter(format: ExportFormat, kind: RowExport, isSafe: boolean): RowWriter {
  if (format === 'ndjson') return { head: '', write: (row) => `${JSON.stringify(row)}\n` };
  const paths = Object.keys(ROW_FIELDS[kind]);
  const safe = (cell: string) => (isSafe ? spreadsheetSafe(cell) : cell);
  return {
    head: csvLine(paths),
    write: (row) => csvLine(paths.map((path) => safe(cellOf(row, path)))),
  };
}

function cellOf(row: Row, path: string): string {
  const [outer = path, inner] = path.split('.');
  const object = row[outer];
  const value = inner === undefined ? object : isRow(object) ? object[inner] : undefined;
  if (Array.isArray(value)) return value.join(path === 'groupPath' ? ' > ' : ';');
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}
