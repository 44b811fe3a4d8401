/**
 * Texts of fractions by their bits, each where its hash says: what is there goes when another one
 * comes. To work out the digits of a fraction takes ten times what it takes to find them, and an
 * answer of numbers has the same ones again and again: the averages of a few ratings.
 */
const SLOT_BITS = 12;
const numbers = new Float64Array(1 << SLOT_BITS).fill(NaN);
const texts = new Array<string>(numbers.length).fill('');

const number = new Float64Array(1);
const bits = new Uint32Array(number.buffer);
/** 2^32 ÷ the golden ratio: Knuth's multiplicative hash, whose upper bits are taken. */
const SPREAD = 0x9e3779b1;

/** The same as `String(value)`. */
export function numberText(value: number): string {
  number[0] = value;
  const slot = Math.imul((bits[0] as number) ^ (bits[1] as number), SPREAD) >>> (32 - SLOT_BITS);
  // Not so for NaN, which is never found, and -0, whose text is that of 0.
  if (numbers[slot] === value) return texts[slot] as string;
  const text = String(value);
  numbers[slot] = value;
  texts[slot] = text;
  return text;
}
