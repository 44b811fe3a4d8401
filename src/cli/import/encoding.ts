export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const BYTE_ORDER_MARKS: ReadonlyArray<readonly [Encoding, Buffer]> = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/**
 * By the byte order mark, or else UTF-8, unless the bytes beyond ASCII are mostly no UTF-8: then it
 * is windows-1252, which spreadsheets write in western Europe and America. So a few broken rows in
 * a file in UTF-8 stay a few broken rows.
 *
 * @param head the first bytes of the file's content; may end inside of a character
 */
export function detectEncoding(head: Buffer): Encoding {
  const marked = markedEncoding(head);
  if (marked !== null) return marked;
  const beyondAscii = head.toString().match(/[^\0-\x7f]/gu) ?? [];
  const broken = beyondAscii.filter((character) => character === '\uFFFD').length;
  // One may be the character that the end of the head has cut.
  return broken > 1 && broken * 2 > beyondAscii.length ? 'windows-1252' : 'utf-8';
}

/** What the byte order mark says; null without one. */
export function markedEncoding(head: Buffer): Encoding | null {
  return BYTE_ORDER_MARKS.find(([, mark]) => startsWith(head, mark))?.[0] ?? null;
}

/** The same content in UTF-8, without a byte order mark. Chunks may end inside of a character. */
export async function* asUtf8(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') {
    yield* withoutMark(source);
    return;
  }
  const decoder = new TextDecoder(encoding);
  for await (const chunk of source) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

async function* withoutMark(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Buffer> {
  const mark = BYTE_ORDER_MARKS[0]![1];
  let atStart = true;
  for await (const chunk of source) {
    yield atStart && startsWith(chunk, mark) ? chunk.subarray(mark.length) : chunk;
    atStart = false;
  }
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}
