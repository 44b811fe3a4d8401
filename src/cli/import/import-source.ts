import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { usageError } from '../exit-codes.ts';
import { firstBytes, openBytes, readHead } from './byte-source.ts';
import { planColumns } from './csv-columns.ts';
import { readCsv, readHeader } from './csv-reader.ts';
import { asUtf8, detectEncoding, markedEncoding } from './encoding.ts';
import type { Encoding } from './encoding.ts';
import { detectFormat } from './format.ts';
import type { ImportFormat } from './format.ts';
import { readNdjson } from './ndjson-reader.ts';
import type { RowKind } from './row-fields.ts';
import type { SourceRow } from './source-row.ts';
import { openTakeout, readTakeout } from './takeout-reader.ts';

/** How a file is to be read, where that is not to be found out from the file. */
export interface SourceOptions {
  readonly kind: RowKind;
  readonly format?: ImportFormat | undefined;
  readonly encoding?: Encoding | undefined;
  /** CSV only. */
  readonly delimiter?: string | undefined;
  /** CSV only: column name → field path. */
  readonly columns: ReadonlyMap<string, string>;
  /** Fields that options give for all rows. */
  readonly given: readonly string[];
}

/** A file, or folder, that is imported. */
export interface ImportSource {
  readonly format: ImportFormat;
  readonly totalBytes: number;
  /** Changes with the content, as far as that can be told without reading all of it. */
  readonly identity: unknown;
  /** For the user to know before it begins; mostly none. */
  readonly notices: readonly string[];
  /** @param skip rows at the beginning that are not wanted again */
  rows(skip: number): AsyncIterable<SourceRow>;
}

const HEAD_BYTES = 64 * 1024;

/** @throws CommandError (usage) where the file does not fit the options; the system's errors */
export async function openSource(path: string, options: SourceOptions): Promise<ImportSource> {
  await assertThere(path);
  const format = options.format ?? (await detectFormat(path));
  switch (format) {
    case 'takeout':
      return openTakeoutSource(path, options.kind);
    case 'ndjson':
      return openNdjsonSource(path, options);
    case 'csv':
      return openCsvSource(path, options);
  }
}

async function assertThere(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw usageError(`There is no file ${path}.`);
  }
}

async function openTakeoutSource(path: string, kind: RowKind): Promise<ImportSource> {
  if (kind !== 'reviews') throw usageError('A Takeout export is read for its reviews only.');
  const takeout = await openTakeout(path);
  if (takeout.files.length === 0) {
    throw usageError(
      `There is no file of reviews (reviews.json) in ${path} or below. Give the folder "Google Business Profile" of the unpacked export.`,
    );
  }
  return {
    format: 'takeout',
    totalBytes: takeout.totalBytes,
    identity: await identityOf(takeout.files.map((file) => file.path)),
    notices: [],
    rows: (skip) => readTakeout(takeout, skip),
  };
}

async function openNdjsonSource(path: string, options: SourceOptions): Promise<ImportSource> {
  // JSON is UTF-8 unless it is marked otherwise; guessing would hide rows that are broken.
  const encoding = options.encoding ?? markedEncoding(await readHead(path, HEAD_BYTES)) ?? 'utf-8';
  return {
    format: 'ndjson',
    totalBytes: (await stat(path)).size,
    identity: await identityOf([path]),
    notices: [],
    rows: (skip) => lazily(async () => readNdjson(await openBytes(path), { encoding, skip })),
  };
}

async function openCsvSource(path: string, options: SourceOptions): Promise<ImportSource> {
  const head = await readHead(path, HEAD_BYTES);
  const encoding = options.encoding ?? detectEncoding(head);
  const { delimiter, header } = readHeader(await inUtf8(head, encoding), options.delimiter);
  const columns = planColumns(options.kind, header, options.columns, options.given);
  const unused = header.filter((_, at) => columns.fields[at] === null);
  return {
    format: 'csv',
    totalBytes: (await stat(path)).size,
    identity: await identityOf([path]),
    notices: [
      ...(encoding === 'utf-8' ? [] : [`The file is read as ${encoding}.`]),
      ...(unused.length > 0 ? [`Columns that are not used: ${unused.join(', ')}.`] : []),
    ],
    rows: (skip) =>
      lazily(async () => readCsv(await openBytes(path), { encoding, delimiter, columns, skip })),
  };
}

async function* lazily(
  open: () => Promise<AsyncIterable<SourceRow>>,
): AsyncGenerator<SourceRow, void> {
  yield* await open();
}

async function inUtf8(head: Buffer, encoding: Encoding): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of asUtf8([head], encoding)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Sizes and times of the files, and how the first of them begins. */
async function identityOf(paths: readonly string[]): Promise<unknown> {
  const stats = await Promise.all(paths.map((path) => stat(path)));
  const head = await firstBytes(paths[0]!, HEAD_BYTES);
  return {
    files: stats.map(({ size, mtimeMs }) => [size, mtimeMs]),
    head: createHash('sha256').update(head).digest('hex'),
  };
}
