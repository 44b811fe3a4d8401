import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * The tokens of API keys: `ant_pub_` or `ant_sec_`, then 160 random bits (32 digits), then a
 * checksum (7 digits), all in Crockford's base 32 in lower case, which has no look-alikes and is
 * selected by one double click. The checksum tells a key that was typed or copied wrongly from one
 * that is not known, without asking the database; it is no secret and protects nothing.
 */
export const KEY_KINDS = ['PUBLISHABLE', 'SECRET'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

const LEAD: Record<KeyKind, string> = { PUBLISHABLE: 'ant_pub_', SECRET: 'ant_sec_' };
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const RANDOM_BYTES = 20;
const CHECKSUM_DIGITS = 7;
const FORM = /^ant_(?:pub|sec)_[0-9a-hjkmnp-tv-z]{39}$/;

/** A new token of 160 random bits. It is shown once, and only its hash is stored. */
export function generateKeyToken(kind: KeyKind): string {
  const unchecked = LEAD[kind] + encodeBytes(randomBytes(RANDOM_BYTES));
  return unchecked + checksum(unchecked);
}

/** The kind of a well-formed token whose checksum is right; null for anything else. */
export function keyKindOf(token: string): KeyKind | null {
  if (!FORM.test(token)) return null;
  const unchecked = token.slice(0, -CHECKSUM_DIGITS);
  if (token.slice(-CHECKSUM_DIGITS) !== checksum(unchecked)) return null;
  return token.startsWith(LEAD.PUBLISHABLE) ? 'PUBLISHABLE' : 'SECRET';
}

/** SHA-256 of the whole token in lower-case hex, as `api_key.hash` stores it (there as bytes). A slow hash would add nothing: 160 random bits cannot be guessed. */
export function hashKeyToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** What lists show of a token, so that a person can tell keys apart: `ant_sec_3f9a`. */
export function keyPrefixOf(token: string): string {
  return token.slice(0, 12);
}

/** CRC-32 as 7 digits: catches every wrong digit, every two swapped neighbours, every shift. */
function checksum(unchecked: string): string {
  let rest = crc32(unchecked);
  let digits = '';
  for (let digit = 0; digit < CHECKSUM_DIGITS; digit++) {
    digits = ALPHABET.charAt(rest & 31) + digits;
    rest >>>= 5;
  }
  return digits;
}

/** Five bytes become eight digits; the number of bytes is a multiple of five. */
function encodeBytes(bytes: Uint8Array): string {
  let digits = '';
  let pending = 0;
  let pendingBits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    pendingBits += 8;
    while (pendingBits >= 5) {
      pendingBits -= 5;
      digits += ALPHABET.charAt((pending >>> pendingBits) & 31);
    }
    pending &= (1 << pendingBits) - 1;
  }
  return digits;
}
