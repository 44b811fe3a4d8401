import { stat } from 'node:fs/promises';
import { usageError } from '../exit-codes.ts';
import { firstBytes, readHead } from './byte-source.ts';
import { detectEncoding } from './encoding.ts';
import { isRow } from './source-row.ts';

export const IMPORT_FORMATS = ['ndjson', 'csv', 'takeout'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

const BY_ENDING: ReadonlyArray<readonly [RegExp, ImportFormat]> = [
  [/\.(?:ndjson|jsonl)(?:\.gz)?$/i, 'ndjson'],
  [/\.(?:csv|tsv)(?:\.gz)?$/i, 'csv'],
];
const ZIP_MAGIC = 'PK\u0003\u0004';
const HEAD_BYTES = 64 * 1024;

/**
 * The format of what is imported: a folder is a Takeout export; a file is told by the end of its
 * name, or else by how it begins.
 *
 * @throws CommandError (usage) for what cannot be imported as it is
 */
export async function detectFormat(path: string): Promise<ImportFormat> {
  if ((await stat(path)).isDirectory()) return 'takeout';
  if ((await firstBytes(path, ZIP_MAGIC.length)).toString('latin1') === ZIP_MAGIC) {
    throw usageError(`${path} is a ZIP archive: unpack it, and import the folder or file in it.`);
  }
  const named = BY_ENDING.find(([ending]) => ending.test(path));
  if (named !== undefined) return named[1];
  const bytes = await readHead(path, HEAD_BYTES);
  const head = new TextDecoder(detectEncoding(bytes)).decode(bytes).trimStart();
  if (head.startsWith('[')) {
    throw usageError(
      `${path} is one JSON list. Write its elements one a line, such as by: jq -c '.[]' ${path} > reviews.ndjson`,
    );
  }
  if (!head.startsWith('{')) return 'csv';
  return isRowOfItsOwn(head) ? 'ndjson' : 'takeout';
}

/** Whether the first line is a whole object, and not one that holds a list of reviews. */
function isRowOfItsOwn(head: string): boolean {
  const [firstLine = ''] = head.split('\n', 1);
  try {
    const value: unknown = JSON.parse(firstLine);
    return isRow(value) && !Array.isArray(value.reviews);
  } catch {
    return false;
  }
}
