declare const encoded: unique symbol;

/**
 * Text as its bytes in UTF-8, one character for each: as PostgreSQL sends it and as an answer is sent,
 * so that what goes from the one to the other is never decoded. JSON of it is the UTF-8 of the JSON,
 * since all that JSON escapes is ASCII. A string of such characters takes one byte for each of them;
 * decoded, a long text takes two as soon as it has one character beyond Latin-1 (such as ’).
 */
export type Utf8 = string & { readonly [encoded]: true };

/** Encodes a text. Half of a surrogate pair becomes U+FFFD. */
export function utf8Of(text: string): Utf8 {
  return (isAscii(text) ? text : Buffer.from(text).toString('latin1')) as Utf8;
}

/** Decodes it. Bytes that are no UTF-8 become U+FFFD. */
export function textOf(utf8: Utf8): string {
  return isAscii(utf8) ? utf8 : Buffer.from(utf8, 'latin1').toString();
}

/** Whether it is the same text encoded and decoded. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
