const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PAIRS = Array.from({ length: 1024 }, (_, n) => `${ALPHABET[n >> 5]}${ALPHABET[n & 31]}`);

/** `loc` and a UUID as a TypeID (https://github.com/jetify-com/typeid/tree/main/spec). */
export function toTypeId(prefix: string, uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  // Two zero bits and the first byte are one pair of digits; then every five hexadecimal digits are two pairs.
  let digits = PAIRS[parseInt(hex.slice(0, 2), 16)] as string;
  for (let at = 2; at < 32; at += 5) {
    const bits = parseInt(hex.slice(at, at + 5), 16);
    digits += `${PAIRS[bits >> 10]}${PAIRS[bits & 1023]}`;
  }
  return `${prefix}_${digits}`;
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
