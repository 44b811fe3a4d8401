import { GraphQLError } from 'graphql';

/**
 * Global ids are TypeIDs: a prefix that names the type, and the 128 bits of a UUIDv7 in Crockford's
 * base 32, so that they can be told apart by a person and sort by creation
 * (https://github.com/jetify-com/typeid/tree/main/spec). Encoding runs once for each row of an
 * answer, which is why it is written out here; a test compares it with the typeid-js library.
 */
export const ID_PREFIXES = {
  Organization: 'org',
  Member: 'mem',
  ApiKey: 'key',
  LocationGroup: 'grp',
  Location: 'loc',
  Product: 'prd',
  Review: 'rev',
  Response: 'rsp',
  MetricView: 'mv',
  Customer: 'cus',
  CustomerEvent: 'cev',
  Survey: 'srv',
  SurveyVersion: 'srvv',
  SurveySchedule: 'sch',
  SurveyInvitation: 'inv',
  SurveyResponse: 'ans',
  DetractorAlert: 'alr',
  AuditEntry: 'aud',
} as const;
export type IdType = keyof typeof ID_PREFIXES;

const TYPE_BY_PREFIX = new Map<string, IdType>(
  (Object.keys(ID_PREFIXES) as IdType[]).map((type) => [ID_PREFIXES[type], type]),
);
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;
/** The character codes of the digits. */
const DIGIT = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));

/** The value of a hexadecimal digit, by its character code. */
const NIBBLES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, '0123456789abcdef'.indexOf(String.fromCharCode(code))),
);

function bits16(hex: string, at: number): number {
  const nibble = (index: number) => NIBBLES[hex.charCodeAt(index)] as number;
  return (nibble(at) << 12) | (nibble(at + 1) << 8) | (nibble(at + 2) << 4) | nibble(at + 3);
}

/** `encodeId('Review', '0190…')` → `rev_01h…`: 26 digits after the prefix. */
export function encodeId(type: IdType, uuid: string): string {
  const a = (bits16(uuid, 0) << 16) | bits16(uuid, 4);
  const b = (bits16(uuid, 9) << 16) | bits16(uuid, 14);
  const c = (bits16(uuid, 19) << 16) | bits16(uuid, 24);
  const d = (bits16(uuid, 28) << 16) | bits16(uuid, 32);
  // One string of all digits, which pieces would have to be copied into.
  const digits = String.fromCharCode(
    DIGIT[a >>> 29] as number,
    DIGIT[(a >>> 24) & 31] as number,
    DIGIT[(a >>> 19) & 31] as number,
    DIGIT[(a >>> 14) & 31] as number,
    DIGIT[(a >>> 9) & 31] as number,
    DIGIT[(a >>> 4) & 31] as number,
    DIGIT[((a & 15) << 1) | (b >>> 31)] as number,
    DIGIT[(b >>> 26) & 31] as number,
    DIGIT[(b >>> 21) & 31] as number,
    DIGIT[(b >>> 16) & 31] as number,
    DIGIT[(b >>> 11) & 31] as number,
    DIGIT[(b >>> 6) & 31] as number,
    DIGIT[(b >>> 1) & 31] as number,
    DIGIT[((b & 1) << 4) | (c >>> 28)] as number,
    DIGIT[(c >>> 23) & 31] as number,
    DIGIT[(c >>> 18) & 31] as number,
    DIGIT[(c >>> 13) & 31] as number,
    DIGIT[(c >>> 8) & 31] as number,
    DIGIT[(c >>> 3) & 31] as number,
    DIGIT[((c & 7) << 2) | (d >>> 30)] as number,
    DIGIT[(d >>> 25) & 31] as number,
    DIGIT[(d >>> 20) & 31] as number,
    DIGIT[(d >>> 15) & 31] as number,
    DIGIT[(d >>> 10) & 31] as number,
    DIGIT[(d >>> 5) & 31] as number,
    DIGIT[d & 31] as number,
  );
  return `${ID_PREFIXES[type]}_${digits}`;
}

/** An id that is malformed, or of another type than the one asked for; the message says which. */
export class InvalidIdError extends GraphQLError {
  constructor(message: string) {
    super(message, { extensions: { code: 'BAD_USER_INPUT' } });
  }
}

/** `rev_01h…` → its type and UUID; throws {@link InvalidIdError} when it is no id of ours. */
export function parseId(id: string): { type: IdType; uuid: string } {
  const separator = id.lastIndexOf('_');
  const type = TYPE_BY_PREFIX.get(id.slice(0, separator));
  const suffix = id.slice(separator + 1);
  if (type === undefined || !SUFFIX.test(suffix)) {
    throw new InvalidIdError(
      `"${id.slice(0, 64)}" is not an id: an id is a type prefix and 26 digits, such as rev_01jx4k5v9re0tbq6x9a3m2f8ch.`,
    );
  }
  return { type, uuid: uuidOf(suffix) };
}

const DIGITS = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, ALPHABET.indexOf(String.fromCharCode(code))),
);

/** Two digits are the first byte; of the others, four are five hexadecimal ones. */
function uuidOf(suffix: string): string {
  const digit = (index: number) => DIGITS[suffix.charCodeAt(index)] as number;
  let hex = (0x100 + ((digit(0) << 5) | digit(1))).toString(16).slice(1);
  for (let i = 2; i < suffix.length; i += 4) {
    const bits = (digit(i) << 15) | (digit(i + 1) << 10) | (digit(i + 2) << 5) | digit(i + 3);
    hex += (0x100000 + bits).toString(16).slice(1);
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The UUID of an id that has to be of one type. */
export function decodeId(type: IdType, id: string): string {
  const parsed = parseId(id);
  if (parsed.type !== type) {
    throw new InvalidIdError(
      `"${id}" is the id of a ${parsed.type}; this takes the id of a ${type} (${ID_PREFIXES[type]}_…).`,
    );
  }
  return parsed.uuid;
}
