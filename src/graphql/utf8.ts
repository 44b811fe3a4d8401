declare const encoded: unique symbol;

/**
 * Text as its bytes in UTF-8, one character for each. A long text that is put together of pieces takes
 * two bytes for each character as soon as one piece has a character beyond Latin-1 (such as ’), and
 * is encoded as a whole on its way out; so made, each piece is encoded by itself, and most need not be.
 */
export type Utf8 = string & { readonly [encoded]: true };

export function utf8Of(text: string): Utf8 {
  const isAscii = Buffer.byteLength(text) === text.length;
  return (isAscii ? text : Buffer.from(text).toString('latin1')) as Utf8;
}

export function textOf(utf8: Utf8): string {
  return Buffer.from(utf8, 'latin1').toString();
}

/** Pieces of UTF-8 are UTF-8. */
export function joinedUtf8(pieces: readonly Utf8[], separator = ''): Utf8 {
  return pieces.join(separator) as Utf8;
}
