import type { CellRow } from '../read/cells.ts';
import type { Utf8 } from '../read/utf8.ts';

/**
 * The cells of a row as PostgreSQL sends it: how many there are, and each behind its length. The row
 * becomes one string, of which the cells are parts, which costs less than half of reading each by
 * itself.
 */
export function cellsOf(message: Buffer, start: number, end: number): CellRow {
  const text = message.toString('latin1', start, end) as Utf8;
  const cells = new Array<Utf8 | null>(message.readUInt16BE(start));
  let at = start + 2;
  for (let i = 0; i < cells.length; i++) {
    const length = message.readInt32BE(at);
    at += 4;
    if (length < 0) {
      cells[i] = null;
      continue;
    }
    cells[i] = text.substring(at - start, at - start + length) as Utf8;
    at += length;
  }
  return cells;
}
