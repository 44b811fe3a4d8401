import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  generateKeyToken,
  hashKeyToken,
  keyKindOf,
  keyPrefixOf,
} from '../../src/modules/accounts/key-token.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The checksum as the format says: CRC-32 of all before it, as seven base-32 digits. */
function checksumOf(unchecked: string): string {
  const bits = crc32(unchecked).toString(2).padStart(35, '0');
  return (bits.match(/.{5}/g) ?? []).map((digit) => ALPHABET[parseInt(digit, 2)]).join('');
}

describe('the token of an API key', () => {
  it('has the lead of its kind, 160 random bits and a checksum', () => {
    expect(generateKeyToken('PUBLISHABLE')).toMatch(/^ant_pub_[0-9a-hjkmnp-tv-z]{39}$/);
    expect(generateKeyToken('SECRET')).toMatch(/^ant_sec_[0-9a-hjkmnp-tv-z]{39}$/);
  });

  it('tells its kind when it is whole', () => {
    expect(keyKindOf(generateKeyToken('PUBLISHABLE'))).toBe('PUBLISHABLE');
    expect(keyKindOf(generateKeyToken('SECRET'))).toBe('SECRET');
  });

  it('uses every digit in every random position', () => {
    const seen = Array.from({ length: 32 }, () => new Set<string>());
    for (let made = 0; made < 2_000; made++) {
      const random = generateKeyToken('SECRET').slice(8, 40);
      for (const [position, digit] of [...random].entries()) seen[position]?.add(digit);
    }
    expect(seen.map((digits) => digits.size)).toEqual(Array.from({ length: 32 }, () => 32));
  });

  it('ends with the CRC-32 of all before it', () => {
    const token = generateKeyToken('PUBLISHABLE');
    expect(token.slice(-7)).toBe(checksumOf(token.slice(0, -7)));
  });

  it('is refused with a right checksum over something of another form', () => {
    const unchecked = generateKeyToken('SECRET').slice(0, -7);
    for (const other of [`x${unchecked}`, `${unchecked}0`, unchecked.toUpperCase(), 'ant_sec_']) {
      expect(keyKindOf(other + checksumOf(other))).toBeNull();
    }
  });

  it('is refused with any one digit changed', () => {
    const token = generateKeyToken('SECRET');
    for (let position = 8; position < token.length; position++) {
      for (const digit of ALPHABET) {
        if (digit === token[position]) continue;
        expect(keyKindOf(token.slice(0, position) + digit + token.slice(position + 1))).toBeNull();
      }
    }
  });

  it('is refused with two neighbours swapped', () => {
    for (let made = 0; made < 200; made++) {
      const token = generateKeyToken('PUBLISHABLE');
      const at = 8 + (made % 38);
      if (token[at] === token[at + 1]) continue;
      const swapped = token.slice(0, at) + token[at + 1] + token[at] + token.slice(at + 2);
      expect(keyKindOf(swapped)).toBeNull();
    }
  });

  it('is refused cut off, with something behind it, in capitals, or under the other lead', () => {
    const token = generateKeyToken('SECRET');
    for (const wrong of [
      '',
      token.slice(0, -1),
      `${token}0`,
      `${token}\n`,
      ` ${token}`,
      token.toUpperCase(),
      token.replace('ant_sec_', 'ant_pub_'),
      token.replace('ant_sec_', 'ant_op_'),
    ]) {
      expect(keyKindOf(wrong)).toBeNull();
    }
  });

  it('is stored as the SHA-256 of all of it, and shown by its first twelve characters', () => {
    const token = generateKeyToken('SECRET');
    expect(hashKeyToken(token)).toBe(createHash('sha256').update(token, 'utf8').digest('hex'));
    expect(token.startsWith(keyPrefixOf(token))).toBe(true);
    expect(keyPrefixOf(token)).toHaveLength(12);
  });
});
