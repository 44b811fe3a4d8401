/** Where a person finds a row again: a line of a text file, or an element of a list in a file. */
export interface Place {
  /** Counted from 1; of a record over several lines, the first one. */
  readonly line?: number;
  /** Relative to the folder that is imported. */
  readonly file?: string;
  /** Counted from 0. */
  readonly index?: number;
}

/** Why a row is refused: the shape of the API's user errors. */
export interface RowError {
  readonly code: string;
  /** For a person: what is wrong and what to do about it. */
  readonly message: string;
  /** Where in the row, such as `["response", "body"]`; empty for the whole. */
  readonly path: readonly string[];
}

export type Row = Readonly<Record<string, unknown>>;

/** One row of a file, or why there is none. Readers yield each row of the file exactly once, in order. */
export type SourceRow = {
  readonly place: Place;
  /** Bytes of the file (compressed, if it is) read so far: how far the import has come. */
  readonly bytesRead: number;
  /** As it stands in the file, for the file of rejected rows; a string where it could not be read. */
  readonly original: unknown;
} & ({ readonly row: Row } | { readonly error: RowError });

/**
 * The longest row that is taken, in bytes of UTF-8: far longer than any review, and short enough
 * that memory stays constant whatever the file holds.
 */
export const MAX_ROW_BYTES = 256 * 1024;

/** Of a row that cannot be shown whole. */
const PREVIEW_CHARACTERS = 500;

export function tooLong(): RowError {
  return {
    code: 'LIMIT_EXCEEDED',
    message: `The row is longer than ${MAX_ROW_BYTES / 1024} KiB.`,
    path: [],
  };
}

export function malformed(message: string): RowError {
  return { code: 'INVALID_VALUE', message, path: [] };
}

/** The beginning of a row that could not be read. */
export function preview(text: string): string {
  return text.length <= PREVIEW_CHARACTERS ? text : `${text.slice(0, PREVIEW_CHARACTERS)} …`;
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
