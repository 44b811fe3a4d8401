import type { Day } from './local-days.ts';
import type { Period } from './range.ts';

/*
 * Many rows as one text, read in one pass over its characters: to split it makes an array of each row
 * and a string of each cell, which take longer than all else. The counts of all rows stand in one
 * array, where those of a row begin at `first`.
 */

const COMMA = 44;
const MINUS = 45;
const SLASH = 47;
const ZERO = 48;
const COLON = 58;

export interface Widths {
  readonly keys: number;
  readonly counts: number;
}

/** Reads `packed ,key,count,count;,key,count,count`, and gives the number of rows. The first of the keys is the name of the part. */
export function unpackRows(
  text: string,
  widths: Widths,
  onRow: (keys: readonly (number | null)[], counts: readonly number[], first: number) => void,
): number {
  const numbers: number[] = [];
  readNumbers(text, text.indexOf(','), numbers);
  const width = widths.keys + widths.counts;
  const keys: (number | null)[] = [null];
  for (let at = 0; at < numbers.length; at += width) {
    for (let key = 0; key < widths.keys; key++) keys[key + 1] = numbers[at + key] as number;
    onRow(keys, numbers, at + widths.keys);
  }
  return numbers.length / width;
}

const LONGEST_MONTH = 31;
const SHORTEST_MONTH = 28;

/**
 * Reads `months 19723:2,,1:2,,1/,19754,1,1;,19755,3,2`, and gives the number of days that count
 * something: months with each of their counts from the first day on, or the rows of their days.
 *
 * @param width how many counts there are
 * @param within which days are meant: a packed month has all of its own
 */
export function unpackMonths(
  text: string,
  width: number,
  within: Period,
  onDay: (day: Day, counts: ArrayLike<number>, first: number) => void,
): number {
  const months = Math.ceil((within.to - within.from) / SHORTEST_MONTH) + 2;
  const packed = new Float64Array(months * LONGEST_MONTH * width);
  let first = 0;
  let count = 0;
  const tell = (day: Day, counts: ArrayLike<number>, at: number) => {
    if (day < within.from || day > within.to || !countsAny(counts, at, width)) return;
    count++;
    onDay(day, counts, at);
  };
  let at = text.indexOf(' ') + 1;
  while (at < text.length) {
    if (text.charCodeAt(at) === COMMA) {
      const rows: number[] = [];
      at = readNumbers(text, at, rows);
      for (let row = 0; row < rows.length; row += width + 1) {
        tell(rows[row] as Day, rows, row + 1);
      }
    } else {
      const colon = text.indexOf(':', at);
      const firstDay = Number(text.slice(at, colon));
      at = readMonth(text, colon + 1, packed.subarray(first, first + LONGEST_MONTH * width), width);
      for (let day = 0; day < LONGEST_MONTH; day++)
        tell(firstDay + day, packed, first + day * width);
      first += LONGEST_MONTH * width;
    }
  }
  return count;
}

function countsAny(counts: ArrayLike<number>, first: number, width: number): boolean {
  for (let i = first; i < first + width; i++) if (counts[i] !== 0) return true;
  return false;
}

/** The whole numbers from here to a slash, or to the end, of which each has a comma before it. Gives where the next ones begin. */
function readNumbers(text: string, from: number, numbers: number[]): number {
  let number = 0;
  let sign = 1;
  const { length } = text;
  if (from < 0) return length;
  for (let at = from + 1; at <= length; at++) {
    const code = at === length ? SLASH : text.charCodeAt(at);
    if (code >= ZERO && code <= ZERO + 9) number = number * 10 + (code - ZERO);
    else if (code === MINUS) sign = -1;
    else if (code === COMMA || code === SLASH) {
      numbers.push(sign * number);
      if (code === SLASH) return at + 1;
      number = 0;
      sign = 1;
    }
  }
  return length;
}

/** The counts of a month to a slash, or to the end, each at its day: those of a day stand together. Gives where the next one begins. */
function readMonth(text: string, from: number, counts: Float64Array, width: number): number {
  let number = 0;
  let sign = 1;
  let count = 0;
  let place = 0;
  const { length } = text;
  for (let at = from; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= ZERO + 9) {
      number = number * 10 + (code - ZERO);
      continue;
    }
    if (code === MINUS) {
      sign = -1;
      continue;
    }
    counts[place] = sign * number;
    if (code === SLASH) return at + 1;
    number = 0;
    sign = 1;
    place = code === COLON ? ++count : place + width;
  }
  counts[place] = sign * number;
  return length;
}
