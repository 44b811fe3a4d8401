import type { Day } from './local-days.ts';
import type { Period } from './range.ts';

/*
 * Many rows as one text, read in one pass over its bytes: to split it makes an array of each row and a
 * string of each cell, which take longer than all else, and a part of a longer text is asked for its
 * characters half as fast as bytes are read. The counts of all rows stand in one array, those of a row
 * together.
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

/**
 * Reads `packed ,key,count,count;,key,count,count` into `counts`.
 *
 * @param placeOf where a row belongs, as a number of rows, by its keys; the first of them is the name of the part
 */
export function unpackRows(
  text: string,
  widths: Widths,
  placeOf: (keys: readonly (number | null)[]) => number,
  counts: Float64Array,
): void {
  const numbers: number[] = [];
  const first = text.indexOf(',');
  if (first < 0) return;
  readNumbers(Buffer.from(text, 'latin1'), first, numbers);
  const keys: (number | null)[] = [null];
  for (let at = 0; at < numbers.length; at += widths.counts) {
    for (let key = 1; key <= widths.keys; key++) keys[key] = numbers[at++] as number;
    const place = placeOf(keys) * widths.counts;
    for (let i = 0; i < widths.counts; i++) counts[place + i] = numbers[at + i] as number;
  }
}

const LONGEST_MONTH = 31;

/**
 * Reads `months 19723:2,,1:2,,1/,19754,1,1;,19755,3,2`, months with each of their counts from the
 * first day on, or the rows of their days, and gives the counts of the days of a period.
 *
 * @param width how many counts there are
 */
export function unpackMonths(text: string, width: number, { from, to }: Period): Float64Array {
  // A packed month has all of its days, and may begin before the period and end after it.
  const first = from - LONGEST_MONTH;
  const days = to - from + 1;
  const counts = new Float64Array((days + 2 * LONGEST_MONTH) * width);
  const placeOf = (day: Day) => (day - first) * width;
  const bytes = Buffer.from(text, 'latin1');
  let at = text.indexOf(' ') + 1;
  while (at < bytes.length) {
    if (bytes[at] === COMMA) {
      const numbers: number[] = [];
      at = readNumbers(bytes, at, numbers);
      for (let row = 0; row < numbers.length; row += width + 1) {
        const place = placeOf(numbers[row] as Day);
        for (let i = 0; i < width; i++) counts[place + i] = numbers[row + 1 + i] as number;
      }
    } else {
      const colon = text.indexOf(':', at);
      const place = placeOf(Number(text.slice(at, colon)));
      at = readMonth(bytes, colon + 1, { counts, place, width });
    }
  }
  const start = LONGEST_MONTH * width;
  return counts.subarray(start, start + days * width);
}

/** The whole numbers from here to a slash, or to the end, of which each has a comma before it. Gives where the next ones begin. */
function readNumbers(bytes: Uint8Array, from: number, numbers: number[]): number {
  let number = 0;
  let sign = 1;
  const { length } = bytes;
  for (let at = from + 1; at <= length; at++) {
    const code = at === length ? SLASH : (bytes[at] as number);
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

interface Into {
  readonly counts: Float64Array;
  readonly place: number;
  readonly width: number;
}

/** The counts of a month to a slash, or to the end, each to its day. Gives where the next month begins. */
function readMonth(bytes: Uint8Array, from: number, { counts, place: first, width }: Into): number {
  let number = 0;
  let sign = 1;
  let count = 0;
  let place = first;
  const { length } = bytes;
  for (let at = from; at < length; at++) {
    const code = bytes[at] as number;
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
    place = code === COLON ? first + ++count : place + width;
  }
  counts[place] = sign * number;
  return length;
}
