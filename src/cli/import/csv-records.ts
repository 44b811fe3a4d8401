import { CsvError, parse } from 'csv-parse';
import type { Parser } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { MAX_ROW_BYTES, malformed, tooLong } from './source-row.ts';
import type { RowError } from './source-row.ts';

/** A record, or a line that is none. */
export type CsvRecord = {
  /** Of its beginning, counted from 1. */
  readonly line: number;
  /** As it stands in the file. */
  readonly bytes: Buffer;
} & ({ readonly cells: readonly string[] } | { readonly error: RowError });

const NOT_CLOSED = 'a quote is opened and not closed';
/** By the end of csv-parse's code; its messages tell line numbers of our restarts. */
const REASONS: ReadonlyArray<readonly [string, string]> = [
  ['INVALID_OPENING_QUOTE', 'a quote stands inside of a cell that does not begin with one'],
  ['INVALID_CLOSING_QUOTE', 'a quote inside of a quoted cell is not doubled'],
  ['MAX_RECORD_SIZE', NOT_CLOSED],
];

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** More than csv-parse holds back to look ahead. */
const LAST_LINE_ENDS = '\n'.repeat(16);

/**
 * Takes a CSV apart into records, and recovers from broken ones: csv-parse reads on after an error
 * as if the quote were still open, up to the end of the file. So after an error only the line that
 * it began in is refused, and a new parser starts at the next line.
 */
export class CsvRecords {
  readonly #delimiter: string;
  /** Cells of a record; unknown until the first one, the header, is read. */
  #width: number | null = null;
  #parser: Parser;
  /** What the parser has read, and where each record ends, in bytes since this parser began. */
  readonly #read: Array<{ cells: string[]; end: number }> = [];
  /** Why the record that is pending cannot be read. */
  #failure: Error | null = null;
  /** Bytes since the end of the last record. */
  #pending: Buffer = Buffer.alloc(0);
  /** Where the last record ended, in bytes since this parser began. */
  #consumed = 0;
  #line = 1;
  /** A line that is too long has been refused; the rest of it is still to come. */
  #skippingLine = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#parser = this.#newParser();
  }

  push(chunk: Buffer): CsvRecord[] {
    let rest = chunk;
    if (this.#skippingLine) {
      const end = chunk.indexOf(NEWLINE);
      if (end === -1) return [];
      rest = chunk.subarray(end + 1);
      this.#line += 1;
      this.#skippingLine = false;
    }
    return this.#feed(rest, false);
  }

  /** What is left after the last chunk. */
  end(): CsvRecord[] {
    const found = this.#feed(Buffer.from(LAST_LINE_ENDS), true);
    while (!isBlank(this.#pending)) {
      this.#failure = new Error(NOT_CLOSED);
      found.push(...this.#feed(Buffer.alloc(0), true));
    }
    return found;
  }

  #feed(chunk: Buffer, atEnd: boolean): CsvRecord[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const found: CsvRecord[] = [];
    if (this.#failure === null) this.#parse(chunk, found);
    while (this.#failure !== null && !isBlank(this.#pending)) {
      const line = this.#takeLine(atEnd);
      if (line === null) break;
      found.push(this.#recover(line, this.#failure));
      this.#parser.destroy();
      this.#parser = this.#newParser();
      this.#failure = null;
      this.#parse(this.#pending, found);
    }
    return found;
  }

  #parse(bytes: Buffer, found: CsvRecord[]): void {
    if (bytes.length === 0) return;
    this.#parser.write(bytes);
    this.#failure = this.#parser.errored;
    for (const { cells, end } of this.#read.splice(0)) {
      this.#width ??= cells.length;
      found.push({ ...this.#take(end - this.#consumed), cells });
      this.#consumed = end;
    }
  }

  #newParser(): Parser {
    this.#consumed = 0;
    const parser = parse({
      delimiter: this.#delimiter,
      max_record_size: MAX_ROW_BYTES,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      // Here and not by the stream, which loses what was read before an error.
      on_record: (cells: string[], { bytes }) => {
        this.#read.push({ cells, end: bytes });
        return null;
      },
    });
    // Taken from `errored`, which tells it at once.
    parser.on('error', () => undefined);
    return parser;
  }

  /** The next bytes, as they stand in the file, without blank lines before and line ends around. */
  #take(length: number): { line: number; bytes: Buffer } {
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    const start = leadingLineEnds(taken);
    let end = taken.length;
    while (end > start && isLineEnd(taken[end - 1])) end -= 1;
    const line = this.#line + newlines(taken.subarray(0, start));
    this.#line += newlines(taken);
    return { line, bytes: taken.subarray(start, end) };
  }

  /** The line that a broken record began in; null while its end is not there yet. */
  #takeLine(atEnd: boolean): { line: number; bytes: Buffer } | null {
    const end = this.#pending.indexOf(NEWLINE, leadingLineEnds(this.#pending));
    if (end !== -1) return this.#take(end + 1);
    if (!atEnd && this.#pending.length <= MAX_ROW_BYTES) return null;
    this.#skippingLine = !atEnd;
    return this.#take(this.#pending.length);
  }

  /** Quotes inside of a cell without quotes (`6" pipe`) are common, and their line can be read. */
  #recover({ line, bytes }: { line: number; bytes: Buffer }, error: Error): CsvRecord {
    if (bytes.length > MAX_ROW_BYTES) return { line, bytes, error: tooLong() };
    const code = error instanceof CsvError ? error.code : '';
    if (code.endsWith('INVALID_OPENING_QUOTE')) {
      const [cells] = parseSync(bytes, { delimiter: this.#delimiter, relax_quotes: true, to: 1 });
      if (cells?.length === this.#width) return { line, bytes, cells };
    }
    const reason = REASONS.find(([ending]) => code.endsWith(ending))?.[1] ?? error.message;
    return { line, bytes, error: malformed(`The line is not valid CSV: ${reason}.`) };
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === NEWLINE || byte === CARRIAGE_RETURN;
}

function leadingLineEnds(bytes: Buffer): number {
  let count = 0;
  while (isLineEnd(bytes[count])) count += 1;
  return count;
}

function isBlank(bytes: Buffer): boolean {
  return leadingLineEnds(bytes) === bytes.length;
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
