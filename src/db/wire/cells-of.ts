import type { CellRow } from '../read/cells.ts';

/**
 * The cells of a row as PostgreSQL sends it: how many there are, and each behind its length.
 *
 * Most rows are ASCII. Those become one string, of which the cells are parts, which costs less than
 * half of decoding each by itself. Whether it was ASCII is told by what the string would take in
 * UTF-8: a byte more for each byte above 127, of which lengths have some.
 */
export function cellsOf(message: Buffer, start: number, end: number): CellRow {
  const text = message.toString('latin1', start, end);
  const cells: (string | null)[] = new Array<string | null>(message.readUInt16BE(start));
  let beyondAscii = (message[start + 1] as number) >> 7;
  let at = start + 2;
  for (let i = 0; i < cells.length; i++) {
    const length = message.readInt32BE(at);
    at += 4;
    beyondAscii += highBytesOf(length);
    if (length < 0) {
      cells[i] = null;
      continue;
    }
    cells[i] = text.substring(at - start, at - start + length);
    at += length;
  }
  const isAscii = Buffer.byteLength(text, 'utf8') === text.length + beyondAscii;
  return isAscii ? cells : decoded(message, start, cells);
}

/** How many of the four bytes of a number are above 127. */
function highBytesOf(number: number): number {
  return (number >>> 31) + ((number >>> 23) & 1) + ((number >>> 15) & 1) + ((number >>> 7) & 1);
}

/** The same cells from UTF-8; those there are have their lengths. */
function decoded(
  message: Buffer,
  start: number,
  cells: readonly (string | null)[],
): (string | null)[] {
  let at = start + 2;
  return cells.map((cell) => {
    at += 4;
    if (cell === null) return null;
    const from = at;
    at += cell.length;
    return message.toString('utf8', from, at);
  });
}
