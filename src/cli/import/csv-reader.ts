import { isUtf8 } from 'node:buffer';
import { parse as parseSync } from 'csv-parse/sync';
import { CommandError } from '../exit-codes.ts';
import type { ByteSource } from './byte-source.ts';
import { toOriginal, toRow } from './csv-columns.ts';
import type { ColumnPlan } from './csv-columns.ts';
import { CsvRecords } from './csv-records.ts';
import type { CsvRecord } from './csv-records.ts';
import { asUtf8 } from './encoding.ts';
import type { Encoding } from './encoding.ts';
import { malformed, preview } from './source-row.ts';
import type { SourceRow } from './source-row.ts';

export interface CsvOptions {
  readonly encoding: Encoding;
  readonly delimiter: string;
  readonly columns: ColumnPlan;
  /** Rows at the beginning that are not wanted again. */
  readonly skip: number;
}

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * The delimiter and the names of the columns, from the beginning of a file.
 *
 * @param head in UTF-8 without a byte order mark, holding at least the first line
 * @param delimiter what the user says it is; detected where undefined
 * @throws CommandError where there is no first line that could be read
 */
export function readHeader(
  head: Buffer,
  delimiter: string | undefined,
): { delimiter: string; header: string[] } {
  const found = delimiter ?? detectDelimiter(head.toString());
  try {
    const [header] = parseSync(head, {
      delimiter: found,
      relax_quotes: true,
      skip_empty_lines: true,
      to: 1,
    });
    if (header !== undefined) {
      return { delimiter: found, header: header.map((name) => name.trim()) };
    }
  } catch (error) {
    const reason = (error as Error).message;
    throw new CommandError(`The first line, the names of the columns, cannot be read: ${reason}.`);
  }
  throw new CommandError('The file is empty: a CSV begins with a line of column names.');
}

/** The records of a CSV file as rows. Blank lines are no rows. */
export async function* readCsv(source: ByteSource, options: CsvOptions): AsyncGenerator<SourceRow> {
  let record = 0;
  for await (const each of records(asUtf8(source, options.encoding), options.delimiter)) {
    const isHeader = record === 0;
    if (isHeader || record <= options.skip) record += 1;
    else yield toSourceRow(each, options.columns, source.bytesRead);
  }
}

async function* records(chunks: AsyncIterable<Buffer>, delimiter: string) {
  const csv = new CsvRecords(delimiter);
  for await (const chunk of chunks) yield* csv.push(chunk);
  yield* csv.end();
}

function toSourceRow(record: CsvRecord, columns: ColumnPlan, bytesRead: number): SourceRow {
  const place = { line: record.line };
  const refuse = (message: string): SourceRow => ({
    place,
    bytesRead,
    original: preview(record.bytes.toString()),
    error: malformed(message),
  });
  if ('error' in record) return { ...refuse(''), error: record.error };
  const { cells } = record;
  const width = columns.header.length;
  // Spreadsheets may add empty cells; fewer cells mean that some are in the wrong column.
  if (cells.length < width || cells.slice(width).some((cell) => cell.trim() !== '')) {
    return refuse(`The row has ${cells.length} cells, and the file has ${width} columns.`);
  }
  // Whole and right, � can be the customer's own; what could not be decoded becomes one too.
  if (cells.some((cell) => cell.includes('\uFFFD')) && !isUtf8(record.bytes)) {
    return refuse('The row is not valid UTF-8; --encoding names another encoding.');
  }
  return {
    place,
    bytesRead,
    original: toOriginal(columns, cells),
    row: toRow(columns, cells),
  };
}

/** The one that the first line has the most of, outside of quotes. */
function detectDelimiter(head: string): string {
  const [firstLine = ''] = head.trimStart().split(/\r?\n/, 1);
  const bare = firstLine.replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => bare.split(delimiter).length;
  return DELIMITERS.reduce((best, each) => (count(each) > count(best) ? each : best));
}
