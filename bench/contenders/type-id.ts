const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PAIRS = Array.from({ length: 1024 }, (_, n) => `${ALPHABET[n >> 5]}${ALPHABET[n & 31]}`);

/** The value of a hexadecimal digit, by its character code. */
const NIBBLES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, '0123456789abcdef'.indexOf(String.fromCharCode(code))),
);

/** 16 bits from four hexadecimal digits. */
function bits16(hex: string, at: number): number {
  const nibble = (index: number) => NIBBLES[hex.charCodeAt(index)] as number;
  return (nibble(at) << 12) | (nibble(at + 1) << 8) | (nibble(at + 2) << 4) | nibble(at + 3);
}

/**
 * `loc` and a UUID as a TypeID (https://github.com/jetify-com/typeid/tree/main/spec): two zero bits
 * and 128 bits are 26 digits of five bits each, of which two come from one look-up.
 */
export function toTypeId(prefix: string, uuid: string): string {
  const a = (bits16(uuid, 0) << 16) | bits16(uuid, 4);
  const b = (bits16(uuid, 9) << 16) | bits16(uuid, 14);
  const c = (bits16(uuid, 19) << 16) | bits16(uuid, 24);
  const d = (bits16(uuid, 28) << 16) | bits16(uuid, 32);
  return (
    `${prefix}_${PAIRS[a >>> 24]}${PAIRS[(a >>> 14) & 1023]}${PAIRS[(a >>> 4) & 1023]}` +
    `${PAIRS[((a & 15) << 6) | (b >>> 26)]}${PAIRS[(b >>> 16) & 1023]}${PAIRS[(b >>> 6) & 1023]}` +
    `${PAIRS[((b & 63) << 4) | (c >>> 28)]}${PAIRS[(c >>> 18) & 1023]}${PAIRS[(c >>> 8) & 1023]}` +
    `${PAIRS[((c & 255) << 2) | (d >>> 30)]}${PAIRS[(d >>> 20) & 1023]}${PAIRS[(d >>> 10) & 1023]}` +
    `${PAIRS[d & 1023]}`
  );
}

/** The UUID of a TypeID. */
export function fromTypeId(id: string): string {
  let bits = 0n;
  for (const digit of id.slice(id.lastIndexOf('_') + 1)) {
    bits = (bits << 5n) | BigInt(ALPHABET.indexOf(digit));
  }
  const hex = bits.toString(16).padStart(32, '0');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
