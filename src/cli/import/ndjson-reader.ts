import { isUtf8 } from 'node:buffer';
import type { ByteSource } from './byte-source.ts';
import { asUtf8 } from './encoding.ts';
import type { Encoding } from './encoding.ts';
import { MAX_ROW_BYTES, isRow, malformed, preview, tooLong } from './source-row.ts';
import type { RowError, SourceRow } from './source-row.ts';

const NEWLINE = 0x0a;

export interface NdjsonOptions {
  readonly encoding: Encoding;
  /** Rows at the beginning that are not wanted again; they are not even parsed. */
  readonly skip: number;
}

interface Line {
  readonly number: number;
  readonly bytes: Buffer;
  /** Longer than a row may be: `bytes` is only its beginning. */
  readonly cut: boolean;
}

/** The rows of a file of one JSON object a line. Blank lines are no rows. */
export async function* readNdjson(
  source: ByteSource,
  { encoding, skip }: NdjsonOptions,
): AsyncGenerator<SourceRow> {
  let row = 0;
  for await (const line of lines(asUtf8(source, encoding))) {
    if (isBlank(line.bytes) || row++ < skip) continue;
    const place = { line: line.number };
    const { bytesRead } = source;
    const text = line.bytes.toString();
    const parsed = parseLine(line, text);
    if ('error' in parsed) {
      yield { place, bytesRead, original: preview(text), error: parsed.error };
    } else if (isRow(parsed.value)) {
      yield { place, bytesRead, original: parsed.value, row: parsed.value };
    } else {
      const error = malformed('The line holds JSON that is not an object.');
      yield { place, bytesRead, original: parsed.value, error };
    }
  }
}

function parseLine(line: Line, text: string): { value: unknown } | { error: RowError } {
  if (line.cut) return { error: tooLong() };
  if (!isUtf8(line.bytes)) {
    return { error: malformed('The line is not valid UTF-8; --encoding names another encoding.') };
  }
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: malformed(`The line is not valid JSON: ${(error as Error).message}.`) };
  }
}

/**
 * Splits at \n alone. `readline` would also split at U+2028 and U+2029, which JSON allows inside of
 * a string, and customers do write them.
 */
async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 1;
  let begun: Buffer[] = [];
  let begunBytes = 0;
  const take = (part: Buffer) => {
    // What is beyond the limit is not kept, so that a file without line ends does not fill memory.
    if (begunBytes <= MAX_ROW_BYTES) begun.push(part.subarray(0, MAX_ROW_BYTES + 1 - begunBytes));
    begunBytes += part.length;
  };
  const finish = (): Line => {
    const bytes = begun.length === 1 ? begun[0]! : Buffer.concat(begun);
    const line = { number, bytes, cut: begunBytes > MAX_ROW_BYTES };
    number += 1;
    begun = [];
    begunBytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      yield finish();
    }
    take(chunk.subarray(start));
  }
  if (begunBytes > 0) yield finish();
}

/** Only spaces, tabs and carriage returns. */
function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
