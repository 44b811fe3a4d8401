/** A spreadsheet computes what begins so, and reviews are written by strangers. */
const COMPUTED = /^[=+\-@\t\r]/;

/** One line of CSV, as RFC 4180 has it. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

/** The cell with an apostrophe before it where a spreadsheet would compute it. */
export function spreadsheetSafe(cell: string): string {
  return COMPUTED.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
