import type { RowCheck } from './row-check.ts';
import type { Row, RowError, SourceRow } from './source-row.ts';

/** A row of the file on its way: either `row` is sent, or `errors` say why it is not. */
export interface PreparedRow {
  readonly source: SourceRow;
  readonly row: Row | null;
  readonly errors: readonly RowError[];
}

/** Consecutive rows of the file. */
export interface Batch {
  readonly rows: readonly PreparedRow[];
  /** What the rows to be sent are about; the same key in two batches means the same object. */
  readonly keys: ReadonlySet<string>;
  /** How much of the file was read when the batch was complete. */
  readonly bytesRead: number;
}

/** The API takes so many rows in one call. */
const MOST_ROWS = 1_000;
/** Of text; keeps a call well below any limit of its size, and memory bounded. */
const MOST_CHARACTERS = 1_000_000;

export async function* inBatches(
  rows: AsyncIterable<SourceRow>,
  check: RowCheck,
): AsyncGenerator<Batch> {
  let batch = new BatchInMaking();
  for await (const row of rows) {
    batch.add(prepare(row, check));
    if (batch.isFull) {
      yield batch.finish();
      batch = new BatchInMaking();
    }
  }
  if (!batch.isEmpty) yield batch.finish();
}

class BatchInMaking {
  readonly #rows: PreparedRow[] = [];
  readonly #keys = new Set<string>();
  #characters = 0;
  #bytesRead = 0;

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  get isFull(): boolean {
    return this.#rows.length >= MOST_ROWS || this.#characters >= MOST_CHARACTERS;
  }

  add(prepared: PreparedRow): void {
    this.#rows.push(prepared);
    this.#bytesRead = prepared.source.bytesRead;
    if (prepared.row === null) return;
    this.#keys.add(keyOf(prepared.row));
    this.#characters += charactersIn(prepared.row);
  }

  finish(): Batch {
    return { rows: this.#rows, keys: this.#keys, bytesRead: this.#bytesRead };
  }
}

function prepare(source: SourceRow, check: RowCheck): PreparedRow {
  if ('error' in source) return { source, row: null, errors: [source.error] };
  const checked = check(source.row);
  if ('errors' in checked) return { source, row: null, errors: checked.errors };
  return { source, row: checked.row, errors: [] };
}

function keyOf({ source, externalId }: Row): string {
  return `${String(source)} ${String(externalId)}`;
}

function charactersIn(row: Row): number {
  let characters = 0;
  for (const value of Object.values(row)) {
    if (typeof value === 'string') characters += value.length;
    else if (typeof value === 'object' && value !== null) characters += charactersIn(value as Row);
  }
  return characters;
}
